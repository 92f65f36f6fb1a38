package dev.moat.twin;

import java.util.function.Supplier;

/** A twin that throws is an error of its own, never a difference. */
public final class Twins {
    private Twins() {}

    /** What the twin says. */
    public static <T> T ask(Supplier<T> twin) {
        try {
            return twin.get();
        } catch (RuntimeException e) {
            throw new AssertionError("the twin threw", e);
        }
    }

    /** The twin does something. */
    public static void tell(Runnable twin) {
        try {
            twin.run();
        } catch (RuntimeException e) {
            throw new AssertionError("the twin threw", e);
        }
    }
}
