package dev.moat.planted.xen;

/** Planted: static state that survives a run. */
public final class Counts {
    static final int CONSTANT = 1;
    static int counter;
}
