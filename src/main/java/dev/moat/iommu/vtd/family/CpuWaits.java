package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/** What each CPU waits for: a command in a register, a flush of the write buffer, or the number of a wait descriptor. */
final class CpuWaits {
    /** Status data of a wait where waits have no numbers. */
    private static final int DONE = 1;

    /** Values of {@link #pending}. */
    private static final int NONE = 0;

    static final int INVALIDATION = 1;
    static final int FLUSH = 2;

    /**
     * The register command of each CPU that the unit has not completed. The CPU that wrote a command polls it under the
     * lock on the registers; kept like this, its poll does not see a later command of another CPU.
     */
    private final Slots pending;
    /** The number that the wait of each CPU writes, where waits have numbers: one that was given up may still be done. */
    private final Slots number;
    /** {@code wait.number}: (the lowest that no wait of the CPU in the queue has) to the number of the next one. */
    private final Decision next;

    /**
     * @param commands whether anything is asked for by writing a register
     * @param ring slots of the queue, so that there are never as many waits
     */
    public CpuWaits(ModelBuilder model, Sizes sizes, boolean commands, int ring) {
        Sort cpus = sizes.cpus().sort();
        Sort none = Sort.numbered("Cpu", "", 0);
        pending = model.schema()
                .slots("cpu.command", Role.HYPERVISOR, Writer.HYPERVISOR, commands ? cpus : none)
                .live(sizes.cpus().busy())
                .of(new Sort("Command", List.of("none", "invalidation", "flush")));
        boolean numbered = sizes.needs(Sizes.Need.GIVEN_UP_WAITS);
        Decision lowest = (s, n, b, c) -> n;
        next = numbered ? model.decision("wait.number", lowest) : lowest;
        number = model.schema()
                .onlyIf(numbered)
                .slots("cpu.wait", Role.HYPERVISOR, Writer.HYPERVISOR, numbered ? cpus : none)
                .live(sizes.cpus().busy())
                .bits(SlotsBuilder.bitsFor(ring));
    }

    /** The data that the next wait of a CPU is to write. */
    int begin(long[] s, int cpu, SubmittedQueue queue, long address) {
        if (number.size() == 0) {
            return DONE;
        }
        int data = DONE;
        while (queue.hasWait(s, Descriptors.waitStatus(data), address)) {
            data++;
        }
        data = next.decide(s, data, 0, 0);
        number.set(s, cpu, data);
        return data;
    }

    /** The data that ends the wait of a CPU. */
    long awaited(long[] s, int cpu) {
        return number.size() == 0 ? DONE : number.get(s, cpu);
    }

    /** Notes that a CPU has written a command; always true. */
    boolean note(long[] s, int cpu, int kind) {
        pending.set(s, cpu, kind);
        return true;
    }

    /** Whether a CPU's command of a kind is under way. */
    boolean isPending(long[] s, int cpu, int kind) {
        return pending.get(s, cpu) == kind;
    }

    /** Whether no command of a CPU is under way. */
    boolean isFree(long[] s, int cpu) {
        return pending.get(s, cpu) == NONE;
    }

    /** The CPU whose command of a kind is under way, or -1. */
    int owner(long[] s, int kind) {
        for (int cpu = 0; cpu < pending.size(); cpu++) {
            if (pending.get(s, cpu) == kind) {
                return cpu;
            }
        }
        return -1;
    }

    /** The unit has completed a command. There is one of a kind at a time, so whoever has one has this one; always true. */
    boolean complete(long[] s, int kind) {
        for (int cpu = 0; cpu < pending.size(); cpu++) {
            if (pending.get(s, cpu) == kind) {
                pending.set(s, cpu, NONE);
            }
        }
        return true;
    }

    /** Adds whose commands are under way. */
    void read(Footprint footprint) {
        footprint.all(pending);
    }
}
