package dev.moat.check.why;

import dev.moat.check.Finding;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.limit.Awaited;
import dev.moat.machine.Coverage;
import dev.moat.model.BadSettingException;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Parameter;
import dev.moat.model.ProgramException;
import dev.moat.model.Rewiring;
import dev.moat.notation.text.SaidEdit;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** Asks all questions about an operation, several at a time, each by one thread; answers are handed over in the order of the questions. */
public final class WhyTable implements AutoCloseable {
    private final Catalog catalog;
    private final ScenarioChecker checker;
    private final String operation;
    private final List<EditBounds> ladder;
    private final List<Scenario> peers;
    private final Limits limits;
    private final List<FutureTask<WhyRow>> rows = new ArrayList<>();
    private final ExecutorService pool;
    /** Whether the program as it is holds on other hardware, by its settings. */
    private final Map<Map<String, String>, Boolean> sound = new ConcurrentHashMap<>();

    /**
     * Begins.
     *
     * @param questions as {@link #questions} gives them
     * @param limits of all searches together; each has its share of threads and memory
     */
    public WhyTable(
            Catalog catalog,
            ScenarioChecker checker,
            String operation,
            List<Question> questions,
            Ladder.Chosen chosen,
            Limits limits) {
        this.catalog = catalog;
        this.checker = checker;
        this.operation = operation;
        ladder = chosen.bounds();
        peers = chosen.peers();
        this.limits = limits.sharedBy(limits.workers());
        pool = Awaited.pool("moat-question", limits.workers());
        questions.forEach(question -> rows.add(new FutureTask<>(() -> row(question))));
        rows.forEach(pool::execute);
    }

    /** The questions whose edits the program of an operation allows; of several that come to the same program the last one. */
    public static List<Question> questions(Catalog catalog, Scenario base, String operation) {
        MachineSpec spec = base.machine().withFaults(List.of());
        Operation sound = of(catalog.model(spec), operation);
        Map<List<String>, Question> programs = new LinkedHashMap<>();
        Map<Question, Integer> order = new HashMap<>();
        for (Question question : Question.of(sound)) {
            order.put(question, order.size());
            try {
                Model edited = catalog.model(spec.withFaults(List.of(question.edit())));
                programs.put(Ladder.program(of(edited, operation)), question);
            } catch (BadSettingException e) {
                continue; // two neighbours that no way passes both, or the only step
            }
        }
        List<Question> asked = new ArrayList<>(programs.values());
        asked.sort(Comparator.comparing(q -> order.getOrDefault(q, 0)));
        return asked;
    }

    private static Operation of(Model model, String operation) {
        return model.operations().stream()
                .filter(op -> op.name().equals(operation))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no operation " + operation));
    }

    /** An answer, once it is there. Throws as {@link ScenarioChecker#check}. */
    public WhyRow row(int number) {
        return Awaited.get(rows.get(number));
    }

    private WhyRow row(Question question) {
        List<Integer> held = new ArrayList<>();
        List<Integer> alone = new ArrayList<>();
        Set<String> doubts = new LinkedHashSet<>();
        Set<String> limited = new LinkedHashSet<>();
        boolean runs = false;
        for (EditBounds bounds : ladder) {
            if (!bounds.runs(operation, question.steps())) {
                continue;
            }
            runs = true;
            Verdict verdict;
            try {
                verdict = search(bounds, List.of(question.edit()), true);
            } catch (ProgramException e) {
                doubts.add(String.valueOf(e.getMessage()).replaceFirst("^.*\\): ", ""));
                continue;
            }
            if (verdict.outcome() == Verdict.Kind.VIOLATED) {
                WhyRow broken = new WhyRow(question, WhyRow.Answer.BREAKS, bounds, verdict, held, List.of(), List.of());
                return question.hasCases(sound(bounds)) ? broken.in(cases(question)) : broken;
            } else if (verdict.outcome() == Verdict.Kind.INCONCLUSIVE) {
                limited.add("the limit on " + verdict.run().limit() + " was hit in bounds " + bounds.number());
            } else if (!verdict.doubts().contains(Verdict.IDLE)) {
                List<String> others = new ArrayList<>(verdict.doubts());
                if (others.remove(Verdict.ONE_CPU)) {
                    alone.add(bounds.number());
                }
                doubts.addAll(others);
                if (others.isEmpty()) {
                    held.add(bounds.number());
                }
            }
        }
        if (!limited.isEmpty()) {
            return unbroken(question, WhyRow.Answer.UNDECIDED, held, List.copyOf(limited));
        } else if (!doubts.isEmpty()) {
            return unbroken(question, WhyRow.Answer.UNSHOWN, held, List.copyOf(doubts));
        } else if (held.isEmpty()) {
            String why = runs ? Verdict.IDLE : "it never runs in these bounds";
            return unbroken(question, WhyRow.Answer.IDLE, held, List.of(why));
        } else if (alone.containsAll(held)) {
            return unbroken(question, WhyRow.Answer.UNSHOWN, held, List.of(Verdict.ONE_CPU));
        }
        if (ladder.stream().allMatch(bounds -> bounds.caught().isEmpty())) {
            return unbroken(question, WhyRow.Answer.HELD, held, List.of("no control is caught in these bounds"));
        }
        List<String> unseen = unseen(held);
        return unseen.isEmpty()
                ? unbroken(question, WhyRow.Answer.NOTHING, held, List.of())
                : unbroken(
                        question,
                        WhyRow.Answer.HELD,
                        held,
                        List.of("controls of " + String.join(", ", unseen) + " are caught in other bounds only"));
    }

    private static WhyRow unbroken(Question question, WhyRow.Answer answer, List<Integer> held, List<String> says) {
        return new WhyRow(question, answer, null, null, held, says, List.of());
    }

    /** In which cases a step is needed; nothing where that is all that occur. */
    private List<WhyRow.Case> cases(Question question) {
        Map<String, List<EditBounds>> occurring = new LinkedHashMap<>();
        for (EditBounds bounds : ladder) {
            if (bounds.runs(operation, question.steps())) {
                for (String change : changes(question, bounds)) {
                    occurring.computeIfAbsent(change, c -> new ArrayList<>()).add(bounds);
                }
            }
        }
        List<WhyRow.Case> cases = new ArrayList<>();
        if (occurring.size() > 1) {
            occurring.forEach((change, where) -> cases.add(onlyIf(change, question, where)));
            occurring.forEach((change, where) -> cases.addAll(elsewhere(change, cases, question, where)));
        }
        return cases.stream().allMatch(c -> Boolean.TRUE.equals(c.breaks())) ? List.of() : List.copyOf(cases);
    }

    private WhyRow.Case onlyIf(String change, Question question, List<EditBounds> where) {
        String edit = question.edit() + " if " + change;
        Boolean breaks = false;
        for (EditBounds bounds : where) {
            Verdict verdict = search(bounds, List.of(edit), true);
            if (verdict.outcome() == Verdict.Kind.VIOLATED) {
                return new WhyRow.Case(change, "", true, bounds.command(edit));
            }
            boolean shown = verdict.outcome() == Verdict.Kind.HELD
                    && verdict.doubts().stream().allMatch(doubt -> doubt.equals(Verdict.ONE_CPU));
            breaks = shown ? breaks : null;
        }
        return new WhyRow.Case(change, "", breaks, "");
    }

    /** The capabilities of the hardware, each with its other value, with which a step is needed in a case in which it is not needed here. */
    private List<WhyRow.Case> elsewhere(
            String change, List<WhyRow.Case> here, Question question, List<EditBounds> where) {
        boolean free = here.stream().anyMatch(c -> c.change().equals(change) && Boolean.FALSE.equals(c.breaks()));
        List<WhyRow.Case> cases = new ArrayList<>();
        String edit = question.edit() + " if " + change;
        for (String capability : free ? capabilities(where.get(0)) : List.<String>of()) {
            Set<String> more = judgedWith(capability);
            more.removeAll(where.get(0).scenario().judged());
            EditBounds other = where.get(0).on(capability, more);
            Finding finding =
                    isSound(other) ? search(other, List.of(edit), false).finding() : null;
            if (finding != null) {
                more.retainAll(finding.invariants());
                String command = other.command(edit)
                        + more.stream().map(id -> " --hold " + id).collect(Collectors.joining());
                cases.add(new WhyRow.Case(change, capability, true, command));
            }
        }
        return cases;
    }

    /** What scenarios judge that have a capability: other hardware is harmed in other ways. */
    private Set<String> judgedWith(String capability) {
        String[] setting = capability.split("=", 2);
        Set<String> all = new LinkedHashSet<>();
        peers.stream()
                .filter(s -> setting[1].equals(s.machine().settings().get(setting[0])) && s.strict())
                .forEach(s -> all.addAll(s.hold()));
        return all;
    }

    /** Capabilities that are there or not, each the other way round than in some bounds. */
    private List<String> capabilities(EditBounds bounds) {
        MachineSpec spec = bounds.scenario().machine().withSettings(bounds.settings());
        List<String> all = new ArrayList<>();
        for (Parameter p : catalog.component(spec.component()).parameters(spec.settings())) {
            if (p.kind() == Parameter.Kind.CAPABILITY && p.isFlag()) {
                boolean set = Boolean.parseBoolean(spec.settings().getOrDefault(p.name(), p.initial()));
                all.add(p.name() + "=" + !set);
            }
        }
        return all;
    }

    /** Whether the program as it is holds in some bounds; not where hardware like that cannot be. */
    private boolean isSound(EditBounds bounds) {
        return sound.computeIfAbsent(bounds.settings(), settings -> {
            try {
                return search(bounds, List.of(), false).outcome() == Verdict.Kind.HELD;
            } catch (BadSettingException | ProgramException e) {
                return false;
            }
        });
    }

    /** How the call may have changed an entry when it comes to the first of some steps: the program is as it was, but for steps that ask. */
    private List<String> changes(Question question, EditBounds bounds) {
        Operation sound = sound(bounds);
        String step = question.steps().get(0);
        String in = " in " + operation;
        String then = Rewiring.target(sound.steps(), sound.indexOf(step), Outcome.NEXT);
        List<String> edits = new ArrayList<>();
        for (String change : SaidEdit.CHANGES) {
            edits.add("drop " + step + in + " if " + change);
            edits.add("redirect " + step + "-if-" + change + " -> " + then + " on done to " + step + in);
        }
        Map<String, Long> ran = search(bounds, edits, false).run().coverage().steps();
        return SaidEdit.CHANGES.stream()
                .filter(change ->
                        ran.getOrDefault(Coverage.step(operation + "/" + step + "-if-" + change, Outcome.DONE), 0L) > 0)
                .toList();
    }

    private Operation sound(EditBounds bounds) {
        MachineSpec spec = bounds.scenario().machine().withFaults(List.of()).withSettings(bounds.settings());
        return of(catalog.model(spec), operation);
    }

    private Verdict search(EditBounds bounds, List<String> edits, boolean obliges) {
        List<String> said =
                edits.stream().map(edit -> SaidEdit.fault(edit).id()).toList();
        return checker.check(bounds.request(List.of(), said, obliges, bounds.bounded(limits)), Progress.silent());
    }

    /** Properties whose controls are caught in other bounds only. */
    private List<String> unseen(List<Integer> held) {
        Set<String> all = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>();
        for (EditBounds bounds : ladder) {
            all.addAll(bounds.caught().keySet());
            if (held.contains(bounds.number())) {
                seen.addAll(bounds.caught().keySet());
            }
        }
        all.removeAll(seen);
        return List.copyOf(all);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
