package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.xen.bench.CaseShape;
import dev.moat.conform.xen.bench.Symbols;
import dev.moat.conform.xen.bench.XenBench;
import dev.moat.conform.xen.bench.XenConfiguration;
import dev.moat.conform.xen.call.Observer;
import dev.moat.conform.xen.call.RowRunner;
import dev.moat.conform.xen.call.RowRunners;
import dev.moat.conform.xen.call.StepRunner;
import dev.moat.conform.xen.call.TableRows;
import dev.moat.conform.xen.record.Answer;
import dev.moat.conform.xen.record.Comparer;
import dev.moat.conform.xen.record.RecordedCase;
import dev.moat.conform.xen.record.RecordedCases;
import dev.moat.conform.xen.record.RecordedOp;
import dev.moat.conform.xen.record.RecordedRow;
import dev.moat.input.InputException;
import dev.moat.xen.grant.GrantTableOp;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Puts the recorded grant-table cases of a real Xen to Moat's executable one: each case on a fresh machine, each row
 * through the steps that a search runs.
 *
 * <p>Compared are status and its name, what the operation returned, the shared entries and the mapped slots that show after
 * the step; of a batch, the latter after all of it. A disagreement does not end its case; what the machine cannot represent
 * does, and the next case is judged.
 */
public final class XenConformance {
    private final Comparer comparer;
    private final XenBench.Maker benches;
    private final Tally tally = new Tally();

    XenConformance(String file, XenBench.Maker benches) {
        comparer = new Comparer(file);
        this.benches = benches;
    }

    /**
     * Runs the selected cases of a file.
     *
     * @param file the name that messages print
     * @throws InputException at the first malformed place outside of arguments: of a case, first what {@link
     *     RecordedCases#read} finds, then what its rows are compared with, in order
     */
    public static Conformance run(String file, Reader in, Predicate<RecordedCase> selected) throws IOException {
        return run(file, in, selected, new XenBench.Maker());
    }

    /** The same, with machines that several runs share. */
    static Conformance run(String file, Reader in, Predicate<RecordedCase> selected, XenBench.Maker benches)
            throws IOException {
        XenConformance run = new XenConformance(file, benches);
        run.leaveOut(RecordedCases.read(file, in, recorded -> {
            if (selected.test(recorded)) {
                run.run(recorded);
            }
        }));
        return run.result();
    }

    Conformance result() {
        return tally.result(comparer.found());
    }

    void run(RecordedCase recorded) {
        tally.run(recorded, this::judge);
    }

    /** What of the file is no row. */
    void leaveOut(RecordedCases.Remains remains) {
        tally.leaveOut(remains);
    }

    private void judge(RecordedCase recorded) {
        XenConfiguration configuration = XenConfiguration.of(recorded.suite());
        if (configuration == null) {
            tally.leaveOut(recorded, "configuration " + recorded.suite());
            return;
        }
        List<List<RecordedRow>> steps = CaseShape.steps(recorded);
        Symbols symbols = XenBench.Maker.symbols(recorded);
        XenBench bench = benches.make(recorded, symbols, configuration);
        GrantTableOp.Offered offered = new GrantTableOp.Offered(
                configuration.transfer(), bench.release().flushesCaches());
        Map<RecordedOp, RowRunner> runners = RowRunners.of(bench, symbols, configuration.transfer());
        runners.put(RecordedOp.RAW, row -> Answer.returning(TableRows.raw(row, offered), "", List.of()));
        Optional<Cell> unknown = CaseShape.unknown(recorded, runners.keySet());
        if (unknown.isPresent()) {
            tally.leaveOut(recorded, unknown.get());
            return;
        }
        Observer observer = new Observer(bench, symbols);
        StepRunner runner = new StepRunner(bench, observer, comparer, runners);
        for (List<RecordedRow> step : steps) {
            RecordedRow first = step.get(0);
            if (first.op() == RecordedOp.RAW && !isTold(first, offered)) {
                tally.skip("raw hypercall with elements", step.size());
            } else {
                runStep(step, runner, observer);
            }
        }
    }

    /** A status would be an element's, of which the row says nothing. */
    private static boolean isTold(RecordedRow raw, GrantTableOp.Offered offered) {
        return !raw.hasStatus() && TableRows.raw(raw, offered) <= 0;
    }

    private void runStep(List<RecordedRow> step, StepRunner runner, Observer observer) {
        runner.run(step, row -> {});
        Map<String, String> shown = observer.ptes();
        for (RecordedRow row : step) {
            comparer.comparePtes(row, row.continues() ? Map.of() : shown);
        }
        step.forEach(tally::compared);
    }
}
