package dev.moat.scenario;

import dev.moat.firmware.RemappingTable;
import dev.moat.scenario.DeviceConfiguration.Named;
import dev.moat.scenario.YamlMap.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Ranges that a device needs for itself: its firmware works there, or writes there are interrupts. Where the domain that gets the device
 * has memory, the device cannot have them.
 */
final class ReservedRanges {
    private static final Pattern RANGE = Pattern.compile("0x([0-9a-f]{1,15})-0x([0-9a-f]{1,15})");
    private static final Pattern RESERVED =
            Pattern.compile(RANGE.pattern() + " (direct|direct-relaxable|msi|reserved)");
    private static final int HEX = 16;

    private record Range(long first, long last) {
        boolean overlaps(Range other) {
            return first <= other.last && other.first <= last;
        }
    }

    private final List<String> warnings = new ArrayList<>();

    ReservedRanges(YamlMap map, Map<String, Named> owner, Set<String> devices) {
        Map<String, YamlMap.Entry> domains = map.requiredMap("domains").entries();
        map.map("memory")
                .ifPresent(memory -> memory.entries().forEach((domain, entry) -> {
                    if (!domains.containsKey(domain)) {
                        throw map.error(entry.key(), "there is no domain '" + domain + "'");
                    }
                    memory.words(domain).forEach(item -> range(map, item, RANGE));
                }));
        map.map("reserved-regions")
                .ifPresent(all -> all.entries().forEach((device, entry) -> {
                    if (!devices.contains(device)) {
                        throw map.error(entry.key(), device + " is on none of the buses");
                    }
                    for (Item item : all.words(device)) {
                        Range reserved = range(map, item, RESERVED);
                        Named its = owner.get(device);
                        if (its != null
                                && !its.key().equals(domains.keySet().iterator().next())) {
                            require(map, device, its, item.place(), item.text(), reserved);
                        }
                    }
                }));
    }

    /** As a range of the document: one that the firmware's table tells of, at the device. */
    void require(YamlMap map, String device, Named its, RemappingTable.Reserved told) {
        String text = told.name() + " 0x" + Long.toHexString(told.from()) + "-0x" + Long.toHexString(told.to());
        require(map, device, its, its.place(), text, new Range(told.from(), told.to()));
    }

    private void require(YamlMap map, String device, Named its, Node place, String text, Range reserved) {
        List<Item> memory = map.map("memory").map(of -> of.words(its.key())).orElse(List.of());
        if (memory.isEmpty()) {
            warnings.add("line " + YamlMap.line(place) + ": " + device + " goes to " + its.key() + " and needs "
                    + text + ", which must not be memory of " + its.key()
                    + "; list its 'memory' to have this judged");
        }
        for (Item range : memory) {
            if (range(map, range, RANGE).overlaps(reserved)) {
                throw map.error(
                        place,
                        device + " goes to " + its.key() + ", and its reserved range " + text
                                + " lies in memory of "
                                + its.key() + " (" + range.text() + ", line " + YamlMap.line(range.place())
                                + "): either the device or the domain finds something else there");
            }
        }
    }

    private static Range range(YamlMap map, Item item, Pattern form) {
        Matcher range = form.matcher(item.text());
        if (!range.matches()) {
            throw map.error(
                    item.place(),
                    "'" + item.text() + "' is no range, for example "
                            + (form == RANGE ? "0x0-0x3fffffff" : "0x7df84000-0x7df84fff direct"));
        }
        Range read = new Range(Long.parseLong(range.group(1), HEX), Long.parseLong(range.group(2), HEX));
        if (read.first > read.last) {
            throw map.error(item.place(), "the range " + item.text() + " ends before it begins");
        }
        return read;
    }

    /** Ranges of which the document does not tell whether they are free. */
    List<String> warnings() {
        return warnings;
    }
}
