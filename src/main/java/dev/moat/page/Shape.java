package dev.moat.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.machine.Machine;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A machine's state as sections of tables: families over the same elements are the columns of one table. What a machine of real
 * sizes never touches is left out.
 */
final class Shape {
    /** From so many places on, those that never differ from their first value are left out. */
    private static final int MANY = 2_000;

    private final Machine machine;
    private final Schema schema;
    private final Set<String> names;
    private final Set<String> units;
    /** Numbers of places by family and element; those left out have none. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private final List<String> labels = new ArrayList<>();
    private final Map<String, Map<String, Table>> sections = new LinkedHashMap<>();
    private int leftOut;

    private record Row(String label, Map<Integer, Integer> cells) {}

    private record Table(String prefix, List<String> columns, Map<String, Row> rows) {}

    /** @param states all that will be shown */
    Shape(Machine machine, List<long[]> states) {
        this.machine = machine;
        schema = machine.schema();
        names = schema.families().stream().map(Slots::name).collect(Collectors.toSet());
        units = machine.model()
                .abstraction()
                .sort("Unit")
                .map(s -> Set.copyOf(s.labels()))
                .orElse(Set.of());
        int places = schema.families().stream()
                .filter(f -> f.width() > 0)
                .mapToInt(Slots::size)
                .sum();
        for (String section : List.of(TABLES, GUESTS, CACHES, QUEUE, RECORDS, CPUS, GHOSTS)) {
            sections.put(section, new LinkedHashMap<>());
        }
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size() && f.width() > 0; i++) {
                if (places < MANY || isTouched(f, i, states)) {
                    add(f, i);
                } else {
                    leftOut++;
                }
            }
        }
    }

    private static final String TABLES = "Tables, entries and registers";
    private static final String GUESTS = "Memory of the guests";
    private static final String CACHES = "Caches, and requests in flight";
    private static final String QUEUE = "Invalidation queue";
    private static final String RECORDS = "Records of the software";
    private static final String CPUS = "CPUs";
    private static final String GHOSTS = "Kept for judging: on no real machine";

    private static boolean isTouched(Slots f, int i, List<long[]> states) {
        return states.stream().anyMatch(s -> f.get(s, i) != f.fixed());
    }

    private String section(Slots f) {
        if (machine.isOfCpus(f)) {
            return CPUS;
        }
        return switch (f.role()) {
            case ARCHITECTURAL -> f.writer() == Writer.GUEST ? GUESTS : TABLES;
            case CACHE -> CACHES;
            case QUEUE -> QUEUE;
            case HYPERVISOR -> RECORDS;
            case GHOST -> GHOSTS;
        };
    }

    /** The part of a family's name that says whose it is, with its dot, where units or guests have families of the same kind. */
    String prefix(Slots f) {
        String name = f.name();
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            String before = name.substring(0, dot);
            if (names.contains(name.substring(dot + 1)) || units.contains(before)) {
                return name.substring(0, dot + 1);
            }
        }
        return "";
    }

    private void add(Slots f, int i) {
        numbers.put(f.name() + "/" + i, labels.size());
        String sorts = f.index().stream().map(Sort::name).collect(Collectors.joining(","));
        String prefix = prefix(f);
        Table table = sections.computeIfAbsent(section(f), title -> new LinkedHashMap<>())
                .computeIfAbsent(
                        prefix + "/" + sorts, key -> new Table(prefix, new ArrayList<>(), new LinkedHashMap<>()));
        String column = f.name().substring(prefix.length());
        if (f.index().isEmpty()) {
            table.rows().put(column, new Row(column, Map.of(0, labels.size())));
        } else {
            if (!table.columns().contains(column)) {
                table.columns().add(column);
            }
            String element =
                    f.label(i).substring(f.name().length() + 1, f.label(i).length() - 1);
            table.rows()
                    .computeIfAbsent(element, key -> new Row(element, new LinkedHashMap<>()))
                    .cells()
                    .put(table.columns().indexOf(column), labels.size());
        }
        labels.add(f.label(i));
    }

    /** The number under which a page knows a place, or -1. */
    int number(Slots f, int element) {
        return numbers.getOrDefault(f.name() + "/" + element, -1);
    }

    /** The values of all places as a person reads them, in the order of their numbers. */
    List<String> values(long[] s) {
        List<String> values = new ArrayList<>();
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                if (number(f, i) >= 0) {
                    values.add(value(f, s, i));
                }
            }
        }
        return values;
    }

    /** An element of a state as a person reads it: of a step counter, the step that runs next. */
    String value(Slots f, long[] s, int i) {
        return machine.isStepCounter(f) ? machine.stepName((int) f.get(s, i)) : f.print(s, i);
    }

    /** Whether a family belongs to what no machine has. */
    static boolean isGhost(Slots f) {
        return f.role() == Role.GHOST;
    }

    /** Sections with their tables, and the labels of all places. */
    JsonObject json() {
        JsonObject shape = new JsonObject();
        shape.add("labels", Texts.array(labels));
        shape.addProperty("leftOut", leftOut);
        JsonArray all = new JsonArray();
        sections.forEach((title, tables) -> {
            if (!tables.isEmpty()) {
                JsonObject section = new JsonObject();
                section.addProperty("title", title);
                JsonArray inside = new JsonArray();
                tables.values().forEach(t -> inside.add(json(t)));
                section.add("tables", inside);
                all.add(section);
            }
        });
        shape.add("sections", all);
        return shape;
    }

    private static JsonObject json(Table table) {
        JsonObject out = new JsonObject();
        out.addProperty("prefix", Texts.shown(table.prefix()));
        out.add("columns", Texts.array(table.columns()));
        JsonArray rows = new JsonArray();
        table.rows().values().forEach(row -> {
            JsonArray cells = new JsonArray();
            for (int c = 0; c < Math.max(1, table.columns().size()); c++) {
                cells.add(row.cells().getOrDefault(c, -1));
            }
            JsonArray pair = new JsonArray();
            pair.add(Texts.shown(row.label()));
            pair.add(cells);
            rows.add(pair);
        });
        out.add("rows", rows);
        return out;
    }
}
