package dev.moat.check;

import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.input.InputException;
import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.Model;
import dev.moat.model.Parameter;
import dev.moat.model.Rewiring;
import dev.moat.model.Setting;
import dev.moat.notation.text.SaidEdit;
import dev.moat.output.Counted;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks scenarios: builds the machine, searches it, has a violation replayed, and compares with the expectation. */
public final class ScenarioChecker {
    private final Catalog catalog;
    private final Engine engine;
    private final Checkpoints checkpoints;

    /** A checker whose searches are not kept. */
    public ScenarioChecker(Catalog catalog, Engine engine) {
        this(catalog, engine, Checkpoints.none());
    }

    /** @param checkpoints where searches go on from, and are kept */
    public ScenarioChecker(Catalog catalog, Engine engine, Checkpoints checkpoints) {
        this.catalog = catalog;
        this.engine = engine;
        this.checkpoints = checkpoints;
    }

    /**
     * Refuses a request whose changes the scenario's machine does not know, before anything is searched.
     *
     * @throws BadSettingException when it has no such parameter, value or fault, or settings contradict each other
     */
    public void requireMachine(CheckRequest request) {
        if (!request.isPinned()) {
            catalog.model(request.effective().machine());
        }
    }

    /**
     * Refuses properties that a user asks for by name, and of whose subject the machine has none.
     *
     * @throws BadSettingException for the first one
     */
    public void requireSubjects(CheckRequest request, List<String> ids) {
        if (!ids.isEmpty()) {
            Scenario scenario = request.effective();
            Map<String, String> missing = engine.withoutSubject(scenario, catalog.machine(scenario.machine()));
            ids.stream().filter(missing::containsKey).findFirst().ifPresent(id -> {
                throw new BadSettingException(
                        id,
                        scenario.id() + ": '" + id + "' cannot be judged: this machine gives '" + missing.get(id)
                                + "' no meaning");
            });
        }
    }

    /**
     * Checks one scenario. A limit, the heap's too, and an interrupt are verdicts, in whatever phase they are met.
     *
     * @throws BadSettingException when the request's settings or faults do not fit the component
     * @throws InputException when an invariant cannot be judged on the component
     * @throws DisagreementException when a violation cannot be replayed
     */
    public Verdict check(CheckRequest request, Progress progress) {
        Scenario scenario = request.effective();
        Attempt attempt =
                new Attempt(catalog, engine, scenario, !request.settings().isEmpty(), request.effectiveLimits());
        CheckRequest.Manner manner = request.manner();
        Exploration run = attempt.run(manner, checkpoints.of(scenario, manner.compares(), manner.symmetry()), progress);
        scenario = request.judged(run).without(attempt.unjudged());
        @Nullable Finding finding = attempt.finding();
        List<String> doubts = finding == null ? doubts(request, attempt.kept()) : List.of();
        Gate judged = Gate.judge(scenario, run, finding, request.isPinned()).doubting(doubts);
        Gate demanded = (isCut(run) ? judged.saying(searchedAlready(scenario, run)) : judged)
                .demanding(seeded(demanded(request, doubts), scenario), scenario, run);
        boolean shown = attempt.kept().doubts().isEmpty();
        Gate gate = shown ? demanded : new Gate(judged.exit(), demanded.unmet());
        List<String> notes = new ArrayList<>(engine.notes());
        notes.addAll(request.notes(run));
        notes.addAll(attempt.notes());
        Verdict verdict = new Verdict(
                scenario,
                settings(catalog, scenario.machine()),
                attempt.assumed(),
                scenario.judged(),
                run,
                finding,
                doubts,
                gate.exit(),
                gate.unmet(),
                List.copyOf(notes),
                Verdict.Meaning.NONE);
        boolean asks = verdict.outcome() == Verdict.Kind.HELD
                && Catalog.isText(scenario.machine().component());
        return asks ? verdict.meaning(meaning(verdict, request.effectiveLimits())) : verdict;
    }

    /** Whether a limit ended the search itself, and not what had to follow it. */
    private static boolean isCut(Exploration run) {
        return run.end() == Exploration.End.LIMIT
                && run.depth() > 0
                && !String.valueOf(run.limit()).contains(" (while ");
    }

    /** What a search that a limit ended has shown all the same, and what is known without it. */
    private List<String> searchedAlready(Scenario scenario, Exploration run) {
        List<String> said = new ArrayList<>();
        said.add("the search is complete to depth " + run.depth() + ": every state within "
                + Counted.of(run.depth() - 1, "transition") + " was judged, and no property is violated there");
        List<String> proved = engine.provable(scenario);
        boolean kept = run.conformance().compared() && run.conformance().first() == null;
        if (kept && !proved.isEmpty()) {
            said.add("every transition so far keeps the discipline, of which 'moat prove' proves at any size: "
                    + String.join(", ", proved));
        }
        return said;
    }

    /** Of a component in a text, which nobody but its writer has looked at. */
    private Verdict.Meaning meaning(Verdict verdict, Limits limits) {
        Scenario scenario = verdict.scenario();
        List<String> unmoved = engine.unmoved(scenario, catalog.machine(scenario.machine()));
        boolean asked = unmoved.isEmpty() && verdict.kind() == Verdict.Kind.HELD && scenario.strict();
        return new Verdict.Meaning(
                unmoved, asked ? StepDrops.of(catalog, engine, scenario, verdict.run(), limits) : StepDrops.NONE);
    }

    /** Whether the edits of a request show with two CPUs only, and its machine has one. Throws as {@link #requireMachine}. */
    public boolean needsTwoCpus(CheckRequest request) {
        return !request.edits().isEmpty()
                && changesLocksOfOneCpu(request.effective().machine());
    }

    /** With one CPU nobody comes between steps that a lock kept together. */
    private boolean changesLocksOfOneCpu(MachineSpec spec) {
        Model edited = catalog.model(spec);
        Slots pc = edited.pc();
        if (pc == null || pc.size() > 1) {
            return false;
        }
        Map<String, Map<String, Set<String>>> before = held(catalog.model(spec.withFaults(List.of())));
        Map<String, Map<String, Set<String>>> after = held(edited);
        // Steps that ask something and touch nothing may be put in anywhere.
        after.values().forEach(steps -> steps.keySet().removeIf(SaidEdit::asks));
        return !after.equals(before) || (canHaveTwoCpus(spec) && !order(after).equals(order(before)));
    }

    private boolean canHaveTwoCpus(MachineSpec spec) {
        return catalog.component(spec.component()).parameters(spec.settings()).stream()
                .anyMatch(p -> p.name().equals("cpus") && p.max() > 1);
    }

    private static Map<String, List<String>> order(Map<String, Map<String, Set<String>>> operations) {
        Map<String, List<String>> order = new HashMap<>();
        operations.forEach((name, steps) -> order.put(name, List.copyOf(steps.keySet())));
        return order;
    }

    private static Map<String, Map<String, Set<String>>> held(Model model) {
        Map<String, Map<String, Set<String>>> all = new HashMap<>();
        model.operations().forEach(op -> all.put(op.name(), Rewiring.held(op.steps())));
        return all;
    }

    private static boolean isWhole(Scenario scenario) {
        return scenario.machine().granularity() == Granularity.OPERATION;
    }

    /** What has to show: faults that were asked for, and edits that cannot show here. That a patch is safe is an answer. */
    private static @Nullable List<String> demanded(CheckRequest request, List<String> doubts) {
        if (!request.broken().isEmpty()) {
            return null; // it has shown
        }
        if (request.edits().isEmpty() || doubts.isEmpty()) {
            return request.faults();
        }
        List<String> all = new ArrayList<>(request.edits());
        all.addAll(request.faults() == null ? List.of() : request.faults());
        return all;
    }

    /** Why an edited program is not said to hold. That the edit changes nothing is no doubt where a scenario's own file says that it holds. */
    private List<String> doubts(CheckRequest request, Engine.Kept kept) {
        boolean idle = kept.doubts().isEmpty() && kept.idle() && !request.isPinned();
        List<String> doubts = new ArrayList<>(idle ? List.of(Verdict.IDLE) : kept.doubts());
        if (!request.edits().isEmpty() && isWhole(request.scenario())) {
            doubts.add("at granularity operation an order of steps does not show");
        } else if (needsTwoCpus(request)) {
            doubts.add(Verdict.ONE_CPU);
        }
        return doubts;
    }

    /** The verdict on a scenario before whose turn the run was ended by a signal: none. */
    public Verdict notBegun(CheckRequest request) {
        Scenario scenario = request.effective();
        Exploration run = Exploration.none().cutShort(Exploration.End.INTERRUPTED, null, 0);
        return new Verdict(
                scenario,
                settings(catalog, scenario.machine()),
                List.of(),
                scenario.judged(),
                run,
                null,
                List.of(),
                ExitCode.INTERRUPTED,
                List.of("not begun: the run was interrupted before"),
                engine.notes(),
                Verdict.Meaning.NONE);
    }

    private List<InjectedFault> seeded(@Nullable List<String> faults, Scenario scenario) {
        Component component = catalog.component(scenario.machine().component());
        return faults == null
                ? List.of()
                : faults.stream().map(id -> Catalog.fault(component, id)).toList();
    }

    /** Every parameter of a machine with its value, given or default, by kind. */
    static Map<Parameter.Kind, Map<String, String>> settings(Catalog catalog, MachineSpec spec) {
        Component component = catalog.component(spec.component());
        List<Parameter> declared = component.parameters(spec.settings());
        Map<String, String> values = new Setting(declared, spec.settings()).values();
        Map<Parameter.Kind, Map<String, String>> groups = new LinkedHashMap<>();
        for (Parameter.Kind kind : Parameter.Kind.values()) {
            Map<String, String> group = new LinkedHashMap<>();
            for (Parameter p : declared) {
                if (p.kind() == kind) {
                    group.put(p.name(), values.getOrDefault(p.name(), p.initial()));
                }
            }
            groups.put(kind, group);
        }
        return groups;
    }
}
