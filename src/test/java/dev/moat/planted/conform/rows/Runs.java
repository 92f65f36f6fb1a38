package dev.moat.planted.conform.rows;

/** Planted, and breaks nothing: a command may use it. */
public final class Runs {}
