package dev.moat.conform;

import dev.moat.logic.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Puts the recorded grant-table cases of a real Xen to Moat's executable one: each case on a fresh machine, each row
 * through the steps that a search runs.
 *
 * <p>Compared are status and its name, what the operation returned, the shared entries and the mapped slots that show after
 * the step; of a batch, the latter after all of it. A disagreement does not end its case.
 */
public final class XenConformance {
    private static final int EFAULT = -14;
    /** What the recorder says of an element that Xen could not read. */
    private static final String NOT_WRITTEN = "status-not-written";

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
     * @throws InputException at the first malformed place: of a case, first what {@link RecordedCases#read} finds, then
     *     the arguments of its rows in order
     */
    public static Conformance run(String file, Reader in, Predicate<RecordedCase> selected) throws IOException {
        return run(file, in, selected, new XenBench.Maker());
    }

    /** The same, with machines that several runs share. */
    static Conformance run(String file, Reader in, Predicate<RecordedCase> selected, XenBench.Maker benches)
            throws IOException {
        XenConformance run = new XenConformance(file, benches);
        RecordedCases.read(file, in, recorded -> {
            if (selected.test(recorded)) {
                run.run(recorded);
            }
        });
        return run.result();
    }

    Conformance result() {
        return tally.result(comparer.found());
    }

    void run(RecordedCase recorded) {
        tally.begin(recorded);
        XenConfiguration configuration = XenConfiguration.of(recorded.suite());
        if (configuration == null) {
            tally.skip("configuration " + recorded.suite(), recorded.rows().size());
            return;
        }
        Symbols symbols = XenBench.Maker.symbols(recorded);
        XenBench bench = benches.make(recorded, symbols, configuration);
        Map<RecordedOp, RowRunner> runners = runners(bench, symbols, configuration);
        Set<RecordedOp> missing = EnumSet.noneOf(RecordedOp.class);
        recorded.rows().forEach(row -> missing.add(row.op()));
        missing.removeAll(runners.keySet());
        if (!missing.isEmpty()) {
            tally.skip(
                    "case with " + missing.iterator().next().label(),
                    recorded.rows().size());
            return;
        }
        Observer observer = new Observer(bench, symbols);
        for (List<RecordedRow> step : CaseShape.steps(recorded)) {
            RecordedRow first = step.get(0);
            if (first.op() == RecordedOp.RAW && TableRows.raw(first, configuration.transfer()) > 0) {
                tally.skip("raw hypercall with elements", step.size());
            } else {
                runStep(step, runners, bench, observer);
            }
        }
    }

    private void runStep(
            List<RecordedRow> step, Map<RecordedOp, RowRunner> runners, XenBench bench, Observer observer) {
        int end = readable(step);
        List<Answer> answers = new ArrayList<>();
        List<Integer> also = new ArrayList<>();
        for (RecordedRow row : step) {
            tally.compared(row);
            Answer answer = Answer.plain(NOT_WRITTEN, List.of());
            if (answers.size() < end) {
                answer = Objects.requireNonNull(runners.get(row.op())).run(row);
            }
            answers.add(end < step.size() ? answer.within(EFAULT) : answer);
            also.addAll(answer.entries());
            also.addAll(answer.also());
        }
        for (int i = 0; i < step.size(); i++) {
            RecordedRow row = step.get(i);
            comparer.compare(row, answers.get(i), bench.tables().version(row.actor()));
            if (i > 0) {
                comparer.compareEntries(row, observer.now(answers.get(i).entries()));
                comparer.comparePtes(row, Map.of());
            }
        }
        RecordedRow first = step.get(0);
        comparer.compareEntries(first, observer.entries(answers.get(0).entries(), also));
        comparer.comparePtes(first, observer.ptes());
    }

    /** Elements in memory that Xen can read: the recorder marks those that it put where nothing is mapped. */
    private static int readable(List<RecordedRow> step) {
        int end = step.size();
        while (end > 1 && step.get(end - 1).text(Column.OUT).equals(NOT_WRITTEN)) {
            end--;
        }
        return end;
    }

    private static Map<RecordedOp, RowRunner> runners(XenBench bench, Symbols symbols, XenConfiguration configuration) {
        GuestRows guests = new GuestRows(bench, symbols);
        EntryRows entries = new EntryRows(bench, symbols);
        GrantRows grants = new GrantRows(bench, symbols);
        PageRows pages = new PageRows(bench, symbols, configuration.transfer());
        TableRows tables = new TableRows(bench);
        Map<RecordedOp, RowRunner> runners = new EnumMap<>(RecordedOp.class);
        runners.put(RecordedOp.CREATE, guests::create);
        runners.put(RecordedOp.DESTROY, pages::destroy);
        runners.put(RecordedOp.MEM_READ, guests::read);
        runners.put(RecordedOp.MEM_WRITE, guests::write);
        runners.put(RecordedOp.GT_WRITE, entries::store);
        runners.put(RecordedOp.GT_WRITE_SUB, entries::storePart);
        runners.put(RecordedOp.GT_WRITE_TRANS, entries::storeTransitive);
        runners.put(RecordedOp.GT_FLAGS, entries::storeFlags);
        runners.put(RecordedOp.END_ACCESS, entries::endAccess);
        runners.put(RecordedOp.MAP, grants::map);
        runners.put(RecordedOp.UNMAP, grants::unmap);
        runners.put(RecordedOp.UNMAP_REPLACE, grants::unmapReplacing);
        runners.put(RecordedOp.COPY, new CopyRows(bench, symbols, guests)::copy);
        runners.put(RecordedOp.TRANSFER, pages::transfer);
        runners.put(RecordedOp.OWN_MAP, pages::ownMap);
        runners.put(RecordedOp.OWN_MAP_RO, pages::ownMap);
        runners.put(RecordedOp.OWN_UNMAP, pages::ownUnmap);
        runners.put(RecordedOp.SLOT_CLEAR, pages::slotClear);
        runners.put(RecordedOp.SWAP, tables::swap);
        runners.put(RecordedOp.SET_VERSION, tables::setVersion);
        runners.put(RecordedOp.GET_VERSION, tables::getVersion);
        runners.put(RecordedOp.QUERY_SIZE, tables::querySize);
        runners.put(RecordedOp.SETUP_TABLE, tables::setUp);
        runners.put(RecordedOp.GET_STATUS_FRAMES, tables::statusFrames);
        runners.put(RecordedOp.CACHE_FLUSH, row -> tables.cacheFlush(row, symbols));
        runners.put(
                RecordedOp.RAW, row -> Answer.returning(TableRows.raw(row, configuration.transfer()), "", List.of()));
        return runners;
    }
}
