package dev.moat.explore;

import dev.moat.machine.Machine;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import org.jspecify.annotations.Nullable;

/**
 * Where a packed state has a CPU's step counter.
 *
 * @param mask of its bits, once they are shifted
 */
record StepCounter(int word, int shift, int mask) {
    /** Those of all CPUs, or null where packed states have not all bits of one. */
    static StepCounter @Nullable [] of(Machine machine) {
        Slots pc = machine.model().pc();
        StepCounter[] counters = new StepCounter[pc == null ? 0 : pc.size()];
        for (int cpu = 0; cpu < counters.length && pc != null; cpu++) {
            long[] mask = machine.schema().packing().mask(new Footprint(machine.schema()).one(pc, cpu));
            int word = 0;
            while (mask[word] == 0) {
                word++;
            }
            int shift = Long.numberOfTrailingZeros(mask[word]);
            counters[cpu] = new StepCounter(word, shift, (1 << pc.width()) - 1);
            if (mask[word] >>> shift != (1L << pc.width()) - 1) {
                return null;
            }
        }
        return counters;
    }

    int of(long[] packed, int at) {
        return (int) (packed[at + word] >>> shift) & mask;
    }
}
