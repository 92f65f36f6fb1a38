package dev.moat.check.needed;

import dev.moat.check.ByItself;
import dev.moat.check.CheckRequest;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.check.needed.NeedTable.Answer;
import dev.moat.check.needed.NeedTable.Cell;
import dev.moat.check.needed.NeedTable.Variation;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.notation.text.SaidEdit;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One column of a {@link NeedTable}: its cells, and the result of its design with nothing left out. That design is
 * searched in each bounds that a cell reaches. It shows whether a step ever has an effect there, and whether the
 * bounds can judge.
 */
public final class NeedColumn {
    /** The row of what the column does by itself. */
    public static final String NOTHING = "nothing";

    private final ScenarioChecker checker;
    private final Catalog catalog;
    private final Variation variation;
    private final Limits limits;
    private final Map<Integer, Scenario> rungs = new LinkedHashMap<>();
    /** Of each rung's machine, as {@code operation/step}. */
    private final Map<Integer, Set<String>> steps = new HashMap<>();

    private final Set<Integer> widest = new HashSet<>();
    private final Map<Integer, ByItself> owns = new LinkedHashMap<>();

    NeedColumn(ScenarioChecker checker, Catalog catalog, Variation variation, List<Scenario> ladder, Limits limits) {
        this.checker = checker;
        this.catalog = catalog;
        this.variation = variation;
        this.limits = limits;
        @Nullable BadSettingException refused = null;
        Set<MachineSpec> seen = new HashSet<>();
        int most = ladder.stream()
                .mapToInt(rung -> catalog.machine(rung.machine()).interleavedCpus())
                .max()
                .orElse(0);
        for (int i = 0; i < ladder.size(); i++) {
            Scenario rung = ladder.get(i);
            MachineSpec machine = rung.machine().withSettings(variation.settings());
            try {
                Machine built = catalog.machine(machine);
                int cpus = built.interleavedCpus();
                if (seen.add(machine)) {
                    steps.put(i + 1, steps(built));
                    rungs.put(i + 1, rung.with(machine, rung.hold(), List.of(), Expectation.held()));
                    if (cpus == most) {
                        widest.add(i + 1);
                    }
                }
            } catch (BadSettingException e) {
                refused = refused == null ? e : refused;
            }
        }
        if (rungs.isEmpty() && refused != null) {
            throw refused;
        }
    }

    private static Set<String> steps(Machine machine) {
        return machine.model().operations().stream()
                .flatMap(op -> op.steps().stream().map(step -> op.name() + "/" + step.name()))
                .collect(Collectors.toSet());
    }

    /** Which column it is. */
    public Variation variation() {
        return variation;
    }

    /** One cell: the rungs are searched in their order until one settles it. */
    public Cell cell(InjectedFault omission) {
        Ascent ascent = new Ascent();
        for (int number : rungs.keySet()) {
            if (limits.time().isOver()) {
                return new Cell(
                        omission.id(), variation.name(), Answer.UNDECIDED, 0, null, List.copyOf(ascent.held), Map.of());
            }
            Answer answer = has(number, omission) ? climb(number, omission, ascent) : null;
            if (answer != null) {
                return new Cell(
                        omission.id(),
                        variation.name(),
                        answer,
                        number,
                        ascent.last,
                        List.copyOf(ascent.held),
                        Map.of());
            }
        }
        List<Integer> held = List.copyOf(ascent.held);
        int top = held.isEmpty() ? 0 : held.get(held.size() - 1);
        return new Cell(omission.id(), variation.name(), ascent.answer(), top, ascent.last, held, Map.of());
    }

    /** A cell with its cases, where it is needed: each is searched on the rungs up to the one that settled it. */
    public Cell inCases(Cell cell, InjectedFault omission) {
        Map<String, Boolean> cases = new LinkedHashMap<>();
        for (String change : cell.answer() == Answer.NEEDED ? SaidEdit.CHANGES : List.<String>of()) {
            for (int number : rungs.keySet()) {
                if (number <= cell.rung() && !Boolean.TRUE.equals(cases.get(change)) && has(number, omission)) {
                    only(change, number, omission).ifPresent(breaks -> cases.merge(change, breaks, Boolean::logicalOr));
                }
            }
        }
        return new Cell(
                cell.omission(), cell.variation(), cell.answer(), cell.rung(), cell.verdict(), cell.held(), cases);
    }

    /** Whether something breaks on a rung without the omission's steps in one case; nothing where that never is so, or cannot be told. */
    private Optional<Boolean> only(String change, int number, InjectedFault omission) {
        Edits edits = new Edits();
        omission.edit().accept(edits);
        Map<String, List<String>> steps = new TreeMap<>();
        edits.dropped()
                .forEach(step -> steps.computeIfAbsent(step.split("/", 2)[0], op -> new ArrayList<>())
                        .add(step.split("/", 2)[1]));
        List<String> drops = new ArrayList<>();
        steps.forEach((operation, dropped) ->
                drops.add("drop " + String.join(", ", dropped) + " in " + operation + " if " + change));
        try {
            Verdict verdict = search(rung(number), own(number).judged(), drops, false);
            boolean occurs = edits.dropped().stream()
                    .map(step -> Coverage.step(step + "-if-" + change, Outcome.DONE))
                    .anyMatch(step -> verdict.run().coverage().steps().getOrDefault(step, 0L) > 0);
            boolean decided = verdict.outcome() != Verdict.Kind.INCONCLUSIVE;
            return occurs && decided ? Optional.of(verdict.finding() != null) : Optional.empty();
        } catch (BadSettingException e) {
            return Optional.empty(); // a machine without tables has no entries that change
        }
    }

    /** What is known of a cell while its rungs are searched. */
    private final class Ascent {
        private final List<Integer> held = new ArrayList<>();
        private boolean idle = true;
        private boolean partly;
        /** Whether it was asked if operations still end without the step. */
        private boolean obliged;

        private @Nullable Verdict last;

        private Answer answer() {
            if (held.isEmpty()) {
                return Answer.ABSENT;
            }
            boolean full = !partly && !Collections.disjoint(held, widest);
            return idle ? Answer.IDLE : full ? Answer.SUPERFLUOUS : Answer.HELD;
        }
    }

    /** One rung of a cell; null when everything that is judged holds there. */
    private @Nullable Answer climb(int number, InjectedFault omission, Ascent ascent) {
        // A step that had something to do on an earlier rung is searched for, without asking the column's own design
        // first.
        if (ascent.idle && own(number).holds() && isIdle(omission, own(number))) {
            ascent.last = own(number).last();
            ascent.held.add(number);
            return null;
        }
        ascent.idle = false;
        List<String> without = List.of(omission.id());
        Verdict verdict = search(rung(number), rung(number).hold(), without, !ascent.obliged);
        ascent.obliged = true;
        if (verdict.outcome() == Verdict.Kind.VIOLATED) {
            ByItself own = own(number);
            if (!own.holds()) {
                ascent.last = own.last();
                // Of a design whose own search hit a limit nobody knows whether it breaks something by itself.
                return own.last().outcome() == Verdict.Kind.INCONCLUSIVE ? Answer.UNDECIDED : Answer.UNSOUND;
            }
            if (!own.broken().isEmpty()) {
                ascent.partly = true;
                verdict = search(rung(number), own.judged(), without, false);
            }
        }
        ascent.last = verdict;
        return switch (verdict.outcome()) {
            case VIOLATED -> Answer.NEEDED;
            case INCONCLUSIVE -> Answer.UNDECIDED;
            case HELD -> {
                ascent.partly |= stopsMore(verdict, number);
                ascent.held.add(number);
                yield null;
            }
        };
    }

    /** Whether something never takes effect any more that does in the column's own design: then nothing is shown of it. */
    private boolean stopsMore(Verdict without, int number) {
        return !without.idleActions().isEmpty()
                && !own(number).last().idleActions().containsAll(without.idleActions());
    }

    private Scenario rung(int number) {
        Scenario rung = rungs.get(number);
        if (rung == null) {
            throw new IllegalArgumentException("rung " + number + " is not of this column");
        }
        return rung;
    }

    /** Whether the machine does what the omission leaves out. */
    private boolean has(int number, InjectedFault omission) {
        Edits edits = new Edits();
        omission.edit().accept(edits);
        if (!Objects.requireNonNull(steps.get(number)).containsAll(edits.dropped())) {
            return false;
        }
        Scenario rung = rung(number);
        try {
            catalog.machine(rung.machine().withFaults(List.of(omission.id())));
            return true;
        } catch (BadSettingException e) {
            return false;
        }
    }

    /**
     * What the column's own design did in the searches that the cells so far needed, in the order of the rungs: on each
     * rung, what it breaks, if anything, and then the search by the properties that are left.
     */
    public List<Cell> ownRuns() {
        List<Cell> cells = new ArrayList<>();
        for (int number : rungs.keySet()) {
            ByItself own = owns.get(number);
            if (own != null) {
                own.broken().forEach(v -> cells.add(ownRun(Answer.UNSOUND, number, v)));
                Answer answer = switch (own.last().outcome()) {
                    case HELD -> own.broken().isEmpty() ? Answer.SUPERFLUOUS : Answer.HELD;
                    case VIOLATED -> Answer.UNSOUND;
                    case INCONCLUSIVE -> Answer.UNDECIDED;
                };
                cells.add(ownRun(answer, number, own.last()));
            }
        }
        return cells;
    }

    private Cell ownRun(Answer answer, int rung, Verdict verdict) {
        boolean held = verdict.outcome() == Verdict.Kind.HELD;
        return new Cell(NOTHING, variation.name(), answer, rung, verdict, held ? List.of(rung) : List.of(), Map.of());
    }

    /**
     * Whether no step that the omission leaves out ever went on to the next one: they found nothing owed each time, so that
     * without them the machine does the same.
     */
    private static boolean isIdle(InjectedFault omission, ByItself own) {
        Edits edits = new Edits();
        omission.edit().accept(edits);
        Map<String, Long> ran = own.last().run().coverage().steps();
        List<String> dropped = edits.dropped();
        return !dropped.isEmpty() && dropped.stream().allMatch(step -> ran.getOrDefault(step, 0L) == 0);
    }

    private ByItself own(int number) {
        ByItself known = owns.get(number);
        if (known == null) {
            Scenario rung = rung(number);
            known = ByItself.of(rung.hold(), judged -> search(rung, judged, List.of(), false));
            owns.put(number, known);
        }
        return known;
    }

    private Verdict search(Scenario rung, List<String> judged, List<String> faults, boolean obliges) {
        Scenario searched = rung.with(rung.machine(), judged, List.of(), Expectation.held());
        CheckRequest.Manner manner = new CheckRequest.Manner(false, false, obliges);
        return checker.check(new CheckRequest(searched, Map.of(), faults, limits, manner), Progress.silent());
    }
}
