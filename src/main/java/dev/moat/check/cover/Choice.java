package dev.moat.check.cover;

import dev.moat.model.Mechanisms;
import dev.moat.model.Parameter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One thing that a machine has beside the plainest one: a parameter with another value than by default.
 *
 * @param parameter its name
 * @param value the value
 */
public record Choice(String parameter, String value) {
    /** What bounds a search or chooses the machine's kind, and is no mechanism. */
    private static final Set<String> BOUNDS = Set.of(
            "mode",
            "host-slots",
            "granters",
            "mappers",
            "sides",
            "iommu",
            "iommu-domains",
            "reallocation",
            "transitive");

    static final Choice SECOND_CPU = new Choice("cpus", "2");

    /**
     * All of a component: of each switch and word the values that are not the default; of each capability that is a number its
     * least; what switches a mechanism on by a number; and a second CPU. What compares with recorded answers is not searched.
     */
    public static List<Choice> all(List<Parameter> parameters, Mechanisms table) {
        Set<Choice> all = new LinkedHashSet<>();
        for (Parameter p : parameters) {
            if (BOUNDS.contains(p.name())) {
                continue;
            }
            p.choices().stream().filter(v -> !v.equals(p.initial())).forEach(v -> all.add(new Choice(p.name(), v)));
            if (p.choices().isEmpty() && p.kind() == Parameter.Kind.CAPABILITY) {
                all.add(new Choice(p.name(), "" + p.min()));
            }
        }
        table.all()
                .forEach(m -> m.switchedOnBy(parameters, Map.of())
                        .filter(by -> !BOUNDS.contains(by.getKey()))
                        .ifPresent(by -> all.add(new Choice(by.getKey(), by.getValue()))));
        all.add(SECOND_CPU);
        return new ArrayList<>(all);
    }

    /**
     * Combinations of more than two that are tried beside all pairs: 2008's policy among what it met in a real machine, three in
     * which a planted defect was once missed, and one that breaks what no two of it break. Domains with tables and reallocation are
     * bounds elsewhere.
     */
    public static List<List<Choice>> beyondPairs() {
        return List.of(
                List.of(
                        new Choice("read-only-grants", "non-present"),
                        new Choice("page-types", "true"),
                        new Choice("caching-mode", "true"),
                        SECOND_CPU),
                List.of(new Choice("iommu", "all"), new Choice("reallocation", "true"), SECOND_CPU),
                List.of(new Choice("failures", "true"), new Choice("page-types", "true"), new Choice("batch", "2")),
                List.of(
                        new Choice("version-2", "true"),
                        new Choice("copy", "true"),
                        new Choice("partial-grants", "true")),
                List.of(new Choice("upkeep-rule", "2008"), new Choice("page-types", "true"), SECOND_CPU));
    }

    /** Every set of so many choices of different parameters, in the order of the list. */
    public static List<List<Choice>> combinations(List<Choice> choices, int strength) {
        List<List<Choice>> found = new ArrayList<>(List.of(List.of()));
        for (int k = 0; k < strength; k++) {
            List<List<Choice>> longer = new ArrayList<>();
            for (List<Choice> shorter : found) {
                int from = shorter.isEmpty() ? 0 : choices.indexOf(shorter.get(shorter.size() - 1)) + 1;
                for (Choice next : choices.subList(from, choices.size())) {
                    if (shorter.stream().noneMatch(c -> c.parameter().equals(next.parameter()))) {
                        List<Choice> one = new ArrayList<>(shorter);
                        one.add(next);
                        longer.add(List.copyOf(one));
                    }
                }
            }
            found = longer;
        }
        return found;
    }

    /**
     * The same combinations in an order in which neighbours have little in common: where a budget ends before the list does, what was
     * tried is of all choices alike.
     */
    public static List<List<Choice>> spread(List<List<Choice>> combinations) {
        int size = combinations.size();
        int stride = Math.max(1, (int) (size * 0.618));
        while (BigInteger.valueOf(stride).gcd(BigInteger.valueOf(size)).intValue() > 1) {
            stride++;
        }
        List<List<Choice>> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(combinations.get((int) ((long) i * stride % size)));
        }
        return all;
    }

    /** Some choices without one of them, for each. */
    static List<List<Choice>> without(List<Choice> choices) {
        return choices.stream()
                .map(left -> choices.stream().filter(c -> !c.equals(left)).toList())
                .toList();
    }

    /** Choices and those that bounds bring along, in the order of all. */
    static List<Choice> there(List<Choice> all, List<Choice> choices, SmallBounds rung) {
        return all.stream()
                .filter(c ->
                        choices.contains(c) || c.value().equals(rung.bounds().get(c.parameter())))
                .toList();
    }

    /** As a user writes it. */
    @Override
    public String toString() {
        return parameter + "=" + value;
    }
}
