package dev.moat.planted.model;

/** Planted: ends the process outside the command line. */
public final class Exits {
    /** Breaks the rule. */
    public void exit() {
        System.exit(1);
    }
}
