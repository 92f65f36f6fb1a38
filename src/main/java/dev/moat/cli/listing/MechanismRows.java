package dev.moat.cli.listing;

import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.model.mechanism.Composed;
import dev.moat.model.mechanism.Conflict;
import dev.moat.model.mechanism.Mechanism;
import dev.moat.model.mechanism.Mechanisms;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The mechanisms of components: what switches each on, what it needs and excludes, and what the least machine that has it has beyond the
 * default one, which is built and compared, not stated.
 */
public final class MechanismRows {
    private static final List<String> TITLES = List.of(
            "component", "mechanism", "on by", "needs", "cannot be with", "not modelled with", "declares", "says");

    private final List<Component> components;

    /** Rows of those of some components that are composed of mechanisms. */
    public MechanismRows(List<Component> components) {
        this.components = List.copyOf(components);
    }

    /** A row of titles, then one for each mechanism; as many cells in each. */
    public List<List<String>> all() {
        List<List<String>> rows = new ArrayList<>(List.of(TITLES));
        for (Component component : components) {
            if (component instanceof Composed composed) {
                Mechanisms table = composed.mechanisms(Map.of());
                table.all().forEach(mechanism -> rows.add(row(composed, table, mechanism)));
            }
        }
        return rows;
    }

    private static List<String> row(Composed component, Mechanisms table, Mechanism mechanism) {
        List<Parameter> parameters = component.parameters(Map.of());
        String id = mechanism.id();
        String by = mechanism
                .switchedOnBy(parameters)
                .map(value -> value.getKey() + "=" + value.getValue())
                .orElse("-");
        return List.of(
                component.id(),
                id,
                by,
                others(
                        table,
                        c -> c.relation() == Conflict.Relation.NEEDS
                                && c.mechanism().equals(id),
                        id),
                others(table, c -> excludes(c, id) && c.ground() == Conflict.Ground.CANNOT_BE, id),
                others(table, c -> excludes(c, id) && c.ground() == Conflict.Ground.NOT_MODELLED, id),
                declares(component, table.values(List.of(id), parameters)),
                mechanism.says());
    }

    private static boolean excludes(Conflict conflict, String id) {
        return conflict.relation() == Conflict.Relation.EXCLUDES
                && (conflict.mechanism().equals(id) || conflict.other().equals(id));
    }

    private static String others(Mechanisms table, java.util.function.Predicate<Conflict> which, String id) {
        String all = table.conflicts().stream()
                .filter(which)
                .map(c -> c.mechanism().equals(id) ? c.other() : c.mechanism())
                .distinct()
                .collect(Collectors.joining(","));
        return all.isEmpty() ? "-" : all;
    }

    private static String declares(Composed component, Optional<Map<String, String>> values) {
        if (values.isEmpty()) {
            return "-";
        }
        try {
            Map<String, Set<String>> without = parts(component, Map.of());
            List<String> more = new ArrayList<>();
            parts(component, values.get()).forEach((kind, names) -> {
                Set<String> added = new TreeSet<>(names);
                added.removeAll(without.getOrDefault(kind, Set.of()));
                if (!added.isEmpty()) {
                    more.add(kind + " " + String.join(",", added));
                }
            });
            return more.isEmpty() ? "-" : String.join("; ", more);
        } catch (BadSettingException e) {
            return "refused: " + e.getMessage();
        }
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
