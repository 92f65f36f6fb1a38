package dev.moat.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The mechanisms of a component and their conflicts, in one table. Code that builds a machine, lists mechanisms or
 * generates machines reads it.
 *
 * @param all each with an id of its own
 * @param conflicts between them; the first one in this order is what a user is told
 * @param bounds numbers that have to fit; told when there is no conflict
 */
public record Mechanisms(List<Mechanism> all, List<Conflict> conflicts, List<Bound> bounds) {
    /** @throws IllegalArgumentException when an id is used twice, or a conflict names none that there is */
    public Mechanisms {
        all = List.copyOf(all);
        conflicts = List.copyOf(conflicts);
        bounds = List.copyOf(bounds);
        Set<String> ids = new TreeSet<>();
        for (Mechanism m : all) {
            if (!ids.add(m.id())) {
                throw new IllegalArgumentException("mechanism " + m.id() + " is there twice");
            }
        }
        for (Conflict c : conflicts) {
            if (!ids.contains(c.mechanism()) || !ids.contains(c.other())) {
                throw new IllegalArgumentException("no such mechanisms: " + c);
            }
        }
    }

    /** A mechanism by its id. */
    public Mechanism get(String id) {
        return all.stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
    }

    /** Ids of those that a setting has, in order. */
    public List<String> on(Setting setting) {
        return all.stream().filter(m -> m.isOn(setting)).map(Mechanism::id).toList();
    }

    /** The first reason why some mechanisms are no machine, sizes apart. */
    public Optional<Conflict> conflict(List<String> on) {
        return conflicts.stream()
                .filter(c -> on.contains(c.mechanism())
                        && on.contains(c.other()) == (c.relation() == Conflict.Relation.EXCLUDES))
                .findFirst();
    }

    /**
     * Refuses what does not go together.
     *
     * @param parameters all parameters that there are, for the message
     * @throws BadSettingException for the first conflict or, without one, the first number that does not fit
     */
    public void check(Setting setting, List<Parameter> parameters) {
        Optional<Conflict> conflict = conflict(on(setting));
        if (conflict.isPresent()) {
            throw refused(conflict.get(), setting, parameters);
        }
        for (Bound bound : bounds) {
            if (!bound.holds().test(setting)) {
                throw new BadSettingException(bound.parameter(), bound.message(setting));
            }
        }
    }

    /**
     * The values of the least machine that has some mechanisms and those that they need: for whoever generates machines.
     *
     * @param parameters all parameters that there are
     * @return nothing when one of them is on by default or by several values only, or two want one parameter for themselves; what
     *     {@link #check} refuses is not looked for
     */
    public Optional<Map<String, String>> values(List<String> ids, List<Parameter> parameters) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String id : closed(ids)) {
            Optional<Map.Entry<String, String>> by = get(id).switchedOnBy(parameters, Map.of());
            if (by.isEmpty()) {
                return Optional.empty();
            }
            String before = values.putIfAbsent(by.get().getKey(), by.get().getValue());
            if (before != null && !before.equals(by.get().getValue())) {
                return Optional.empty();
            }
        }
        for (Bound bound : bounds) {
            if (!bound.holds().test(new Setting(parameters, values))) {
                values.put(bound.parameter(), bound.suits());
            }
        }
        return Optional.of(values);
    }

    /**
     * Values with what the mechanisms that they switch on need, and with numbers that fit.
     *
     * @param given values by name; what they say is not changed but for numbers that do not fit
     */
    public Map<String, String> completed(Map<String, String> given, List<Parameter> parameters) {
        Map<String, String> values = new LinkedHashMap<>(given);
        for (String id : closed(on(new Setting(parameters, given)))) {
            if (!get(id).isOn(new Setting(parameters, values))) {
                get(id).switchedOnBy(parameters, Map.of())
                        .ifPresent(by -> values.putIfAbsent(by.getKey(), by.getValue()));
            }
        }
        for (Bound bound : bounds) {
            if (!bound.holds().test(new Setting(parameters, values))) {
                values.put(bound.parameter(), bound.suits());
            }
        }
        return values;
    }

    /** Some mechanisms with all that they need, in the order in which they come up. */
    private Set<String> closed(List<String> ids) {
        Set<String> all = new LinkedHashSet<>(ids);
        int before;
        do {
            before = all.size();
            conflicts.stream()
                    .filter(c -> c.relation() == Conflict.Relation.NEEDS && all.contains(c.mechanism()))
                    .map(Conflict::other)
                    .toList()
                    .forEach(all::add);
        } while (all.size() > before);
        return all;
    }

    private BadSettingException refused(Conflict conflict, Setting setting, List<Parameter> parameters) {
        Mechanism first = get(conflict.mechanism());
        Mechanism other = get(conflict.other());
        List<String> subjects = new ArrayList<>(first.parameters());
        subjects.addAll(other.parameters());
        List<String> given = parameters.stream()
                .filter(p -> !setting.text(p.name()).equals(p.initial()))
                .map(Parameter::name)
                .toList();
        String subject = subjects.stream().filter(given::contains).findFirst().orElse(first.id());
        return new BadSettingException(
                subject, conflict.message(first.written(setting, parameters), other.written(setting, parameters)));
    }
}
