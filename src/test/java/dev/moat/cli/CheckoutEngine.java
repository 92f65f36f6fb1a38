package dev.moat.cli;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.scenario.UserExtensions;
import java.nio.file.Path;

/** The engine of this checkout, opened once: it is immutable, and read from files that no test changes. */
final class CheckoutEngine {
    private static final Path HERE = Path.of("");

    private CheckoutEngine() {}

    /** What {@link MoatEngine#open} would, and it is that where a command line names what is somebody's own, or another home. */
    static Engine open(Path home) {
        return home.equals(HERE) && !UserExtensions.isHere() ? Holder.ENGINE : MoatEngine.open(home);
    }

    private static final class Holder {
        static final Engine ENGINE = MoatEngine.open(HERE);
    }
}
