package dev.moat.explore;

import dev.moat.state.Schema;
import java.util.Arrays;

/** The slow and obvious twin of {@link OrbitPrint}: every permutation is applied to the whole state. */
public final class SlowOrbitPrint {
    private SlowOrbitPrint() {}

    public static long of(SymmetryGroup group, Schema schema, long[] s) {
        Fingerprint fingerprint = new Fingerprint(schema.words());
        long sum = group.renamings().stream()
                .mapToLong(by -> Fingerprint.mixed(fingerprint.sum(by.image(schema, s))))
                .sum();
        return Fingerprint.of(Fingerprint.mixed(sum));
    }

    /** The least of all images, words compared in their order: it stands for an orbit without any fingerprint. */
    public static long[] least(SymmetryGroup group, Schema schema, long[] s) {
        return group.renamings().stream()
                .map(by -> by.image(schema, s))
                .min(Arrays::compare)
                .orElseThrow();
    }
}
