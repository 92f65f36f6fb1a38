package dev.moat.planted.xen;

/** Planted: time in an implementation. */
public final class LooksAtTheClock {
    long time() {
        return System.nanoTime();
    }
}
