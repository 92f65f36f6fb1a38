package dev.moat.explore;

import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Stored effects of letters, since they were last discarded or their parts regrouped. The set of parts stays; their
 * contents grow.
 *
 * <p>The alphabet has these parts: the instances of each action; for each CPU the starts of operations while it is
 * idle; and for each CPU its next step, one part for each place in an operation.
 */
final class KnownEffects {
    /** In the order of their letters. */
    final EffectTable[] actions;

    /** Of each CPU, in that order. */
    final EffectTable[][] starts;

    /** Of each CPU, by step; none at 0. */
    final EffectTable[][] steps;

    final EffectStore store;

    private KnownEffects(EffectTable[] actions, EffectTable[][] starts, EffectTable[][] steps, EffectStore store) {
        this.actions = actions;
        this.starts = starts;
        this.steps = steps;
        this.store = store;
    }

    /** Nothing of a machine with so many CPUs, and so many permutations of a symmetry, 0 without one. */
    static KnownEffects nothing(Machine machine, int cpus, int images, EffectLimits bounds) {
        int packedWords = machine.schema().packing().words();
        List<EffectTable> list = new ArrayList<>();
        int at = 0;
        while (at < machine.instances() && machine.instance(at).kind() == Machine.Kind.ACTION) {
            int end = endOfPart(machine, at);
            list.add(new EffectTable(at, end, packedWords, bounds));
            at = end;
        }
        EffectTable[] actions = list.toArray(EffectTable[]::new);
        EffectTable[][] starts = new EffectTable[cpus][];
        EffectTable[][] steps = new EffectTable[cpus][machine.steps() + 1];
        for (int cpu = 0; cpu < cpus; cpu++) {
            list.clear();
            while (machine.instance(at).kind() == Machine.Kind.START) {
                int end = endOfPart(machine, at);
                list.add(new EffectTable(at, end, packedWords, bounds));
                at = end;
            }
            starts[cpu] = list.toArray(EffectTable[]::new);
            for (int step = 1; step <= machine.steps(); step++) {
                steps[cpu][step] = new EffectTable(at, at + 1, packedWords, bounds);
            }
            at++;
        }
        return new KnownEffects(actions, starts, steps, new EffectStore(packedWords, images));
    }

    /** Behind the letters that do the same as one, with other arguments. */
    private static int endOfPart(Machine machine, int first) {
        Machine.Instance it = machine.instance(first);
        int end = first + 1;
        while (end < machine.instances()
                && machine.instance(end).kind() == it.kind()
                && machine.instance(end).target() == it.target()) {
            end++;
        }
        return end;
    }

    private Stream<EffectTable> tables() {
        return Stream.of(
                        Stream.of(actions),
                        Arrays.stream(starts).flatMap(Arrays::stream),
                        Arrays.stream(steps).flatMap(Arrays::stream))
                .flatMap(all -> all)
                .filter(table -> table != null);
    }

    /** Memory taken, about. */
    long bytes() {
        return store.bytes() + tables().mapToLong(EffectTable::bytes).sum();
    }

    /** No effect, but on what letters depend. */
    KnownEffects cleared() {
        return by(table -> Stream.of(table.cleared()), store.cleared());
    }

    /** The same with other tables in place of one; itself when it has not that one. */
    KnownEffects with(EffectTable old, List<EffectTable> by) {
        return tables().anyMatch(table -> table == old)
                ? by(table -> table == old ? by.stream() : Stream.of(table), store)
                : this;
    }

    private KnownEffects by(Function<EffectTable, Stream<EffectTable>> change, EffectStore to) {
        UnaryOperator<EffectTable[]> all = old -> Arrays.stream(old)
                .flatMap(table -> table == null ? Stream.of(table) : change.apply(table))
                .toArray(EffectTable[]::new);
        return new KnownEffects(
                all.apply(actions),
                Arrays.stream(starts).map(all).toArray(EffectTable[][]::new),
                Arrays.stream(steps).map(all).toArray(EffectTable[][]::new),
                to);
    }
}
