package dev.moat.cli.command;

import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Setting;
import dev.moat.model.StepTable;
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

/** The programs that operations have in the machines of scenarios, without injected faults, as {@link StepTable}s. */
public final class ProgramTables {
    /** For each operation its different programs, each with the scenarios that have it. */
    private final Map<String, Map<List<List<String>>, List<String>>> programs = new TreeMap<>();

    /** The first machine that has a program, by the program's table. */
    private final Map<List<List<String>>, MachineSpec> machines = new HashMap<>();

    private final Catalog catalog = Catalog.load();

    /** The programs of these scenarios' machines. */
    public ProgramTables(List<Scenario> scenarios) {
        Set<MachineSpec> seen = new LinkedHashSet<>();
        for (Scenario s : scenarios) {
            MachineSpec spec = s.machine().withFaults(List.of());
            if (seen.add(spec)) {
                Model model = catalog.model(spec);
                for (Operation op : model.operations()) {
                    machines.putIfAbsent(StepTable.rows(model, op), spec);
                    programs.computeIfAbsent(op.name(), name -> new LinkedHashMap<>())
                            .computeIfAbsent(StepTable.rows(model, op), rows -> new ArrayList<>())
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

    /** The text of the operation that one of its tables is of, as {@link #text(Catalog, MachineSpec, String)} has it of the first machine. */
    public List<String> text(String operation, List<List<String>> rows) {
        MachineSpec spec = machines.get(rows);
        return spec == null ? List.of() : text(catalog, spec, operation);
    }

    /** The text of an operation as a machine runs it; nothing where its component is not written in the notation. */
    public static List<String> text(Catalog catalog, MachineSpec spec, String operation) {
        if (!(catalog.component(spec.component()) instanceof NotedComponent noted)) {
            return List.of();
        }
        Setting setting = new Setting(noted.parameters(spec.settings()), spec.settings());
        Edits edits = new Edits();
        spec.faults().forEach(id -> Catalog.fault(noted, id).edit().accept(edits));
        return noted.resolved(setting, edits)
                .all(Item.Operation.class)
                .filter(o -> o.name().equals(operation))
                .flatMap(o -> Printer.of(o).lines())
                .toList();
    }

    private static String title(String operation, List<String> scenarios) {
        int more = scenarios.size() - 1;
        return operation + ", as in " + scenarios.get(0) + (more == 0 ? "" : " and " + more + " more");
    }
}
