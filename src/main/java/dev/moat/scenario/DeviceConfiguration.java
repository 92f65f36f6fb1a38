package dev.moat.scenario;

import dev.moat.input.InputException;
import dev.moat.scenario.YamlMap.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Which device goes to which domain, read from an untrusted YAML document and refused when it divides what the IOMMU cannot tell
 * apart: with Calgary the devices of a bus, with any IOMMU those of an alias group (behind one bridge, or functions without ACS).
 *
 * <pre>
 * iommu: calgary                                  # or vtd, amd-vi
 * buses:                                          # every device of the machine, by the bus of its host bridge
 *   first: ["0000:01:01.0", "0000:01:02.0"]
 *   second: ["0000:02:01.0"]
 * domains:                                        # the first one is the control domain
 *   dom0: ["0000:01:01.0", "0000:01:02.0"]
 *   net: ["0000:02:01.0"]
 * alias-groups: {}                                # optional: devices that share a requester ID
 * untranslated: []                                # optional: buses that are not translated; the control domain's only
 * </pre>
 *
 * @param devices how many devices there are
 * @param given how many of them a domain has
 * @param domains the domains
 */
public record DeviceConfiguration(int devices, int given, List<String> domains) {
    /** Most devices of one document. */
    static final int MOST_DEVICES = 4096;

    private static final String CALGARY = "calgary";
    private static final List<String> IOMMUS = List.of(CALGARY, "vtd", "amd-vi");
    private static final List<String> KEYS = List.of("iommu", "buses", "domains", "alias-groups", "untranslated");
    /** As Linux prints them, so that each has one name: segments of devices behind a VMD have more than four digits, none of them a 0 in front. */
    private static final String DEVICE = "([0-9a-f]{4}|[1-9a-f][0-9a-f]{4,7}):[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]";

    public DeviceConfiguration {
        domains = List.copyOf(domains);
    }

    /** A device where it is named under some key. */
    private record Named(String key, Node place) {}

    /**
     * Reads a document.
     *
     * @throws IOException when it cannot be read
     * @throws InputException at the first place that is wrong: unknown or missing keys, what is no device address, a device on two buses or in two
     *     groups, one that is given and on no bus, one that is given twice, a group that is divided, an untranslated bus that is given
     *     to another domain than the first; in this order
     */
    public static DeviceConfiguration read(Path file) throws IOException {
        YamlMap map = YamlFile.read(file, "a device configuration", "iommu: calgary")
                .only(KEYS)
                .needs(KEYS.subList(0, 3));
        String iommu = map.word("iommu", IOMMUS);
        YamlMap buses = map.requiredMap("buses");
        YamlMap domains = map.requiredMap("domains");
        Map<String, Named> bus = devices(buses);
        Map<String, Named> alias =
                map.map("alias-groups").map(DeviceConfiguration::devices).orElse(Map.of());
        Map<String, Named> owner = devices(domains);
        for (Map<String, Named> named : List.of(alias, owner)) {
            named.forEach((device, at) -> {
                if (!bus.containsKey(device)) {
                    throw map.error(at.place(), device + " is on none of the buses");
                }
            });
        }
        if (iommu.equals(CALGARY)) {
            requireWhole(map, "bus", "a Calgary tells buses apart, not devices", bus, owner);
        }
        requireWhole(map, "alias group", "their requests carry one requester ID", alias, owner);
        requireTrusted(map, buses, bus, owner, List.copyOf(domains.entries().keySet()));
        return new DeviceConfiguration(
                bus.size(), owner.size(), List.copyOf(domains.entries().keySet()));
    }

    /** Each device under the key that names it. */
    private static Map<String, Named> devices(YamlMap map) {
        Map<String, Named> all = new LinkedHashMap<>();
        for (String key : map.entries().keySet()) {
            for (Item item : map.words(key)) {
                if (!item.text().matches(DEVICE)) {
                    throw map.error(item.place(), "'" + item.text() + "' is no device, " + instead(item.text()));
                }
                Named before = all.put(item.text(), new Named(key, item.place()));
                if (before != null) {
                    throw map.error(
                            item.place(),
                            item.text() + " is " + key + "'s here and " + before.key() + "'s in line "
                                    + YamlMap.line(before.place()));
                }
                if (all.size() > MOST_DEVICES) {
                    throw map.error(item.place(), "more than " + MOST_DEVICES + " devices");
                }
            }
        }
        return all;
    }

    /** What is to be written: a device has one name here, so that two of them are two devices. */
    private static String instead(String text) {
        String small = text.toLowerCase(Locale.ROOT);
        String whole = small.matches("[^:]*:[^:]*") ? "0000:" + small : small;
        return whole.matches(DEVICE)
                ? "as Linux names it with its segment and in small letters: " + whole
                : "for example 0000:01:02.0";
    }

    /** Devices of one group that are given are given to one domain. Those that nobody gets go with the others. */
    private static void requireWhole(
            YamlMap map, String kind, String why, Map<String, Named> group, Map<String, Named> owner) {
        Map<String, String> first = new LinkedHashMap<>();
        List<String> given = new ArrayList<>(owner.keySet());
        for (String device : given) {
            Named in = group.get(device);
            if (in == null) {
                continue;
            }
            String other = first.putIfAbsent(in.key(), device);
            Named its = owner.get(device);
            Named others = other == null ? its : owner.get(other);
            if (its != null && others != null && !its.key().equals(others.key())) {
                throw map.error(
                        its.place(),
                        device + " goes to " + its.key() + ", but " + other + " of the same " + kind + " '" + in.key()
                                + "' to " + others.key() + " (line " + YamlMap.line(others.place()) + "): " + why
                                + ", so each domain would reach the other's memory");
            }
        }
    }

    private static void requireTrusted(
            YamlMap map, YamlMap buses, Map<String, Named> bus, Map<String, Named> owner, List<String> domains) {
        for (Item item : map.words("untranslated")) {
            if (!buses.has(item.text())) {
                throw map.error(item.place(), "there is no bus '" + item.text() + "'");
            }
            owner.forEach((device, its) -> {
                Named on = bus.get(device);
                boolean there = on != null && on.key().equals(item.text());
                if (there && !its.key().equals(domains.get(0))) {
                    throw map.error(
                            item.place(),
                            "bus '" + item.text() + "' is not translated, and its device " + device + " goes to "
                                    + its.key() + ", which could reach all memory by it");
                }
            });
        }
    }
}
