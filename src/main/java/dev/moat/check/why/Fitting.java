package dev.moat.check.why;

import dev.moat.check.CheckRequest;
import dev.moat.check.Checker;
import dev.moat.explore.Limits;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.setting.BadSettingException;
import dev.moat.notation.edit.SaidEdit;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
            Catalog catalog, Checker checker, List<Scenario> peers, List<String> edits, Limits limits) {
        Map<String, Set<String>> steps = new LinkedHashMap<>();
        for (String edit : edits) {
            Edits one = new Edits();
            SaidEdit.fault(edit).edit().accept(one);
            one.touched()
                    .forEach(t -> steps.computeIfAbsent(t.operation(), o -> new LinkedHashSet<>())
                            .add(t.step()));
        }
        String operation = steps.keySet().stream()
                .findFirst()
                .orElseThrow(
                        () -> new BadSettingException("edit", "name a scenario: the edit is of no operation's steps"));
        Scenario base = Ladder.base(catalog, peers, operation)
                .orElseThrow(() -> new BadSettingException(
                        "edit",
                        "no scenario of the default set has operation '" + operation + "' at granularity step"));
        Ladder.Chosen chosen = new Ladder(catalog, checker, base, operation, limits).choose(peers, false);
        List<Scenario> scenarios = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (Bounds bounds : chosen.bounds()) {
            Scenario scenario = bounds.asScenario();
            CheckRequest request =
                    new CheckRequest(scenario, Map.of(), null, edits, limits, new CheckRequest.Manner(false, false));
            boolean runs = bounds.runs(operation, List.copyOf(steps.getOrDefault(operation, Set.of())));
            if (!checker.needsTwoCpus(request) && (runs || chosen.bounds().size() == 1)) {
                scenarios.add(scenario);
                told.add("asked in " + bounds.told());
            }
        }
        if (scenarios.isEmpty() && !chosen.bounds().isEmpty()) {
            Bounds last = chosen.bounds().get(chosen.bounds().size() - 1);
            scenarios.add(last.asScenario());
            told.add("asked in " + last.told());
        }
        if (!chosen.uncontrolled().isEmpty()) {
            told.add("no control in these bounds: " + String.join(", ", chosen.uncontrolled()));
        }
        return new Fitting(scenarios, told);
    }
}
