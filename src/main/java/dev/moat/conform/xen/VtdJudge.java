package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.RowTally;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Judges recorded cases of a Xen with its VT-d code on. Compared are status and its name, what the operation returned, the shared
 * entries, the rights of the watched devices to the watched frames after the step, each measured by a read and a write, and the
 * descriptors that were executed during it. Numbers of domain 0's handles and instruction counts are not compared.
 */
final class VtdJudge extends XenJudge {
    /** Configurations whose device has been assigned before: it is in quarantine at the start of a case from then on. */
    private final Set<String> booted = new HashSet<>();

    VtdJudge(RowTally tally, XenBench.Maker benches) {
        super(tally, benches);
    }

    @Override
    Runnable prepare(XenCase recorded) {
        VtdConfiguration configuration = VtdConfiguration.of(recorded.suite());
        if (configuration == null) {
            throw recorded.first().suite().unknown("configuration", List.of());
        }
        List<List<XenRow>> steps = CaseShape.steps(recorded);
        Symbols symbols = VtdBench.symbols(recorded);
        VtdBench bench = VtdBench.make(benches, recorded, symbols, iommu(recorded), configuration);
        RecordedQueue queue = new RecordedQueue(symbols, configuration);
        StepRunner runner = new StepRunner(
                bench.xen(),
                new Observer(bench.xen(), symbols),
                comparer,
                RowRunners.withDevices(bench.xen(), symbols));
        return () -> {
            boot(recorded, bench, queue);
            for (List<XenRow> step : steps) {
                act(step, runner);
                compareDescriptors(step.get(0), queue, bench.takeDescriptors());
                step.forEach(row -> measure(row, bench, symbols));
            }
        };
    }

    /**
     * Where the device is when a configuration's first case to assign it begins: with domain 0 since the boot, or in quarantine
     * after a case that the file does not have. Only that row's descriptors tell.
     */
    private void boot(XenCase recorded, VtdBench bench, RecordedQueue queue) {
        for (XenRow row : recorded.rows()) {
            if (row.op() == XenOp.ASSIGN_DEVICE && row.text("hrc").equals("0")) {
                if (booted.add(recorded.suite()) && queue.isOfDomain0(row.cell("inv"))) {
                    bench.boot(VtdBench.device(row.args().get("dev")));
                }
                return;
            }
        }
    }

    /** Domain 0 and those that are to be created with {@code iommu=1}. */
    private static int iommu(XenCase recorded) {
        int mask = 1;
        for (XenRow row : recorded.rows()) {
            if (row.op() == XenOp.CREATE && row.args().get("iommu").number(1) == 1) {
                mask |= 1 << row.args().get("dom").representable(7);
            }
        }
        return mask;
    }

    private void act(List<XenRow> step, StepRunner runner) {
        List<XenRow> operations =
                step.stream().filter(row -> row.op() != XenOp.PROBE).toList();
        if (!operations.isEmpty()) {
            runner.run(operations);
        }
        step.stream().filter(row -> row.op() == XenOp.PROBE).forEach(this::compareProbe);
    }

    /** A probe asks Xen nothing: recorders show 0 for what it returned, or nothing. */
    private void compareProbe(XenRow row) {
        if (!row.cell("hrc").isEmpty()) {
            comparer.check(row, "hrc", "0");
        }
        for (String column : List.of("status", "status_name", "out")) {
            comparer.check(row, column, "");
        }
    }

    private void compareDescriptors(XenRow row, RecordedQueue queue, List<QueueLog.Descriptor> ours) {
        if (!RecordedQueue.same(queue.read(row.cell("inv")), ours)) {
            comparer.report(row, "inv", row.text("inv"), queue.print(ours));
        }
    }

    /** What is no domain's page by name, as Xen's image or the firmware's tables, is not measured: nobody's rights change there. */
    private void measure(XenRow row, VtdBench bench, Symbols symbols) {
        Cell frame = row.cell("frame");
        if (!frame.isEmpty() && !Symbols.isName(frame.text())) {
            comparer.skip(
                    row,
                    "rights to " + (Character.isDigit(frame.text().charAt(0)) ? "a frame by number" : frame.text()));
            return;
        }
        if (!row.cell("dev").isEmpty()) {
            int rights = bench.measure(VtdBench.device(row.cell("dev")), symbols.frame(frame));
            comparer.check(row, "dma_read", (rights & 1) != 0 ? "ok" : "fault");
            comparer.check(row, "dma_write", (rights & 2) != 0 ? "ok" : "fault");
        } else {
            comparer.check(row, "dma_read", "");
            comparer.check(row, "dma_write", "");
        }
        comparer.settle(row, symbols.namesLost(row), Symbols.LOST);
    }
}
