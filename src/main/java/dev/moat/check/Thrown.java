package dev.moat.check;

import java.util.Arrays;
import java.util.List;

/** Whose mistake an exception tells of: the machine's, whose program was changed, or that of who searches and judges it. */
public final class Thrown {
    /** Packages of those that search and judge. */
    private static final List<String> JUDGING = List.of("dev.moat.check.", "dev.moat.explore.", "dev.moat.logic.");

    private Thrown() {}

    /**
     * What the machine throws, or what was changed of it, is a refusal to go on; what those throw that search and judge it is a
     * mistake of theirs, which must not count as noticed.
     *
     * @param changes packages below those of who judges that hold what was changed
     * @throws RuntimeException the same, where it is not the machine's
     */
    public static void requireMachines(RuntimeException stopped, Package... changes) {
        for (StackTraceElement frame : stopped.getStackTrace()) {
            String type = frame.getClassName();
            if (type.startsWith("dev.moat.")) {
                boolean changed = Arrays.stream(changes).anyMatch(p -> type.startsWith(p.getName() + "."));
                if (!changed && JUDGING.stream().anyMatch(type::startsWith)) {
                    throw stopped;
                }
                return;
            }
        }
    }
}
