package dev.moat.scenario;

import dev.moat.input.InputException;
import dev.moat.model.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One mapping of a YAML file, read by expectation; every complaint names the place of the offending key or value. */
final class YamlMap {
    /** What stands under a key, for who has written something else there. */
    private static final Map<String, String> EXAMPLES = Map.of(
            "properties", "{hold: [no-foreign]}",
            "unwitnessed", "{no-foreign: why nothing is forbidden here}",
            "expect", "{verdict: held}",
            "limits", "{states: 1000000}",
            "parameters", "{domains: 2}",
            "capabilities", "{caching-mode: true}",
            "policies", "{flush: queued}",
            "buses", "{bus0: ['0000:00:01.0']}",
            "domains", "{dom0: ['0000:00:01.0']}",
            "alias-groups", "{bridge: ['0000:00:01.0']}");

    /** The same of lists; of other keys, which files choose themselves, the lists are of devices. */
    private static final Map<String, String> LISTS = Map.of(
            "inject", "[unmap.no-invalidation]",
            "hold", "[no-foreign, no-stale]",
            "fail", "[no-foreign, no-stale]",
            "invariants", "[no-foreign, no-stale]",
            "untranslated", "[bus0]");

    private final String file;
    private final String what;
    private final MappingNode node;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** A key and its value. */
    record Entry(Node key, Node value) {}

    /** A scalar and where it stands. */
    record Item(String text, Node place) {}

    /**
     * @param what how messages call this mapping, for example {@code a scenario}
     * @throws InputException at a key that is no plain word, or that repeats an earlier one
     */
    YamlMap(String file, String what, MappingNode node) {
        this.file = file;
        this.what = what;
        this.node = node;
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw error(tuple.getKeyNode(), "a key must be a word");
            }
            if (entries.put(key.getValue(), new Entry(key, tuple.getValueNode())) != null) {
                throw error(key, "'" + key.getValue() + "' is set twice");
            }
        }
    }

    /** @throws InputException at the first key that is not among the known ones, with a suggestion */
    YamlMap only(List<String> known) {
        for (Map.Entry<String, Entry> e : entries.entrySet()) {
            if (!known.contains(e.getKey())) {
                throw error(
                        e.getValue().key(),
                        what + " has no '" + e.getKey() + "'" + Suggestion.among(e.getKey(), known));
            }
        }
        return this;
    }

    /** @throws InputException at the beginning, with all of these keys that are missing */
    YamlMap needs(List<String> keys) {
        String missing = keys.stream()
                .filter(key -> !entries.containsKey(key))
                .map(key -> "'" + key + "'")
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw error(node, what + " needs " + missing);
        }
        return this;
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** The keys in the order of the file. */
    Map<String, Entry> entries() {
        return entries;
    }

    private Entry required(String key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            throw error(node, what + " needs '" + key + "'");
        }
        return entry;
    }

    /** Place of a key's value. */
    Node place(String key) {
        return required(key).value();
    }

    /** A word or sentence; not a number or a switch. */
    Item text(String key) {
        Node value = required(key).value();
        if (value instanceof ScalarNode scalar
                && scalar.getTag().equals(Tag.STR)
                && !scalar.getValue().isBlank()) {
            return new Item(scalar.getValue(), scalar);
        }
        throw error(value, "'" + key + "' must be text");
    }

    /** One of several words. */
    String word(String key, List<String> choices) {
        Item item = text(key);
        if (!choices.contains(item.text())) {
            throw error(
                    item.place(),
                    "'" + key + "' must be " + String.join(" or ", choices) + ", not '" + item.text() + "'"
                            + Suggestion.phrase(item.text(), choices));
        }
        return item.text();
    }

    /** A whole number in decimal digits, at least 1. */
    long number(String key, long max) {
        return number(key, 1, max);
    }

    /** A whole number in decimal digits. */
    long number(String key, long min, long max) {
        Node value = required(key).value();
        if (value instanceof ScalarNode scalar
                && scalar.getTag().equals(Tag.INT)
                && scalar.getValue().matches("[0-9]{1,18}")) {
            long n = Long.parseLong(scalar.getValue());
            if (n >= min && n <= max) {
                return n;
            }
        }
        throw error(value, "'" + key + "' must be a whole number from " + min + " to " + max);
    }

    /** A switch. */
    boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        Node value = required(key).value();
        if (value instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return scalar.getValue().equalsIgnoreCase("true");
        }
        throw error(value, "'" + key + "' must be true or false");
    }

    /** A list of different words; empty when absent. */
    List<Item> words(String key) {
        if (!has(key)) {
            return List.of();
        }
        Node value = required(key).value();
        if (!(value instanceof SequenceNode sequence)) {
            throw error(
                    value, "'" + key + "' must be a list, for example " + LISTS.getOrDefault(key, "['0000:00:01.0']"));
        }
        List<Item> items = new ArrayList<>();
        Set<String> before = new HashSet<>();
        for (Node element : sequence.getValue()) {
            if (!(element instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.STR)) {
                throw error(element, "'" + key + "' must list words");
            }
            if (!before.add(scalar.getValue())) {
                throw error(element, "'" + scalar.getValue() + "' is listed twice");
            }
            items.add(new Item(scalar.getValue(), scalar));
        }
        return items;
    }

    /** The values of a group of settings as text; whole numbers, switches and words. */
    Map<String, Item> settings() {
        Map<String, Item> items = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            boolean plain = entry.value() instanceof ScalarNode s
                    && (s.getTag().equals(Tag.STR)
                            || s.getTag().equals(Tag.INT)
                            || s.getTag().equals(Tag.BOOL));
            if (!plain) {
                throw error(entry.value(), "'" + key + "' must be a whole number, true, false or a word");
            }
            items.put(key, new Item(((ScalarNode) entry.value()).getValue(), entry.value()));
        });
        return items;
    }

    /** The values that are scalars, as text, whatever they are good for. */
    Map<String, String> scalars() {
        Map<String, String> texts = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            if (entry.value() instanceof ScalarNode scalar) {
                texts.put(key, scalar.getValue());
            }
        });
        return texts;
    }

    /** The mapping under a key, if there is one. */
    Optional<YamlMap> map(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        Node value = required(key).value();
        if (!(value instanceof MappingNode map)) {
            throw error(
                    value,
                    "'" + key + "' must be a mapping, for example " + EXAMPLES.getOrDefault(key, "{name: value}"));
        }
        return Optional.of(new YamlMap(file, "'" + key + "'", map));
    }

    /** Like {@link #map}, but the key must be there. */
    YamlMap requiredMap(String key) {
        required(key);
        return map(key).orElseThrow();
    }

    /** A complaint at a node. */
    InputException error(Node place, String message) {
        return new InputException(file, line(place), column(place), message);
    }

    /** 1-based line where a node starts. */
    static int line(Node place) {
        return place.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }

    private static int column(Node place) {
        return place.getStartMark().map(Mark::getColumn).orElse(-1) + 1;
    }
}
