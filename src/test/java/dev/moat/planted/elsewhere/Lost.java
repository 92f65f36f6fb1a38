package dev.moat.planted.elsewhere;

/** Planted: a package that has no place. */
public final class Lost {}
