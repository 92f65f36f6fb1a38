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
    /** Suites about mapping and unmapping. */
    private static final Set<String> MAPPING = Set.of("self", "flags", "maperr", "unmap", "multi");

    private final Comparer comparer;
    private final XenBench.Maker benches;
    private final Tally tally = new Tally();

    XenConformance(String file, XenBench.Maker benches) {
        comparer = new Comparer(file);
        this.benches = benches;
    }

    /** Cases of the mapping suites in which every table stays at version 1. */
    public static boolean isVersion1Mapping(RecordedCase recorded) {
        return MAPPING.contains(recorded.suite()) && !recorded.uses(RecordedOp.SET_VERSION);
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

    /** Runs a case of the mapping suites, and counts any other as skipped. */
    void runOrSkip(RecordedCase recorded) {
        if (MAPPING.contains(recorded.suite())) {
            run(recorded);
        } else {
            tally.begin(recorded);
            tally.skip("suite " + recorded.suite(), recorded.rows().size());
        }
    }

    private void run(RecordedCase recorded) {
        tally.begin(recorded);
        Symbols symbols = new Symbols(recorded);
        XenBench bench =
                benches.make(CaseShape.domains(recorded, symbols), CaseShape.maptrackFrames(recorded), symbols);
        GuestRows guests = new GuestRows(bench, symbols);
        Map<RecordedOp, RowRunner> runners = runners(guests, new GrantRows(bench, symbols));
        Set<RecordedOp> missing = EnumSet.noneOf(RecordedOp.class);
        recorded.rows().forEach(row -> missing.add(row.op()));
        missing.removeAll(runners.keySet());
        missing.remove(RecordedOp.COPY);
        if (!missing.isEmpty()) {
            tally.skip(
                    "case with " + missing.iterator().next().label(),
                    recorded.rows().size());
            return;
        }
        Observer observer = new Observer(bench, symbols);
        for (List<RecordedRow> step : CaseShape.steps(recorded)) {
            if (step.get(0).op() == RecordedOp.COPY) {
                step.forEach(guests::carryCopy);
                tally.skip(RecordedOp.COPY.label(), step.size());
            } else {
                runStep(step, runners, observer);
            }
        }
    }

    private void runStep(List<RecordedRow> step, Map<RecordedOp, RowRunner> runners, Observer observer) {
        List<Integer> addressed = new ArrayList<>();
        for (RecordedRow row : step) {
            Answer answer = Objects.requireNonNull(runners.get(row.op())).run(row);
            comparer.compare(row, answer);
            addressed.addAll(answer.entries());
            tally.compared(row);
        }
        comparer.compareEntries(step.get(0), observer.entries(addressed));
        comparer.comparePtes(step.get(0), observer.ptes());
    }

    private static Map<RecordedOp, RowRunner> runners(GuestRows guests, GrantRows grants) {
        Map<RecordedOp, RowRunner> runners = new EnumMap<>(RecordedOp.class);
        runners.put(RecordedOp.CREATE, guests::create);
        runners.put(RecordedOp.GT_WRITE, guests::store);
        runners.put(RecordedOp.GT_FLAGS, guests::storeFlags);
        runners.put(RecordedOp.END_ACCESS, guests::endAccess);
        runners.put(RecordedOp.MEM_READ, guests::read);
        runners.put(RecordedOp.MEM_WRITE, guests::write);
        runners.put(RecordedOp.MAP, grants::map);
        runners.put(RecordedOp.UNMAP, grants::unmap);
        return runners;
    }
}
