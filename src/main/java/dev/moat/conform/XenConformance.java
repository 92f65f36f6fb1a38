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
import java.util.TreeMap;
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
    private final Map<String, Integer> skipped = new TreeMap<>();
    private int cases;
    private int rows;
    private int statuses;
    private int comparedRows;
    private int comparedStatuses;

    private XenConformance(String file, XenBench.Maker benches) {
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

    private Conformance result() {
        return new Conformance(
                cases, rows, statuses, comparedRows, comparedStatuses, new TreeMap<>(skipped), comparer.found());
    }

    private void run(RecordedCase recorded) {
        cases++;
        rows += recorded.rows().size();
        statuses +=
                (int) recorded.rows().stream().filter(RecordedRow::hasStatus).count();
        Symbols symbols = new Symbols(recorded);
        XenBench bench = benches.make(domains(recorded, symbols), maptrackFrames(recorded), symbols);
        GuestRows guests = new GuestRows(bench, symbols);
        Map<RecordedOp, RowRunner> runners = runners(guests, new GrantRows(bench, symbols));
        Set<RecordedOp> missing = EnumSet.noneOf(RecordedOp.class);
        recorded.rows().forEach(row -> missing.add(row.op()));
        missing.removeAll(runners.keySet());
        missing.remove(RecordedOp.COPY);
        if (!missing.isEmpty()) {
            skip(
                    "case with " + missing.iterator().next().label(),
                    recorded.rows().size());
            return;
        }
        Observer observer = new Observer(bench, symbols);
        for (List<RecordedRow> step : steps(recorded)) {
            if (step.get(0).op() == RecordedOp.COPY) {
                step.forEach(guests::carryCopy);
                skip(RecordedOp.COPY.label(), step.size());
            } else {
                runStep(step, runners, observer);
            }
        }
    }

    private void skip(String mechanism, int count) {
        skipped.merge(mechanism, count, Integer::sum);
    }

    private void runStep(List<RecordedRow> step, Map<RecordedOp, RowRunner> runners, Observer observer) {
        List<Integer> addressed = new ArrayList<>();
        for (RecordedRow row : step) {
            Answer answer = Objects.requireNonNull(runners.get(row.op())).run(row);
            comparer.compare(row, answer);
            addressed.addAll(answer.entries());
            comparedRows++;
            comparedStatuses += row.hasStatus() ? 1 : 0;
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

    /** The rows of one hypercall together. */
    private static List<List<RecordedRow>> steps(RecordedCase recorded) {
        List<List<RecordedRow>> steps = new ArrayList<>();
        for (RecordedRow row : recorded.rows()) {
            if (!row.continues()) {
                steps.add(new ArrayList<>());
            }
            steps.get(steps.size() - 1).add(row);
        }
        return steps;
    }

    /** Domains from 0 to the last one created; every actor and every owner of a named frame must be one of them. */
    private static int domains(RecordedCase recorded, Symbols symbols) {
        boolean[] exists = new boolean[8];
        exists[0] = true;
        int domains = 1;
        for (RecordedRow row : recorded.rows()) {
            if (row.op() == RecordedOp.CREATE) {
                Cell dom = row.args().get("dom");
                int domain = (int) dom.number(exists.length - 1);
                if (domain != domains) {
                    throw dom.error("domain " + domain + " is created, not " + domains);
                }
                exists[domains++] = true;
            } else if (!exists[row.actor()]) {
                throw row.cell(Column.ACTOR).error("domain " + row.actor() + " was not created");
            }
        }
        Cell name = recorded.rows().get(0).cell(Column.CASE);
        if (domains == 1) {
            throw name.error("the case creates no domain");
        }
        for (Symbols.Frame frame : symbols.frames()) {
            if (!exists[frame.owner()]) {
                throw name.error("the case names " + frame.name() + ", whose domain is not created");
            }
        }
        return domains;
    }

    private static int maptrackFrames(RecordedCase recorded) {
        int most = 0;
        for (RecordedRow row : recorded.rows()) {
            if (row.op() == RecordedOp.CREATE) {
                Cell limit = row.args().get("max_maptrack_frames");
                most = Math.max(most, (int) limit.number(XenBench.MAX_MAPTRACK_FRAMES));
            }
        }
        return most;
    }
}
