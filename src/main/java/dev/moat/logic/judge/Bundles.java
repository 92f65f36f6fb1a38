package dev.moat.logic.judge;

import dev.moat.logic.ground.Conjunct;
import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Invariants whose results are remembered together, because they read the same bits. Immutable. */
final class Bundles {
    /** Words that a search remembers. */
    private static final long MOST = 1L << 22;

    /** Words of a key; for more it is cheaper to judge. Searched machines have fewer. */
    private static final int LONGEST_KEY = 6;

    private final int[] bundleOf;
    /** Of each bundle the bits of packed states that it reads; empty where nothing is remembered. */
    private final long[][] reads;

    private Bundles(int[] bundleOf, long[][] reads) {
        this.bundleOf = bundleOf;
        this.reads = reads;
    }

    /** All in one, and nothing remembered. */
    static Bundles one() {
        return new Bundles(new int[64], new long[1][0]);
    }

    /** By what the owners of conjuncts read. */
    static Bundles of(List<Conjunct> conjuncts, Schema schema) {
        Map<Integer, Footprint> readBy = new TreeMap<>();
        conjuncts.forEach(c -> c.node().read(readBy.computeIfAbsent(c.owner(), o -> new Footprint(schema))));
        int[] bundleOf = new int[64];
        List<Footprint> bundles = new ArrayList<>();
        readBy.forEach((owner, own) -> {
            int b = 0;
            while (b < bundles.size() && !isWithin(own, bundles.get(b)) && !isWithin(bundles.get(b), own)) {
                b++;
            }
            if (b == bundles.size()) {
                bundles.add(new Footprint(schema));
            }
            bundles.get(b).union(own);
            bundleOf[owner] = b;
        });
        return new Bundles(
                bundleOf,
                bundles.stream().map(f -> ofKey(schema.packing().mask(f))).toArray(long[][]::new));
    }

    private static boolean isWithin(Footprint inner, Footprint outer) {
        return new Footprint(outer).union(inner).equals(outer);
    }

    private static long[] ofKey(long[] mask) {
        return Arrays.stream(mask).filter(bits -> bits != 0).count() > LONGEST_KEY ? new long[0] : mask;
    }

    /** How many there are. */
    int count() {
        return reads.length;
    }

    /** The bundle of an invariant. */
    int of(int owner) {
        return bundleOf[owner];
    }

    /** What a search remembers, of each bundle, 32 MiB of all; null where nothing is. No limit of a search counts it. */
    @Nullable
    HeldStates[] memory() {
        @Nullable HeldStates[] held = new HeldStates[count()];
        HeldStates.Room room = new HeldStates.Room(MOST);
        for (int b = 0; b < held.length; b++) {
            held[b] = reads[b].length == 0 ? null : new HeldStates(reads[b], room);
        }
        return held;
    }
}
