package dev.moat.check.why;

import dev.moat.check.CheckRequest;
import dev.moat.check.ScenarioChecker;
import dev.moat.explore.Limits;
import dev.moat.input.ShellWord;
import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.notation.text.SaidEdit;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where an edit or an injected fault of a component is asked about when no scenario is named.
 *
 * @param scenarios in the order in which they are searched; the first violation is the answer
 * @param told which bounds they are, and what stays unanswered, as lines
 */
public record Fitting(List<Scenario> scenarios, List<String> told) {
    public Fitting {
        scenarios = List.copyOf(scenarios);
        told = List.copyOf(told);
    }

    /**
     * The smallest control with these faults.
     *
     * @param peers scenarios of the component
     * @throws BadSettingException when none has them
     */
    public static Fitting ofFaults(Component component, List<Scenario> peers, List<String> faults) {
        faults.forEach(fault -> Catalog.fault(component, fault));
        Scenario control = peers.stream()
                .filter(s -> s.machine().faults().equals(faults) && s.expect().violated())
                .min(Comparator.comparingInt(
                                (Scenario s) -> s.machine().settings().size())
                        .thenComparing(Scenario::id))
                .orElseThrow(() -> new BadSettingException(
                        "inject", "no control injects " + String.join(", ", faults) + ": name a scenario"));
        return new Fitting(List.of(control), List.of("asked in " + control.id() + ": " + control.says()));
    }

    /**
     * The smallest bounds in which the edited steps run and a control of each property is caught; with two CPUs where the edit is of a lock.
     *
     * @param peers scenarios of the component
     * @throws BadSettingException when no scenario has the operation
     */
    public static Fitting ofEdits(
            Catalog catalog, ScenarioChecker checker, List<Scenario> peers, List<String> edits, Limits limits) {
        Edits all = new Edits();
        edits.forEach(edit -> SaidEdit.fault(edit).edit().accept(all));
        Set<String> steps = touched(all);
        String operation = steps.stream()
                .findFirst()
                .map(step -> step.substring(0, step.indexOf('/')))
                .orElseThrow(
                        () -> new BadSettingException("edit", "name a scenario: the edit is of no operation's steps"));
        Scenario base = Ladder.base(catalog, peers, operation)
                .orElseThrow(() -> new BadSettingException(
                        "edit",
                        "no scenario of the default set has operation '" + operation + "' at granularity step"));
        Ladder.Chosen chosen = new Ladder(catalog, checker, base, operation, limits).choose(peers, false);
        List<Scenario> scenarios = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (EditBounds bounds : chosen.bounds()) {
            Scenario scenario = bounds.asScenario();
            CheckRequest request =
                    new CheckRequest(scenario, Map.of(), null, edits, limits, new CheckRequest.Manner(false, false));
            boolean runs = !Collections.disjoint(bounds.ran(), steps);
            if (!checker.needsTwoCpus(request) && (runs || chosen.bounds().size() == 1)) {
                scenarios.add(scenario);
                told.add("asked in " + bounds.told());
            }
        }
        if (scenarios.isEmpty() && !chosen.bounds().isEmpty()) {
            EditBounds last = chosen.bounds().get(chosen.bounds().size() - 1);
            scenarios.add(last.asScenario());
            told.add("asked in " + last.told());
        }
        if (!chosen.uncontrolled().isEmpty()) {
            told.add("no control in these bounds: " + String.join(", ", chosen.uncontrolled()));
        }
        return new Fitting(scenarios, told);
    }

    /**
     * Where an edit may show that cannot show in a scenario: in bounds of the same component with the granularity, the CPUs and the steps for it.
     * A control of the same steps is the best place, as something is caught there.
     *
     * @param peers scenarios of the component
     * @return what the scenario lacks, and a command; nothing where no other scenario has it either
     */
    public static Optional<String> elsewhere(
            Catalog catalog, ScenarioChecker checker, Scenario from, List<Scenario> peers, List<String> edits) {
        Set<String> steps = touched(catalog, from, edits);
        return peers.stream()
                .filter(s -> s.machine().granularity() == Granularity.STEP && !s.id().equals(from.id()))
                .sorted(Comparator.comparing((Scenario s) -> !isControl(catalog, s, steps))
                        .thenComparing(s -> s.machine().settings().size())
                        .thenComparing(Scenario::id))
                .filter(s -> fits(checker, s, edits))
                .findFirst()
                .map(s -> {
                    String command = "moat check " + s.id()
                            + (s.machine().faults().isEmpty() ? "" : " --inject none")
                            + edits.stream()
                                    .map(edit -> " --edit " + ShellWord.of(edit))
                                    .collect(Collectors.joining());
                    String control = isControl(catalog, s, steps)
                            ? ", in which control "
                                    + String.join(", ", s.machine().faults()) + " breaks " + String.join(", ", s.fail())
                            : "";
                    return "what " + from.id() + " lacks is in " + s.id() + control + ": " + command;
                });
    }

    private static boolean fits(ScenarioChecker checker, Scenario scenario, List<String> edits) {
        CheckRequest request = new CheckRequest(
                scenario, Map.of(), List.of(), edits, Limits.none(1), new CheckRequest.Manner(false, false));
        try {
            checker.requireMachine(request);
            return !checker.needsTwoCpus(request);
        } catch (BadSettingException e) {
            return false;
        }
    }

    /** Whether a fault of a scenario that must fail edits some of the steps. */
    private static boolean isControl(Catalog catalog, Scenario scenario, Set<String> steps) {
        return !scenario.strict()
                && !Collections.disjoint(
                        steps, touched(catalog, scenario, scenario.machine().faults()));
    }

    /** The steps that faults and edits change, as {@code operation/step}. */
    private static Set<String> touched(Catalog catalog, Scenario of, List<String> ids) {
        Edits edits = new Edits();
        Component component = catalog.component(of.machine().component());
        ids.forEach(id -> Catalog.fault(component, id).edit().accept(edits));
        return touched(edits);
    }

    private static Set<String> touched(Edits edits) {
        Set<String> steps = new LinkedHashSet<>(edits.dropped());
        edits.touched().forEach(t -> steps.add(t.operation() + "/" + t.step()));
        return steps;
    }
}
