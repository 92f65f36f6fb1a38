package dev.moat.audit.read;

import java.util.Set;

/**
 * What a trace says of its clock, in a line {@code # clock: NAME}. {@code @source} Linux Documentation/trace/ftrace.rst,
 * trace_clock.
 *
 * @param name as the kernel names it; empty where the trace says nothing
 */
public record Clock(String name) {
    static final Clock UNDECLARED = new Clock("");
    private static final Set<String> SHARED =
            Set.of("global", "mono", "mono_raw", "boot", "tai", "x86-tsc", "ppc-tb", "s390-tod");
    private static final Set<String> OF_EACH_CPU = Set.of("local", "perf");
    /** In jiffies: what several CPUs print within one is merged CPU by CPU. */
    private static final Set<String> COARSE = Set.of("uptime");

    private static final Set<String> OTHERS = Set.of("counter");

    /** Whether times of different CPUs may be compared. */
    public boolean isShared() {
        return SHARED.contains(name);
    }

    /** Whether each CPU has a clock of its own. */
    public boolean isOfEachCpu() {
        return OF_EACH_CPU.contains(name);
    }

    /** Whether it is too coarse to tell what of two CPUs came first. */
    public boolean isCoarse() {
        return COARSE.contains(name);
    }

    /** Whether it is one that no kernel has. */
    public boolean isUnknown() {
        return !name.isEmpty() && !isShared() && !isOfEachCpu() && !isCoarse() && !OTHERS.contains(name);
    }
}
