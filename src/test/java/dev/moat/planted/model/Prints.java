package dev.moat.planted.model;

/** Planted: prints outside the command line. */
public final class Prints {
    /** Breaks the rule. */
    public void print() {
        System.out.println("planted");
    }
}
