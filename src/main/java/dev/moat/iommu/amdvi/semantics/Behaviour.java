package dev.moat.iommu.amdvi.semantics;

import java.util.Set;

/**
 * The choices that distinguish one unit from another.
 *
 * @param capabilities what it can do
 * @param deviations in what it differs from the specification
 */
public record Behaviour(Capabilities capabilities, Set<Deviation> deviations) {
    public Behaviour {
        deviations = Set.copyOf(deviations);
    }

    /** The specification's, with these capabilities. */
    public static Behaviour specified(Capabilities capabilities) {
        return new Behaviour(capabilities, Set.of());
    }

    /** Whether it deviates in this. */
    public boolean has(Deviation deviation) {
        return deviations.contains(deviation);
    }
}
