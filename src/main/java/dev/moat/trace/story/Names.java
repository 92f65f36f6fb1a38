package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.model.program.Argument;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the short names in a text stand for: {@code (d0, d1: domains)}. */
final class Names {
    private static final Phrases CALLED = Phrases.of("names.properties");
    private static final Pattern NAME = Pattern.compile("\\b[a-z]+[0-9]+(?:\\.[a-z]+[0-9]+)?\\b");
    /** Words already: CPUs, also where a mapping is called after the one that makes it, and devices. */
    private static final Pattern PLAIN = Pattern.compile("(?:cpu|v?dev)\\d.*");
    /** Sorts with more elements are of machines at real size, whose names are numbers of that size. */
    private static final int MANY = 1 << 12;

    private final String component;
    private final List<Sort> sorts = new ArrayList<>();

    /**
     * @param component the id of the machine's component, whose own names go before those of all
     */
    Names(Machine machine, String component) {
        this.component = component;
        sorts.addAll(machine.model().abstraction().sorts());
        machine.model().actions().forEach(a -> add(a.arguments()));
        machine.model().operations().forEach(o -> add(o.arguments()));
        machine.schema().families().stream().map(Slots::index).forEach(sorts::addAll);
        sorts.removeIf(s -> s.size() > MANY || called(s.name()).isEmpty());
    }

    private Optional<String> called(String sort) {
        return own(sort).or(() -> CALLED.plain(sort));
    }

    private Optional<String> own(String sort) {
        return CALLED.plain(component + "/" + sort);
    }

    private void add(List<Argument> arguments) {
        arguments.forEach(a -> sorts.add(a.sort()));
    }

    /**
     * Those in a text, in the order in which their sorts come up; nothing where every name is a word already.
     *
     * @param besides a text whose names are known
     */
    Optional<String> in(String text, String besides) {
        Set<String> known = NAME.matcher(besides).results().map(r -> r.group()).collect(Collectors.toSet());
        Map<String, Set<String>> found = new LinkedHashMap<>();
        Matcher names = NAME.matcher(text);
        while (names.find()) {
            String name = names.group();
            sorts.stream()
                    .filter(s -> s.element(name) >= 0 && !PLAIN.matcher(name).matches() && !known.contains(name))
                    .filter(s -> own(s.name()).isPresent()
                            || !name.startsWith(s.name().toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .ifPresent(s -> found.computeIfAbsent(s.name(), n -> new TreeSet<>())
                            .add(name));
        }
        List<String> parts = new ArrayList<>();
        found.forEach((sort, all) -> {
            String[] called = called(sort).orElse(sort + ", " + sort).split(", ");
            parts.add(String.join(", ", all) + ": " + called[all.size() == 1 ? 0 : 1]);
        });
        return parts.isEmpty() ? Optional.empty() : Optional.of("(" + String.join("; ", parts) + ")");
    }
}
