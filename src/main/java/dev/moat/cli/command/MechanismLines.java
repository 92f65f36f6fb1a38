package dev.moat.cli.command;

import dev.moat.model.Component;
import dev.moat.model.Composed;
import dev.moat.model.Conflict;
import dev.moat.model.Edits;
import dev.moat.model.Mechanism;
import dev.moat.model.Mechanisms;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The mechanisms of components: what switches each on, what it needs and excludes, and what the least machine that has it has beyond the
 * default one, which is built and compared, not stated.
 */
final class MechanismLines {
    private final List<Component> components;

    /** Those of some components that are composed of mechanisms. */
    public MechanismLines(List<Component> components) {
        this.components = List.copyOf(components);
    }

    /** Lines under the title of each component: a mechanism, what switches it on and what it is; below, deeper, the rest. */
    public Map<String, List<String>> all() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (Component component : components) {
            if (component instanceof Composed composed) {
                Mechanisms table = composed.mechanisms(Map.of());
                List<String> lines = new ArrayList<>();
                table.all().forEach(mechanism -> lines.addAll(lines(composed, table, mechanism)));
                all.put(component.id(), lines);
            }
        }
        return all;
    }

    private static List<String> lines(Composed component, Mechanisms table, Mechanism mechanism) {
        List<Parameter> parameters = component.parameters(Map.of());
        String id = mechanism.id();
        String by = mechanism
                .switchedOnBy(parameters, Map.of())
                .map(value -> " (" + value.getKey() + "=" + value.getValue() + ")")
                .orElse("");
        List<String> lines = new ArrayList<>(List.of(id + by + ": " + mechanism.says()));
        component
                .variants()
                .forEach(values -> line(lines, "with " + written(values), elsewhere(component, mechanism, values)));
        line(lines, "needs", others(table, c -> needs(c) && c.mechanism().equals(id), id));
        line(
                lines,
                "cannot be with",
                others(table, c -> excludes(c, id) && c.ground() == Conflict.Ground.CANNOT_BE, id));
        line(
                lines,
                "not modelled with",
                others(table, c -> excludes(c, id) && c.ground() == Conflict.Ground.NOT_MODELLED, id));
        lines.addAll(declares(component, table.values(List.of(id), parameters)));
        return lines;
    }

    private static String written(Map<String, String> values) {
        return values.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
    }

    /** What switches a mechanism on in another table, where that has something else to say of it. */
    private static String elsewhere(Composed component, Mechanism mechanism, Map<String, String> values) {
        List<Parameter> parameters = component.parameters(values);
        Mechanism there = component.mechanisms(values).get(mechanism.id());
        if (there.isOn(new Setting(parameters, values))) {
            return "always";
        }
        if (there.parameters().equals(mechanism.parameters())) {
            return "";
        }
        return there.parameters().isEmpty()
                ? "never"
                : there.switchedOnBy(parameters, values)
                        .map(by -> by.getKey() + "=" + by.getValue())
                        .orElse(String.join(", ", there.parameters()));
    }

    private static void line(List<String> lines, String title, String text) {
        if (!text.isEmpty()) {
            lines.add("  " + title + ": " + text);
        }
    }

    private static boolean needs(Conflict conflict) {
        return conflict.relation() == Conflict.Relation.NEEDS;
    }

    private static boolean excludes(Conflict conflict, String id) {
        return conflict.relation() == Conflict.Relation.EXCLUDES
                && (conflict.mechanism().equals(id) || conflict.other().equals(id));
    }

    private static String others(Mechanisms table, Predicate<Conflict> which, String id) {
        return table.conflicts().stream()
                .filter(which)
                .map(c -> c.mechanism().equals(id) ? c.other() : c.mechanism())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static List<String> declares(Composed component, Optional<Map<String, String>> values) {
        List<String> more = new ArrayList<>();
        if (values.isPresent()) {
            Map<String, Set<String>> without = parts(component, Map.of());
            parts(component, values.get()).forEach((kind, names) -> {
                Set<String> added = new TreeSet<>(names);
                added.removeAll(without.getOrDefault(kind, Set.of()));
                line(more, kind, String.join(", ", added));
            });
        }
        return more;
    }

    /** The names of what a machine has, by kind. */
    private static Map<String, Set<String>> parts(Composed component, Map<String, String> values) {
        ModelBuilder builder = new ModelBuilder(new Edits());
        component.build(new Setting(component.parameters(values), values), builder);
        Model model = builder.build();
        Map<String, Set<String>> parts = new LinkedHashMap<>();
        parts.put(
                "slots",
                model.schema().families().stream()
                        .filter(slots -> slots.size() > 0 && slots.width() > 0)
                        .map(Slots::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
        parts.put(
                "actions", model.actions().stream().map(a -> a.name()).collect(Collectors.toCollection(TreeSet::new)));
        parts.put(
                "operations",
                model.operations().stream().map(Operation::name).collect(Collectors.toCollection(TreeSet::new)));
        parts.put("decisions", new TreeSet<>(model.decisions()));
        return parts;
    }
}
