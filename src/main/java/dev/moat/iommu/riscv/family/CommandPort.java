package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.riscv.RiscvGeometry;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Directory;
import dev.moat.iommu.riscv.format.Commands.Fence;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * How software makes a unit forget: commands, and an IOFENCE.C behind which it waits for the head. {@code @source} Linux
 * riscv_iommu_cmd_sync; RISCV-IOMMU, software guidelines: PR and PW before memory is given back.
 */
final class CommandPort implements Port {
    private static final String FENCED = "wait.fenced";
    private static final String LEFT = "wait.left-to-others";

    private final RiscvGeometry g;
    private final SubmittedCommands commands;
    private final InvalidatedPages range;
    private final Waits waits;

    /** The port of one unit. */
    public CommandPort(RiscvGeometry geometry, SubmittedCommands commands, InvalidatedPages range, Waits waits) {
        g = geometry;
        this.commands = commands;
        this.range = range;
        this.waits = waits;
    }

    /** How the driver waits, at any unit. */
    public static final class Waits {
        private final boolean orders;
        private final boolean fetches;
        /** {@code wait.fenced}: to 1 when a fence is submitted; the head is waited for in any case. */
        private final Decision fenced;
        /** {@code wait.left-to-others}: (whether the last command is a fence) to 1 when no other is submitted, nor waited for. */
        private final Decision leaves;
        /** {@code fence.waits}: to 1 when the unit's fence waits for what is fetched and not executed. */
        private final Decision unitWaits;

        private final List<String> announcing;

        /**
         * @param orders whether fences have PR and PW
         * @param fetches whether units fetch commands before they execute them
         */
        public Waits(ModelBuilder model, Sizes sizes, boolean orders, boolean fetches) {
            this.orders = orders;
            this.fetches = fetches;
            Decision yes = (s, a, b, c) -> 1;
            Decision no = (s, a, b, c) -> 0;
            fenced = model.decision(FENCED, yes);
            boolean shared =
                    sizes.needs(Sizes.Need.SHARED_WAITS) && sizes.cpus().sort().size() > 1;
            leaves = shared ? model.decision(LEFT, no) : no;
            announcing = shared ? List.of(FENCED, LEFT) : List.of(FENCED);
            unitWaits = fetches ? model.decision("fence.waits", yes) : yes;
        }

        /** Whether a fence of a unit waits now. */
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
            commands.submit(s, cpu, lo, range.hi(s, lo, first, last, n));
        }
        return true;
    }

    @Override
    public List<String> decisions() {
        return range.decisions();
    }

    private int deviceId(int requester) {
        return g.users().deviceIds().get(requester);
    }

    @Override
    public boolean askEntry(long[] s, int cpu, int tag, int requester) {
        long lo = Commands.KIND.set(0, Commands.IODIR_INVAL_DDT) | Directory.DV.mask();
        return commands.submit(s, cpu, Directory.DID.set(lo, deviceId(requester)), 0);
    }

    @Override
    public boolean announce(long[] s, int cpu) {
        if (waits.leaves.decide(s, commands.endsWithFence(s) ? 1 : 0, 0, 0) != 0) {
            commands.awaitNothing(s, cpu);
            return true;
        }
        if (waits.fenced.decide(s, 0, 0, 0) != 0) {
            long order = waits.orders ? Fence.PR.mask() | Fence.PW.mask() : 0;
            if (!commands.submit(s, cpu, Commands.IOFENCE_C | order, 0)) {
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
        return commands.consume(s) || (waits.fetches && commands.fetch(s, waits.unitWaits(s)));
    }

    @Override
    public int finds(long[] s, int cpu, int tag, int page) {
        return commands.findsPage(s, cpu, tag, g.pageNumber(page));
    }

    @Override
    public int findsFromEnd(long[] s, int cpu, int fromEnd, int tag, int page) {
        return commands.findsFromEnd(s, cpu, fromEnd, tag, g.pageNumber(page));
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
