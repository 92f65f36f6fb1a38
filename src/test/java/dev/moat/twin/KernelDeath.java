package dev.moat.twin;

import java.util.function.Supplier;

/** A call of a driver that does not come back: the call ended there, and a kernel would have. */
public final class KernelDeath extends RuntimeException {
    private static final long serialVersionUID = 1;

    private KernelDeath(String kind) {
        super(kind);
    }

    /** BUG_ON. */
    public static KernelDeath bug() {
        return new KernelDeath("BUG");
    }

    /** panic. */
    public static KernelDeath panic() {
        return new KernelDeath("PANIC");
    }

    /** A loop without an end. */
    public static KernelDeath hang() {
        return new KernelDeath("HANG");
    }

    /** What a call answers, or how it ended: {@code BUG}, {@code PANIC}, {@code HANG}. */
    public static String ended(Supplier<String> call) {
        try {
            return call.get();
        } catch (KernelDeath death) {
            return death.getMessage();
        }
    }

    /** Nothing, or how a call without an answer ended. */
    public static String ended(Runnable call) {
        return ended(() -> {
            call.run();
            return "";
        });
    }
}
