package dev.moat.conform.xen;

import dev.moat.conform.rows.RowTally;
import dev.moat.xen.grant.GrantTableOp;
import java.util.List;
import java.util.Map;

/**
 * Judges recorded cases of grant tables without an IOMMU. Compared are status and its name, what the operation returned, the shared
 * entries and the mapped slots that show after the step; of a batch, the latter after all of it.
 */
final class GrantJudge extends XenJudge {
    GrantJudge(RowTally tally, XenBench.Maker benches) {
        super(tally, benches);
    }

    @Override
    Runnable prepare(XenCase recorded) {
        XenConfiguration configuration = XenConfiguration.of(recorded.suite());
        if (configuration == null) {
            throw recorded.first().suite().unknown("configuration", List.of());
        }
        List<List<XenRow>> steps = CaseShape.steps(recorded);
        Symbols symbols = XenBench.Maker.symbols(recorded);
        XenBench bench = benches.make(recorded, symbols, configuration);
        GrantTableOp.Offered offered = new GrantTableOp.Offered(
                configuration.transfer(), bench.release().flushesCaches());
        Map<XenOp, RowRunner> runners = RowRunners.of(bench, symbols, configuration.transfer());
        runners.put(XenOp.RAW, row -> XenAnswer.returning(TableRows.raw(row, offered), "", List.of()));
        Observer observer = new Observer(bench, symbols);
        StepRunner runner = new StepRunner(bench, observer, comparer, runners);
        return () -> steps.forEach(step -> {
            if (step.get(0).op() == XenOp.RAW && !isTold(step.get(0), offered)) {
                tally.skip("raw hypercall with elements", step.size());
            } else {
                runStep(step, runner, observer, symbols);
            }
        });
    }

    /** A status would be an element's, of which the row says nothing. */
    private static boolean isTold(XenRow raw, GrantTableOp.Offered offered) {
        return !raw.hasStatus() && TableRows.raw(raw, offered) <= 0;
    }

    private void runStep(List<XenRow> step, StepRunner runner, Observer observer, Symbols symbols) {
        runner.run(step);
        Map<String, String> shown = observer.ptes();
        for (XenRow row : step) {
            comparer.comparePtes(row, row.continues() ? Map.of() : shown);
        }
        step.forEach(row -> comparer.settle(row, symbols.namesLost(row), Symbols.LOST));
    }
}
