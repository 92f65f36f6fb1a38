package dev.moat.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.machine.Machine;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.model.StepTable;
import dev.moat.model.Written;
import dev.moat.notation.machine.NotedComponent;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Source;
import dev.moat.notation.tree.Tree;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The programs of the operations that a trace runs: of a component in the notation its lines of the text, of others the table of the steps.
 * Each line knows the steps that stand there, so that the page can mark where a CPU is.
 */
final class PagePrograms {
    private final Catalog catalog;
    private final MachineSpec spec;
    private final Machine machine;
    private final Map<String, JsonObject> known = new HashMap<>();

    private record Line(List<String> cells, Set<String> steps) {}

    PagePrograms(Catalog catalog, MachineSpec spec, Machine machine) {
        this.catalog = catalog;
        this.spec = spec;
        this.machine = machine;
    }

    /** Those of the operations that ran, in the order of the machine. */
    JsonArray json(List<Transition> transitions) {
        Set<String> ran = new LinkedHashSet<>();
        transitions.forEach(t -> t.steps().forEach(step -> ran.add(step.substring(0, step.indexOf('/')))));
        JsonArray all = new JsonArray();
        machine.model().operations().stream()
                .filter(op -> ran.contains(op.name()))
                .forEach(op -> all.add(known.computeIfAbsent(op.name(), name -> json(op))));
        return all;
    }

    /** The CPUs, each with the number of the place that holds the step that it runs next. */
    JsonArray cpus(Shape shape) {
        JsonArray all = new JsonArray();
        Slots counter = machine.model().pc();
        for (int cpu = 0; counter != null && cpu < counter.size(); cpu++) {
            JsonObject one = new JsonObject();
            one.addProperty("name", Texts.shown(counter.index().get(0).label(cpu)));
            one.addProperty("place", shape.number(counter, cpu));
            all.add(one);
        }
        return all;
    }

    private JsonObject json(Operation operation) {
        Model sound = spec.faults().isEmpty() ? machine.model() : catalog.model(spec.withFaults(List.of()));
        List<List<String>> table = StepTable.compared(sound, machine.model(), operation.name());
        List<Line> lines = catalog.component(spec.component()) instanceof NotedComponent noted
                ? text(noted.tree(), operation, table)
                : rows(operation, table);
        List<Integer> columns = new ArrayList<>();
        for (int c = 0; c < lines.get(0).cells().size(); c++) {
            int column = c;
            // The titles alone are no reason for a column.
            if (lines.stream()
                    .skip(1)
                    .anyMatch(line -> !line.cells().get(column).isEmpty())) {
                columns.add(column);
            }
        }
        JsonObject program = new JsonObject();
        program.addProperty("operation", Texts.shown(operation.name()));
        JsonArray all = new JsonArray();
        for (Line line : lines) {
            JsonObject one = new JsonObject();
            one.add("cells", Texts.array(columns.stream().map(line.cells()::get).toList()));
            one.add("steps", Texts.array(line.steps()));
            all.add(one);
        }
        program.add("lines", all);
        return program;
    }

    private static List<Line> rows(Operation operation, List<List<String>> table) {
        Set<String> there = new LinkedHashSet<>();
        operation.steps().forEach(step -> there.add(step.name()));
        return table.stream()
                .map(row -> new Line(
                        markFirst(row),
                        there.contains(row.get(0)) ? Set.of(operation.name() + "/" + row.get(0)) : Set.of()))
                .toList();
    }

    /** What an edit changed stands beside the step: tables are wide. */
    private static List<String> markFirst(List<String> row) {
        List<String> cells = new ArrayList<>(row);
        cells.add(1, cells.remove(cells.size() - 1));
        return cells;
    }

    /** The operation and the blocks that it uses, then the steps that an edit has put in. */
    private static List<Line> text(Tree tree, Operation operation, List<List<String>> table) {
        Source source = tree.source();
        Map<Integer, Set<String>> steps = new TreeMap<>();
        List<Line> others = new ArrayList<>();
        Map<String, String> marks = new HashMap<>();
        table.forEach(row -> marks.put(row.get(0), row.get(row.size() - 1)));
        for (Step step : operation.steps()) {
            String mark = marks.getOrDefault(step.name(), "");
            if (step.code() instanceof Written code && !mark.equals("put in")) {
                for (int i = 0; i < code.lines().size(); i++) {
                    steps.computeIfAbsent(code.line() + i, line -> new LinkedHashSet<>())
                            .add(operation.name() + "/" + step.name());
                }
            } else {
                others.add(
                        new Line(List.of("", mark, step.name() + ":"), Set.of(operation.name() + "/" + step.name())));
            }
        }
        Map<Integer, String> pieces = new LinkedHashMap<>();
        tree.all(Item.Operation.class)
                .filter(o -> o.name().equals(operation.name()))
                .forEach(o -> add(tree, o.at().line(), o.steps(), pieces));
        List<Line> lines = new ArrayList<>(List.of(new Line(List.of("line", "", source.file()), Set.of())));
        pieces.forEach((line, text) -> {
            String mark = marks.getOrDefault(text.strip().replaceFirst(":.*", ""), "");
            lines.add(new Line(
                    List.of(String.valueOf(line), mark, text.replace('\t', ' ')), steps.getOrDefault(line, Set.of())));
        });
        lines.addAll(others);
        return lines;
    }

    private static void add(Tree tree, int line, List<Node> nodes, Map<Integer, String> to) {
        List<String> whole = tree.source().whole(line);
        for (int i = 0; i < whole.size(); i++) {
            to.putIfAbsent(line + i, whole.get(i));
        }
        uses(tree, nodes, to);
    }

    private static void uses(Tree tree, List<Node> nodes, Map<Integer, String> to) {
        for (Node node : nodes) {
            if (node instanceof Node.Where where) {
                uses(tree, where.yes(), to);
                uses(tree, where.no(), to);
            } else if (node instanceof Node.Use use) {
                tree.all(Item.Block.class)
                        .filter(b -> b.name().equals(use.block()))
                        .filter(b -> !to.containsKey(b.at().line()))
                        .forEach(b -> add(tree, b.at().line(), b.steps(), to));
            }
        }
    }
}
