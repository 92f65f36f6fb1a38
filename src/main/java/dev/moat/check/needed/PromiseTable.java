package dev.moat.check.needed;

import dev.moat.check.CheckRequest;
import dev.moat.check.ExitCode;
import dev.moat.check.Finding;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Parameter;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Promises by hardware and policy. A row is a value of each of the parameters {@code iommu} and {@code flush} of a
 * component. A column is a property of a scenario of the set {@code promises}; all rows share its other settings.
 */
public final class PromiseTable {
    /** The set of the scenarios that say what is promised, and in which bounds. */
    public static final String SET = "promises";

    static final String HARDWARE = "iommu";
    static final String POLICY = "flush";

    private final ScenarioChecker checker;
    private final Component component;
    private final List<Scenario> scenarios;
    private final Limits limits;

    /** One row: a kind of hardware and a policy. */
    public record Row(String hardware, String policy) {}

    /**
     * One cell.
     *
     * @param invariant the promise
     * @param kind whether it holds, falls, or a limit was hit; null where hardware and policy have nothing that the scenario is about
     * @param states of the search that settled it
     * @param finding the shortest run that breaks it, or null
     */
    public record Cell(
            Scenario scenario,
            String invariant,
            Verdict.@Nullable Kind kind,
            long states,
            @Nullable Finding finding) {}

    /** @param scenarios those of {@link #SET}, in the order of columns */
    public PromiseTable(ScenarioChecker checker, Component component, List<Scenario> scenarios, Limits limits) {
        this.checker = checker;
        this.component = component;
        this.scenarios = List.copyOf(scenarios);
        this.limits = limits;
    }

    /** All rows, in the order of the parameters' values. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String hardware : choices(HARDWARE)) {
            for (String policy : choices(POLICY)) {
                rows.add(new Row(hardware, policy));
            }
        }
        return rows;
    }

    private List<String> choices(String name) {
        return component.parameters().stream()
                .filter(p -> p.name().equals(name))
                .map(Parameter::choices)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(component.id() + " has no parameter " + name));
    }

    /** The cells of a row, in the order of the columns. */
    public List<Cell> cells(Row row) {
        List<Cell> cells = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            Map<String, Cell> settled = settle(row, scenario);
            scenario.hold().forEach(id -> cells.add(settled.get(id)));
        }
        return cells;
    }

    /**
     * Ids of scenarios of which nothing was judged in any row, in the order of the cells: there is no machine with their settings, and
     * their columns say nothing.
     */
    public static List<String> unjudged(List<Cell> cells) {
        List<String> ids = new ArrayList<>(
                cells.stream().map(c -> c.scenario().id()).distinct().toList());
        cells.stream()
                .filter(c -> c.kind() != null)
                .forEach(c -> ids.remove(c.scenario().id()));
        return ids;
    }

    /** What a run of these cells answers: nothing judged of a scenario is worse than a cell that was not decided. */
    public static ExitCode exit(List<Cell> cells) {
        if (!unjudged(cells).isEmpty()) {
            return ExitCode.EXPECTATION;
        }
        return cells.stream().anyMatch(c -> c.kind() == Verdict.Kind.INCONCLUSIVE) ? ExitCode.LIMIT : ExitCode.OK;
    }

    /** Searches until all promises that are left hold; what a search breaks is not judged by the next one. */
    private Map<String, Cell> settle(Row row, Scenario scenario) {
        Map<String, Cell> settled = new HashMap<>();
        List<String> judged = new ArrayList<>(scenario.hold());
        while (!judged.isEmpty()) {
            Verdict verdict = search(row, scenario, judged);
            if (verdict == null) {
                judged.forEach(id -> settled.put(id, new Cell(scenario, id, null, 0, null)));
                return settled;
            }
            Finding finding = verdict.finding();
            List<String> now = finding == null ? List.copyOf(judged) : finding.invariants();
            for (String id : now) {
                settled.put(
                        id, new Cell(scenario, id, verdict.kind(), verdict.run().distinct(), finding));
            }
            if (!judged.removeAll(now)) {
                throw new IllegalStateException(scenario.id() + " breaks " + now + ", which is not judged");
            }
        }
        return settled;
    }

    /** Null where there is no such machine: addresses that are kept back are refused where none are handed out. */
    private @Nullable Verdict search(Row row, Scenario scenario, List<String> judged) {
        // In this order in the counterexample's file, too.
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(HARDWARE, row.hardware());
        settings.put(POLICY, row.policy());
        Scenario asked =
                scenario.with(scenario.machine().withSettings(settings), judged, List.of(), Expectation.held());
        try {
            return checker.check(new CheckRequest(asked, Map.of(), null, limits), Progress.silent());
        } catch (BadSettingException refused) {
            return null;
        }
    }
}
