package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.xen.bench.CaseShape;
import dev.moat.conform.xen.bench.QueueLog;
import dev.moat.conform.xen.bench.Symbols;
import dev.moat.conform.xen.bench.VtdBench;
import dev.moat.conform.xen.bench.VtdConfiguration;
import dev.moat.conform.xen.bench.XenBench;
import dev.moat.conform.xen.call.Observer;
import dev.moat.conform.xen.call.RowRunner;
import dev.moat.conform.xen.call.RowRunners;
import dev.moat.conform.xen.call.StepRunner;
import dev.moat.conform.xen.record.Column;
import dev.moat.conform.xen.record.Comparer;
import dev.moat.conform.xen.record.RecordedCase;
import dev.moat.conform.xen.record.RecordedCases;
import dev.moat.conform.xen.record.RecordedOp;
import dev.moat.conform.xen.record.RecordedRow;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the recorded cases of a real Xen with its VT-d code on to Moat's executable one: each case on a fresh machine, each
 * row through the steps that a search runs.
 *
 * <p>Compared are status and its name, what the operation returned, the shared entries, the rights of the watched devices
 * to the watched frames after the step, each measured by a read and a write, and the descriptors that were executed during
 * it. Numbers of domain 0's handles and instruction counts are not compared. A disagreement does not end its case;
 * what the machine cannot represent does, and the next case is judged.
 */
public final class VtdConformance {
    private final Comparer comparer;
    private final XenBench.Maker benches;
    private final Watch watch;
    private final Tally tally = new Tally();
    /** Configurations whose device has been assigned before: it is in quarantine at the start of a case from then on. */
    private final Set<String> booted = new HashSet<>();

    /**
     * @param file the name that messages print
     * @param benches makes the machines
     */
    public VtdConformance(String file, XenBench.Maker benches) {
        this(file, benches, Watch.NONE);
    }

    /** @param watch told of every row as it is run */
    public VtdConformance(String file, XenBench.Maker benches, Watch watch) {
        comparer = new Comparer(file);
        this.benches = benches;
        this.watch = watch;
    }

    /** Someone who looks on while cases are run. */
    public interface Watch {
        /** Nobody. */
        Watch NONE = new Watch() {};

        /** A case begins on a fresh machine. */
        default void begin(XenBench bench, VtdConfiguration configuration) {}

        /** A row was run: what it was, nothing else. */
        default void ran(RecordedRow row) {}

        /**
         * A hypercall is over.
         *
         * @param step its rows
         * @param asked what hardware was asked to invalidate during it
         */
        default void returned(List<RecordedRow> step, List<QueueLog.Descriptor> asked) {}
    }

    /**
     * Runs all cases of a file.
     *
     * @param file the name that messages print
     * @throws InputException at the first malformed place outside of arguments: of a case, first what {@link
     *     RecordedCases#read} finds, then what its rows are compared with, in order
     */
    public static Conformance run(String file, Reader in) throws IOException {
        VtdConformance run = new VtdConformance(file, new XenBench.Maker());
        run.leaveOut(RecordedCases.read(file, in, run::run));
        return run.result();
    }

    /** What came of all cases run so far. */
    public Conformance result() {
        return tally.result(comparer.found());
    }

    /** Runs one case on a fresh machine. */
    public void run(RecordedCase recorded) {
        tally.run(recorded, this::judge);
    }

    /** What of the file is no row. */
    public void leaveOut(RecordedCases.Remains remains) {
        tally.leaveOut(remains);
    }

    private void judge(RecordedCase recorded) {
        VtdConfiguration configuration = VtdConfiguration.of(recorded.suite());
        if (configuration == null) {
            tally.leaveOut(recorded, "configuration " + recorded.suite());
            return;
        }
        List<List<RecordedRow>> steps = CaseShape.steps(recorded);
        Symbols symbols = VtdBench.symbols(recorded);
        VtdBench bench = VtdBench.make(benches, recorded, symbols, iommu(recorded), configuration);
        RecordedQueue queue = new RecordedQueue(symbols, configuration);
        boot(recorded, bench, queue);
        Map<RecordedOp, RowRunner> runners = RowRunners.withDevices(bench.xen(), symbols);
        Optional<Cell> unknown = CaseShape.unknown(recorded, runners.keySet());
        if (unknown.isPresent()) {
            tally.leaveOut(recorded, unknown.get());
            return;
        }
        StepRunner runner = new StepRunner(bench.xen(), new Observer(bench.xen(), symbols), comparer, runners);
        watch.begin(bench.xen(), configuration);
        for (List<RecordedRow> step : steps) {
            act(step, runner);
            List<QueueLog.Descriptor> asked = bench.takeDescriptors();
            compareDescriptors(step.get(0), queue, asked);
            watch.returned(step, asked);
            step.forEach(row -> measure(row, bench, symbols));
        }
    }

    /**
     * Where the device is when a configuration's first case to assign it begins: with domain 0 since the boot, or in quarantine
     * after a case that the file does not have. Only that row's descriptors tell.
     */
    private void boot(RecordedCase recorded, VtdBench bench, RecordedQueue queue) {
        for (RecordedRow row : recorded.rows()) {
            if (row.op() == RecordedOp.ASSIGN_DEVICE && row.text(Column.HRC).equals("0")) {
                if (booted.add(recorded.suite()) && queue.isOfDomain0(row.cell(Column.INV))) {
                    bench.boot(VtdBench.device(row.args().get("dev")));
                }
                return;
            }
        }
    }

    /** Domain 0 and those that are to be created with {@code iommu=1}. */
    private static int iommu(RecordedCase recorded) {
        int mask = 1;
        for (RecordedRow row : recorded.rows()) {
            if (row.op() == RecordedOp.CREATE && row.args().get("iommu").number(1) == 1) {
                mask |= 1 << row.args().get("dom").representable(7);
            }
        }
        return mask;
    }

    private void act(List<RecordedRow> step, StepRunner runner) {
        List<RecordedRow> operations =
                step.stream().filter(row -> row.op() != RecordedOp.PROBE).toList();
        if (!operations.isEmpty()) {
            runner.run(operations, watch::ran);
        }
        step.stream().filter(row -> row.op() == RecordedOp.PROBE).forEach(this::compareProbe);
    }

    /** A probe asks Xen nothing: recorders show 0 for what it returned, or nothing. */
    private void compareProbe(RecordedRow row) {
        if (!row.cell(Column.HRC).isEmpty()) {
            comparer.check(row, Column.HRC, "0");
        }
        for (Column column : List.of(Column.STATUS, Column.STATUS_NAME, Column.OUT)) {
            comparer.check(row, column, "");
        }
    }

    private void compareDescriptors(RecordedRow row, RecordedQueue queue, List<QueueLog.Descriptor> ours) {
        if (!RecordedQueue.same(queue.read(row.cell(Column.INV)), ours)) {
            comparer.report(row, Column.INV, row.text(Column.INV), queue.print(ours));
        }
    }

    /** What is no domain's page by name, as Xen's image or the firmware's tables, is not measured: nobody's rights change there. */
    private void measure(RecordedRow row, VtdBench bench, Symbols symbols) {
        Cell frame = row.cell(Column.FRAME);
        if (!frame.isEmpty() && !Symbols.isName(frame.text())) {
            tally.skip(
                    "rights to " + (Character.isDigit(frame.text().charAt(0)) ? "a frame by number" : frame.text()), 1);
            return;
        }
        if (!row.cell(Column.DEV).isEmpty()) {
            int rights = bench.measure(VtdBench.device(row.cell(Column.DEV)), symbols.frame(frame));
            comparer.check(row, Column.DMA_READ, (rights & 1) != 0 ? "ok" : "fault");
            comparer.check(row, Column.DMA_WRITE, (rights & 2) != 0 ? "ok" : "fault");
        } else {
            comparer.check(row, Column.DMA_READ, "");
            comparer.check(row, Column.DMA_WRITE, "");
        }
        tally.compared(row);
    }
}
