package dev.moat.planted.xen;

import java.util.Random;

/** Planted: chance in an implementation. */
public final class Guesses {
    int guess() {
        return new Random().nextInt();
    }
}
