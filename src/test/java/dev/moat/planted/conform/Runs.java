package dev.moat.planted.conform;

/** Planted, and breaks nothing: a command may use it. */
public final class Runs {}
