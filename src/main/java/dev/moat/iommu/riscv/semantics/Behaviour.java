package dev.moat.iommu.riscv.semantics;

import java.util.Set;

/**
 * The choices that distinguish one unit from another.
 *
 * @param capabilities what it can do
 * @param latitude what it does where the specification leaves a choice
 * @param deviations in what it differs from the specification
 */
public record Behaviour(Capabilities capabilities, Latitude latitude, Set<Deviation> deviations) {
    public Behaviour {
        deviations = Set.copyOf(deviations);
    }

    /** The specification's, with these capabilities. */
    public static Behaviour specified(Capabilities capabilities) {
        return new Behaviour(capabilities, Latitude.PLAIN, Set.of());
    }

    /** Whether it deviates in this. */
    public boolean has(Deviation deviation) {
        return deviations.contains(deviation);
    }
}
