package dev.moat.explore;

import dev.moat.logic.judge.Evaluator;
import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored effects that the workers of a search share. If one worker has executed a letter, the others look up its
 * effect. Lookups do not wait.
 */
final class EffectMemory {
    /** With more permutations what effects tell of each would take too much room. */
    private static final int MOST_IMAGES = 64;

    final Machine machine;
    final EffectLimits bounds;
    final StepCounter[] counters;
    /** Of the symmetry up to which states are told apart, or null without one. */
    final @Nullable ImageTables symmetry;

    private final List<Effects> workers = new ArrayList<>();
    private volatile KnownEffects known;

    private EffectMemory(Machine machine, StepCounter[] counters, EffectLimits bounds, @Nullable ImageTables symmetry) {
        this.machine = machine;
        this.counters = counters;
        this.bounds = bounds;
        this.symmetry = symmetry;
        known = KnownEffects.nothing(machine, counters.length, symmetry == null ? 0 : symmetry.group(), bounds);
    }

    /**
     * An empty one, or null when what letters of a machine do cannot be seen, or is too much for so many workers in these bounds.
     *
     * @param symmetry up to which states are told apart, or null
     */
    public static @Nullable EffectMemory of(
            Machine machine, EffectLimits bounds, int workers, @Nullable ImageTables symmetry) {
        if (!machine.schema().isWatchable() || (symmetry != null && symmetry.group() > MOST_IMAGES)) {
            return null;
        }
        StepCounter[] counters = StepCounter.of(machine);
        if (counters == null) {
            return null;
        }
        long fixed = Effects.bytes(machine.schema(), symmetry);
        if (workers * fixed > bounds.ofOne()) {
            return null;
        }
        EffectMemory made = new EffectMemory(machine, counters, bounds, symmetry);
        return workers * fixed + made.bytes() > bounds.bytes() / 2 ? null : made;
    }

    /** Another worker's. To be called while no worker works. */
    public Effects worker(Evaluator judge, Fingerprint fingerprint) {
        Effects made = new Effects(this, judge, fingerprint);
        workers.add(made);
        return made;
    }

    /** Learns what is to be known of a state before its successors are asked for, where it is not itself one of those. */
    public void look(long[] s) {
        workers.get(0).look(s);
    }

    /** What is known now. */
    KnownEffects known() {
        return known;
    }

    /** Forgets all effects. */
    public void forget() {
        forget(known);
    }

    /** Forgets all effects, unless another worker has since they were looked at. */
    synchronized void forget(KnownEffects seen) {
        if (known == seen) {
            known = seen.cleared();
        }
    }

    /** Makes two of a table that knows too little, because its letters depend on too much, or has its claims judged each time. */
    synchronized void mend(EffectTable table, boolean compares) {
        if (table.end - table.first > 1) {
            known = known.with(table, table.halves());
        } else if (compares && !table.asks) {
            known = known.with(table, List.of(table.asking()));
        }
    }

    /** Between blocks of a search, while no worker works: each learns what the others have learned of conditions. */
    public void exchange() {
        boolean any = false;
        for (Effects one : workers) {
            any |= one.teach(workers);
        }
        if (any) {
            // What is known may rest on conditions that read less.
            forget();
        }
        workers.forEach(Effects::begin);
    }

    /** Whether it takes less time than executing does, as far as can be told. */
    public boolean pays() {
        return workers.stream().allMatch(Effects::pays);
    }

    /** Memory taken, about. */
    public long bytes() {
        return known.bytes() + workers.stream().mapToLong(Effects::own).sum();
    }
}
