package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * How software makes a unit forget: a command, and a COMPLETION_WAIT that stores to the CPU's word. {@code @source} Xen 4.17
 * iommu_cmd.c: every invalidation is followed by its own wait.
 */
final class CommandPort implements Port {
    private final AmdViUnit unit;
    private final SubmittedCommands commands;
    private final InvalidatedPages range;
    private final CompletionWaits waits;

    /** The port of one unit. */
    public CommandPort(AmdViUnit unit, SubmittedCommands commands, InvalidatedPages range, CompletionWaits waits) {
        this.unit = unit;
        this.commands = commands;
        this.range = range;
        this.waits = waits;
    }

    @Override
    public boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed) {
        return tag == ALL_TAGS
                ? askEverything(s, cpu)
                : commands.submit(s, cpu, range.firstWord(s, tag), range.word(s, tag, first, last, changed));
    }

    /** Without IASup each DomainID is named; nothing is submitted where there is no room for all of them. */
    private boolean askEverything(long[] s, int cpu) {
        if (unit.geometry().capabilities().knows(Commands.INVALIDATE_IOMMU_ALL)) {
            return commands.submit(s, cpu, Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
        }
        int tags = unit.geometry().tags().size();
        if (commands.free(s) < tags) {
            return false;
        }
        for (int tag = 0; tag < tags; tag++) {
            commands.submit(s, cpu, range.firstWord(s, tag), Commands.everyPage(true));
        }
        return true;
    }

    @Override
    public List<String> decisions() {
        return InvalidatedPages.DECISIONS;
    }

    @Override
    public boolean askEntry(long[] s, int cpu, int tag, int requester) {
        return commands.submit(s, cpu, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, deviceId(requester)), 0);
    }

    private int deviceId(int requester) {
        return unit.geometry().deviceIds().get(requester);
    }

    @Override
    public boolean announce(long[] s, int cpu) {
        return waits.announce(s, cpu, commands);
    }

    @Override
    public List<String> announcing() {
        return waits.decisions();
    }

    @Override
    public boolean isDone(long[] s, int cpu) {
        return waits.isDone(s, cpu);
    }

    @Override
    public boolean serve(long[] s) {
        return commands.consume(s);
    }

    @Override
    public int finds(long[] s, int cpu, int tag, int page) {
        return commands.findsPage(s, cpu, tag, unit.geometry().pageNumber(page));
    }

    @Override
    public int findsFromEnd(long[] s, int cpu, int fromEnd, int tag, int page) {
        return commands.findsFromEnd(s, cpu, fromEnd, tag, unit.geometry().pageNumber(page));
    }

    @Override
    public int findsEntry(long[] s, int cpu, int requester) {
        return commands.findsDevice(s, cpu, deviceId(requester));
    }

    @Override
    public int nextSubmitter(long[] s) {
        return commands.nextSubmitter(s);
    }

    @Override
    public void read(Footprint footprint) {
        commands.read(footprint);
    }
}
