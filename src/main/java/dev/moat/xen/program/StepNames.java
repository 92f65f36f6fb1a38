package dev.moat.xen.program;

import java.util.List;

/** How steps are named that programs have for different purposes: what they do, and for what. */
public final class StepNames {
    private StepNames() {}

    /** The parts of a step's name that are not empty. */
    public static String of(String... parts) {
        return String.join(
                "-", List.of(parts).stream().filter(p -> !p.isEmpty()).toList());
    }
}
