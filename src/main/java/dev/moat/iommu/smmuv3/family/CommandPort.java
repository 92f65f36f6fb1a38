package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.smmuv3.SmmuGeometry;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * How software makes a unit forget: commands, and a CMD_SYNC behind which it waits for CONS. {@code @source} Linux
 * arm_smmu_cmdq_issue_cmdlist, arm_smmu_cmdq_batch_submit.
 */
final class CommandPort implements Port {
    private static final String SYNCED = "wait.synced";
    private static final String LEFT = "wait.left-to-others";

    private final SmmuGeometry g;
    private final SubmittedCommands commands;
    private final InvalidatedPages range;
    private final Waits waits;

    /** The port of one unit. */
    public CommandPort(SmmuGeometry geometry, SubmittedCommands commands, InvalidatedPages range, Waits waits) {
        g = geometry;
        this.commands = commands;
        this.range = range;
        this.waits = waits;
    }

    /** How the driver waits, at any unit. */
    public static final class Waits {
        private final boolean fetches;
        /** {@code wait.synced}: to 1 when a CMD_SYNC is submitted; CONS is waited for in any case. */
        private final Decision synced;
        /** {@code wait.left-to-others}: (whether the last command is a CMD_SYNC) to 1 when no other is submitted, nor waited for. */
        private final Decision leaves;
        /** {@code sync.waits}: to 1 when the unit's CMD_SYNC waits for what is consumed and not executed. */
        private final Decision unitWaits;

        private final List<String> announcing;

        /**
         * @param fetches whether units consume commands before they execute them
         */
        public Waits(ModelBuilder model, Sizes sizes, boolean fetches) {
            this.fetches = fetches;
            Decision yes = (s, a, b, c) -> 1;
            Decision no = (s, a, b, c) -> 0;
            synced = model.decision(SYNCED, yes);
            boolean shared =
                    sizes.needs(Sizes.Need.SHARED_WAITS) && sizes.cpus().sort().size() > 1;
            leaves = shared ? model.decision(LEFT, no) : no;
            announcing = shared ? List.of(SYNCED, LEFT) : List.of(SYNCED);
            unitWaits = fetches ? model.decision("sync.waits", yes) : yes;
        }

        /** Whether a CMD_SYNC of a unit waits now. */
        public boolean unitWaits(long[] s) {
            return unitWaits.decide(s, 0, 0, 0) != 0;
        }
    }

    @Override
    public boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed) {
        if (tag == ALL_TAGS) {
            return commands.submit(s, cpu, range.everything(), 0);
        }
        int count = range.count(s, tag, first, last, changed);
        if (commands.free(s) < count) {
            return false;
        }
        long lo = range.lo(s, tag, first, last, changed);
        for (int n = 0; n < count; n++) {
            commands.submit(s, cpu, lo, range.hi(s, lo, first, changed, n));
        }
        return true;
    }

    @Override
    public List<String> decisions() {
        return range.decisions();
    }

    private int streamId(int requester) {
        return g.streamId(requester);
    }

    @Override
    public boolean askEntry(long[] s, int cpu, int tag, int requester) {
        long lo = Commands.SID.set(Commands.CFGI_STE, streamId(requester));
        return commands.submit(s, cpu, lo, Commands.LEAF.mask());
    }

    @Override
    public boolean announce(long[] s, int cpu) {
        if (waits.leaves.decide(s, commands.endsWithSync(s) ? 1 : 0, 0, 0) != 0) {
            commands.awaitNothing(s, cpu);
            return true;
        }
        if (waits.synced.decide(s, 0, 0, 0) != 0) {
            if (!commands.submit(s, cpu, Commands.SYNC, 0)) {
                return false;
            }
        }
        commands.awaitNewest(s, cpu);
        return true;
    }

    @Override
    public List<String> announcing() {
        return waits.announcing;
    }

    @Override
    public boolean isDone(long[] s, int cpu) {
        return commands.isPassed(s, cpu);
    }

    @Override
    public boolean serve(long[] s) {
        return commands.consume(s, 0) || (waits.fetches && commands.fetch(s, waits.unitWaits(s)));
    }

    @Override
    public int finds(long[] s, int cpu, int tag, int page) {
        return commands.findsPage(s, cpu, tag, page);
    }

    @Override
    public int findsFromEnd(long[] s, int cpu, int fromEnd, int tag, int page) {
        return commands.findsFromEnd(s, cpu, fromEnd, tag, page);
    }

    @Override
    public int findsEntry(long[] s, int cpu, int requester) {
        return commands.findsDevice(s, cpu, streamId(requester));
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
