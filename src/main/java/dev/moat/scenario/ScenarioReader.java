package dev.moat.scenario;

import dev.moat.input.InputException;
import dev.moat.liveness.Response;
import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.model.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads scenario files; {@code specs/scenario.schema.json} describes the same format for editors. */
public final class ScenarioReader {
    /** Of a {@link dev.moat.logic.judge.Judge}. */
    private static final int MOST_INVARIANTS = 63;

    private static final List<String> KEYS = List.of(
            "id",
            "says",
            "component",
            "granularity",
            "merge",
            "parameters",
            "capabilities",
            "policies",
            "inject",
            "properties",
            "expect",
            "set",
            "limits");

    private static final List<String> NEEDED =
            List.of("id", "says", "component", "granularity", "properties", "expect");

    private final Catalog catalog;
    private final TreeSet<String> properties;

    /**
     * @param catalog the components that a scenario may name
     * @param invariants ids of all invariants
     */
    public ScenarioReader(Catalog catalog, Collection<String> invariants) {
        this.catalog = catalog;
        properties = new TreeSet<>(invariants);
        properties.add(Scenario.NO_DEADLOCK);
        properties.addAll(Response.ids());
    }

    /**
     * Reads one file.
     *
     * @throws IOException when it cannot be read
     * @throws InputException at the first place that is no scenario: malformed text, unknown or missing keys, the
     *     id, the component, settings, faults, properties, expectation, limits; in this order; then where settings contradict
     *     each other
     */
    public Scenario read(Path file) throws IOException {
        return read(file, scenario -> true);
    }

    /**
     * The same, but whether settings contradict each other is found out only for a scenario that is wanted: its model has to be
     * built for that, which takes much longer than reading.
     */
    Scenario read(Path file, Predicate<Scenario> wanted) throws IOException {
        YamlMap map = YamlFile.read(file).only(KEYS).needs(NEEDED);
        Scenario scenario = scenario(map, file);
        if (wanted.test(scenario)) {
            requireBuildable(map, scenario.machine());
        }
        return scenario;
    }

    /**
     * Reads the scenarios of a text in the model notation, all of one component.
     *
     * @throws IOException when it cannot be read
     * @throws InputException at the first place that is no part of the notation, or no scenario; where there is none, at the
     *     component's name
     */
    List<Scenario> ofText(String file) throws IOException {
        try {
            return new TextScenarios(catalog, properties, file).all();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Scenario scenario(YamlMap map, Path file) {
        YamlMap.Item id = id(map, file);
        String says = map.text("says").text();
        MachineSpec machine = machine(map);
        YamlMap judged = map.requiredMap("properties").only(List.of("hold", "fail", "unwitnessed"));
        List<String> hold = properties(judged, "hold");
        List<String> fail = properties(judged, "fail");
        requireSensible(map, judged, hold, fail);
        requireFew(judged);
        requireSteps(judged, machine);
        Map<String, String> unwitnessed = unwitnessed(judged, hold);
        Expectation expect = expectation(map.requiredMap("expect"), fail);
        String set = map.has("set") ? map.word("set", Scenario.SETS) : Scenario.SETS.get(0);
        Optional<YamlMap> limits = map.map("limits").map(m -> m.only(List.of("depth", "states")));
        int depth = limits.filter(m -> m.has("depth"))
                .map(m -> (int) m.number("depth", 1_000_000))
                .orElse(Integer.MAX_VALUE);
        long states = limits.filter(m -> m.has("states"))
                .map(m -> m.number("states", Long.MAX_VALUE / 10))
                .orElse(Long.MAX_VALUE);
        int line = YamlMap.line(id.place());
        return new Scenario(file, line, id.text(), says, machine, hold, fail, unwitnessed, expect, set, depth, states);
    }

    private static YamlMap.Item id(YamlMap map, Path file) {
        YamlMap.Item id = map.text("id");
        if (!id.text().matches("[a-z][a-z0-9-]{0,63}")) {
            throw map.error(id.place(), "an id is lower-case letters, digits and dashes, at most 64");
        }
        String name = String.valueOf(file.getFileName());
        if (!name.equals(id.text() + ".yaml")) {
            throw map.error(id.place(), "the id '" + id.text() + "' must be the name of the file, " + name);
        }
        return id;
    }

    private MachineSpec machine(YamlMap map) {
        YamlMap.Item name = map.text("component");
        Granularity granularity =
                map.word("granularity", List.of("operation", "step")).equals("step")
                        ? Granularity.STEP
                        : Granularity.OPERATION;
        Component component = located(map, name, () -> catalog.component(name.text()));
        Map<String, String> given = new LinkedHashMap<>();
        for (Parameter.Kind group : Parameter.Kind.values()) {
            map.map(group.key()).ifPresent(m -> given.putAll(m.scalars()));
        }
        List<Parameter> declared = component.parameters(given);
        Map<String, String> settings = new LinkedHashMap<>();
        for (Parameter.Kind group : Parameter.Kind.values()) {
            map.map(group.key()).ifPresent(m -> addGroup(component.id(), declared, group, m, settings));
        }
        List<String> faults = new ArrayList<>();
        for (YamlMap.Item fault : map.words("inject")) {
            located(map, fault, () -> Catalog.fault(component, fault.text()));
            faults.add(fault.text());
        }
        return new MachineSpec(name.text(), settings, granularity, map.flag("merge", true), faults);
    }

    private static void addGroup(
            String component,
            List<Parameter> declared,
            Parameter.Kind group,
            YamlMap map,
            Map<String, String> settings) {
        List<String> known = declared.stream()
                .filter(p -> p.kind() == group)
                .map(Parameter::name)
                .toList();
        Map<String, YamlMap.Item> given = map.settings();
        map.entries().forEach((key, entry) -> {
            Optional<Parameter> parameter =
                    declared.stream().filter(p -> p.name().equals(key)).findFirst();
            if (parameter.isEmpty()) {
                throw map.error(
                        entry.key(),
                        "component " + component + " has no '" + key + "' among its " + group.key()
                                + Suggestion.among(key, known));
            }
            String right = parameter.get().kind().key();
            if (parameter.get().kind() != group) {
                throw map.error(entry.key(), "'" + key + "' belongs under '" + right + "', not '" + group.key() + "'");
            }
            YamlMap.Item value = Objects.requireNonNull(given.get(key));
            located(map, value, () -> new Setting(declared, Map.of(key, value.text())));
            settings.put(key, value.text());
        });
    }

    /** Only building the model shows whether settings contradict each other. */
    private void requireBuildable(YamlMap map, MachineSpec spec) {
        try {
            catalog.model(spec);
        } catch (BadSettingException e) {
            for (Parameter.Kind group : Parameter.Kind.values()) {
                Optional<YamlMap.Item> item = map.map(group.key())
                        .flatMap(m -> Optional.ofNullable(m.settings().get(e.subject())));
                if (item.isPresent()) {
                    throw map.error(item.get().place(), message(e));
                }
            }
            throw map.error(map.text("component").place(), message(e));
        }
    }

    private List<String> properties(YamlMap judged, String key) {
        List<String> ids = new ArrayList<>();
        for (YamlMap.Item item : judged.words(key)) {
            if (!properties.contains(item.text())) {
                throw judged.error(
                        item.place(),
                        "no property file '" + item.text() + ".smt2'" + misspelt(item.text())
                                + Suggestion.names(item.text(), properties));
            }
            ids.add(item.text());
        }
        return ids;
    }

    /** Only a name that is nearly the same: a property that merely begins like a missing one is another property. */
    private String misspelt(String id) {
        return Suggestion.nearest(id, properties)
                .filter(known -> Math.abs(known.length() - id.length()) <= 2)
                .map(known -> Suggestion.phrase(id, List.of(known)))
                .orElse("");
    }

    private static void requireSensible(YamlMap map, YamlMap judged, List<String> hold, List<String> fail) {
        if (hold.isEmpty() && fail.isEmpty()) {
            throw map.error(map.place("properties"), "'properties' needs 'hold' or 'fail' with at least one property");
        }
        for (YamlMap.Item item : judged.words("fail")) {
            if (hold.contains(item.text())) {
                throw judged.error(item.place(), "'" + item.text() + "' cannot both hold and fail");
            }
        }
    }

    /** A search judges all at once, a bit for each. */
    private static void requireFew(YamlMap judged) {
        int count = 0;
        for (String key : List.of("hold", "fail")) {
            for (YamlMap.Item item : judged.words(key)) {
                boolean hasFile = !Response.is(item.text()) && !item.text().equals(Scenario.NO_DEADLOCK);
                count += hasFile ? 1 : 0;
                if (count > MOST_INVARIANTS) {
                    throw judged.error(
                            item.place(),
                            "a scenario has at most " + MOST_INVARIANTS + " properties beside " + Scenario.NO_DEADLOCK
                                    + " and those of runs without end");
                }
            }
        }
    }

    /** A whole operation is one transition or none: whether it returns is a question for its steps. */
    private static void requireSteps(YamlMap judged, MachineSpec machine) {
        for (String key : List.of("hold", "fail")) {
            for (YamlMap.Item item : judged.words(key)) {
                boolean endless =
                        Response.of(item.text()).filter(Response::isEndless).isPresent();
                if (endless && machine.granularity() != Granularity.STEP) {
                    throw judged.error(item.place(), "'" + item.text() + "' is judged of granularity step only");
                }
            }
        }
    }

    /** Why witnesses are not reached, by property; of those that must hold, since only they can hold for want of anything. */
    private static Map<String, String> unwitnessed(YamlMap judged, List<String> hold) {
        Map<String, String> reasons = new LinkedHashMap<>();
        Optional<YamlMap> map = judged.map("unwitnessed");
        map.ifPresent(reasonOf -> reasonOf.entries().forEach((id, entry) -> {
            if (!hold.contains(id) || id.equals(Scenario.NO_DEADLOCK)) {
                throw reasonOf.error(
                        entry.key(),
                        "'" + id + "' is no property with a witness under 'properties: hold'"
                                + Suggestion.phrase(id, hold));
            }
            reasons.put(id, reasonOf.text(id).text());
        }));
        return reasons;
    }

    private static Expectation expectation(YamlMap map, List<String> fail) {
        boolean violated = map.only(List.of("verdict", "distinct", "generated", "depth", "invariants", "length"))
                .word("verdict", List.of("held", "violated"))
                .equals("violated");
        for (String key : violated ? List.of("distinct", "generated", "depth") : List.of("invariants", "length")) {
            if (map.has(key)) {
                throw map.error(
                        map.place(key),
                        "'" + key + "' belongs to the verdict '" + (violated ? "held" : "violated") + "'");
            }
        }
        if (violated == fail.isEmpty()) {
            throw map.error(
                    map.place("verdict"),
                    violated
                            ? "a scenario that expects a violation lists under 'properties: fail' what must be violated"
                            : "a scenario that lists properties under 'fail' expects the verdict 'violated'");
        }
        List<String> invariants = new ArrayList<>();
        for (YamlMap.Item item : map.words("invariants")) {
            if (!fail.contains(item.text())) {
                throw map.error(
                        item.place(),
                        "'" + item.text() + "' is not under 'properties: fail'" + Suggestion.phrase(item.text(), fail));
            }
            invariants.add(item.text());
        }
        if (map.has("invariants") && invariants.isEmpty()) {
            throw map.error(
                    map.place("invariants"), "'invariants' lists what is violated; without it that is not judged");
        }
        return new Expectation(
                violated,
                count(map, "distinct"),
                count(map, "generated"),
                count(map, "depth"),
                invariants,
                map.has("length") ? map.number("length", 0, Long.MAX_VALUE / 10) : null);
    }

    private static @Nullable Long count(YamlMap map, String key) {
        return map.has(key) ? map.number(key, Long.MAX_VALUE / 10) : null;
    }

    /** Runs a check whose complaint belongs at one place of the file. */
    private static <T> T located(YamlMap map, YamlMap.Item item, Supplier<T> check) {
        try {
            return check.get();
        } catch (BadSettingException e) {
            throw map.error(item.place(), message(e));
        }
    }

    private static String message(BadSettingException e) {
        return String.valueOf(e.getMessage());
    }
}
