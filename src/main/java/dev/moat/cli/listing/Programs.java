package dev.moat.cli.listing;

import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.program.Operation;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.model.setting.Setting;
import dev.moat.notation.machine.NotedComponent;
import dev.moat.notation.text.Printer;
import dev.moat.notation.tree.Item;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The programs that operations have in the machines of scenarios, without injected faults, as tables. A row has a step's
 * name; the point of the program where a policy put it in; the action of the discipline that it claims to perform; its
 * successors other than the next step; {@code +lock} and {@code -lock} for the locks that it may take and drop; and the
 * decisions of this machine that it may ask.
 */
public final class Programs {
    private static final String STUTTER = "stutter";
    private static final List<String> TITLES = List.of("step", "at", "claims", "then", "locks", "asks");

    /** For each operation its different programs, each with the scenarios that have it. */
    private final Map<String, Map<List<List<String>>, List<String>>> programs = new TreeMap<>();

    /** The first machine that has a program, by the program's table. */
    private final Map<List<List<String>>, MachineSpec> machines = new HashMap<>();

    private final Catalog catalog = Catalog.load();

    /** The programs of these scenarios' machines. */
    public Programs(List<Scenario> scenarios) {
        Set<MachineSpec> seen = new LinkedHashSet<>();
        for (Scenario s : scenarios) {
            MachineSpec spec = s.machine().withFaults(List.of());
            if (seen.add(spec)) {
                Model model = catalog.model(spec);
                for (Operation op : model.operations()) {
                    machines.putIfAbsent(rows(model, op), spec);
                    programs.computeIfAbsent(op.name(), name -> new LinkedHashMap<>())
                            .computeIfAbsent(rows(model, op), rows -> new ArrayList<>())
                            .add(s.id());
                }
            }
        }
    }

    /** The operations that there are. */
    public Set<String> operations() {
        return programs.keySet();
    }

    /** One program of each operation, under what it is called. */
    public Map<String, List<List<String>>> first() {
        Map<String, List<List<String>>> tables = new LinkedHashMap<>();
        programs.forEach((name, variants) -> {
            Map.Entry<List<List<String>>, List<String>> first =
                    variants.entrySet().iterator().next();
            tables.put(title(name, first.getValue()) + others(variants.size() - 1), first.getKey());
        });
        return tables;
    }

    private static String others(int variants) {
        return variants == 0 ? "" : "; other scenarios have " + variants + " more";
    }

    /** All programs of an operation. */
    public Map<String, List<List<String>>> all(String operation) {
        Map<String, List<List<String>>> tables = new LinkedHashMap<>();
        programs.getOrDefault(operation, Map.of())
                .forEach((rows, scenarios) -> tables.put(title(operation, scenarios), rows));
        return tables;
    }

    /**
     * The text of the operation that one of its tables is of, as the first machine runs it; nothing where its component is not written in the
     * notation.
     */
    public List<String> text(String operation, List<List<String>> rows) {
        MachineSpec spec = machines.get(rows);
        if (spec == null || !(catalog.component(spec.component()) instanceof NotedComponent noted)) {
            return List.of();
        }
        Setting setting = new Setting(noted.parameters(spec.settings()), spec.settings());
        return noted.resolved(setting, new Edits())
                .all(Item.Operation.class)
                .filter(o -> o.name().equals(operation))
                .flatMap(o -> Printer.of(o).lines())
                .toList();
    }

    private static String title(String operation, List<String> scenarios) {
        int more = scenarios.size() - 1;
        return operation + ", as in " + scenarios.get(0) + (more == 0 ? "" : " and " + more + " more");
    }

    private static List<List<String>> rows(Model model, Operation op) {
        List<List<String>> rows = new ArrayList<>(List.of(TITLES));
        for (Step step : op.steps()) {
            rows.add(List.of(
                    step.name(),
                    step.notes().point(),
                    step.claims().equals(STUTTER) ? "" : step.claims(),
                    then(step),
                    locks(step.notes()),
                    asks(model, step.notes())));
        }
        return rows;
    }

    private static String then(Step step) {
        List<String> targets = new ArrayList<>();
        for (int outcome = Outcome.NEXT; outcome <= Outcome.DONE; outcome++) {
            String target = step.targets().get(outcome);
            if (target != null) {
                targets.add(Outcome.name(outcome) + ":" + target);
            }
        }
        return String.join(" ", targets);
    }

    private static String asks(Model model, Step.Notes notes) {
        return String.join(
                " ", notes.asks().stream().filter(model.decisions()::contains).toList());
    }

    private static String locks(Step.Notes notes) {
        List<String> all = new ArrayList<>();
        notes.takes().forEach(lock -> all.add("+" + lock));
        notes.drops().forEach(lock -> all.add("-" + lock));
        return String.join(" ", all);
    }
}
