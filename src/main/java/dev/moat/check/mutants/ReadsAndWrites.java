package dev.moat.check.mutants;

import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import java.util.Map;
import java.util.Optional;

/**
 * If no part of the machine has rights, a read request gets the same as a write request. This is so for a device of
 * the DMA layer that no IOMMU confines.
 */
final class ReadsAndWrites {
    private final Relation reads;
    private final Relation writes;
    private final int[] at = new int[5];

    /** @param abstraction one in which devices get something */
    ReadsAndWrites(Abstraction abstraction) {
        reads = abstraction.relation("getsR").orElseThrow();
        writes = abstraction.relation("getsW").orElseThrow();
    }

    /** Whether reads and writes are alike in a machine. */
    static boolean speak(String component, Map<String, String> settings) {
        return component.equals(TwoViews.LAYER) && !TwoViews.areIn(component, settings);
    }

    /** Where they differ in a state, in words; or nothing. */
    Optional<String> difference(long[] s) {
        for (int n = 0; n < reads.atoms(); n++) {
            reads.place(n, at);
            if (reads.code().holds(s, at[0], at[1], at[2], at[3], at[4])
                    != writes.code().holds(s, at[0], at[1], at[2], at[3], at[4])) {
                return Optional.of("device " + at[0] + ", page " + at[1] + ", frame " + at[2]
                        + ": got by reading or by writing only");
            }
        }
        return Optional.empty();
    }
}
