package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * What each CPU waits for: that a COMPLETION_WAIT stores to its word. Xen resets the word and has 1 stored; where a wait may be given up,
 * and be done later, it has a number of its own, as all of Linux's have. {@code @source} Xen 4.17 iommu_cmd.c
 * flush_command_buffer, which since XSA-373 waits however long it takes; Linux iommu.c iommu_completion_wait.
 */
final class CompletionWaits {
    private static final String LEFT = "wait.left-to-others";
    /** What is stored where waits have no numbers. */
    private static final int DONE = 1;

    private final AmdViUnit memory;
    /** The number that the wait of each CPU stores, where waits have numbers. */
    private final Slots number;
    /** {@code wait.number}: (the lowest that no wait of the CPU in the ring has) to the number of the next one. */
    private final Decision next;
    /** {@code wait.left-to-others}: (whether the last command is a wait) to 1 when no other is queued, and it counts as done. */
    private final Decision leaves;
    /** Their names, where there is one. */
    private final List<String> decisions;

    /** @param memory any unit of the machine: the CPUs' words are memory, the same for all */
    public CompletionWaits(ModelBuilder model, Sizes sizes, AmdViUnit memory) {
        this.memory = memory;
        boolean numbered = sizes.needs(Sizes.Need.GIVEN_UP_WAITS);
        Decision lowest = (s, n, b, c) -> n;
        next = numbered ? model.decision("wait.number", lowest) : lowest;
        boolean shared =
                sizes.needs(Sizes.Need.SHARED_WAITS) && sizes.cpus().sort().size() > 1;
        Decision own = (s, wait, b, c) -> 0;
        leaves = shared ? model.decision(LEFT, own) : own;
        decisions = shared ? List.of(LEFT) : List.of();
        Sort cpus = sizes.cpus().sort().onlyIf(numbered);
        number = model.schema()
                .onlyIf(numbered)
                .slots("cpu.wait", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(sizes.cpus().busy())
                .bits(SlotsBuilder.bitsFor(memory.geometry().ring()));
    }

    /** A CPU asks to be told; its word is reset first. False, with nothing changed, when the ring is full. */
    boolean announce(long[] s, int cpu, SubmittedCommands commands) {
        if (leaves.decide(s, commands.endsWithWait(s) ? 1 : 0, 0, 0) != 0) {
            memory.waits.set(s, cpu, DONE);
            return true;
        }
        if (commands.free(s) == 0) {
            return false;
        }
        long lo = Commands.waitStore(memory.map().waitAddress(cpu));
        memory.waits.set(s, cpu, 0);
        return commands.submit(s, cpu, lo, begin(s, cpu, commands, lo));
    }

    /** The decisions that {@link #announce} may ask, but those of waits that are given up. */
    List<String> decisions() {
        return decisions;
    }

    private int begin(long[] s, int cpu, SubmittedCommands commands, long lo) {
        if (number.size() == 0) {
            return DONE;
        }
        int data = DONE;
        while (commands.hasWait(s, lo, data)) {
            data++;
        }
        data = next.decide(s, data, 0, 0);
        number.set(s, cpu, data);
        return data;
    }

    /** Whether the word of a CPU says so; then it is reset. */
    boolean isDone(long[] s, int cpu) {
        long awaited = number.size() == 0 ? DONE : number.get(s, cpu);
        if (memory.waits.get(s, cpu) != awaited) {
            return false;
        }
        memory.waits.set(s, cpu, 0);
        return true;
    }
}
