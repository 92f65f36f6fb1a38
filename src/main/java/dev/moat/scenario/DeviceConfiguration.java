package dev.moat.scenario;

import dev.moat.input.InputException;
import dev.moat.scenario.IsolationUnits.Reason;
import dev.moat.scenario.YamlMap.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Which device goes to which domain, read from an untrusted YAML document and refused when it divides what the IOMMU cannot tell
 * apart: with Calgary the devices of a bus, with any IOMMU those of an alias group (behind one bridge, or functions without ACS) and
 * those behind one VMD, and all that are joined through others.
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
 * groups:                                         # optional: all IOMMU groups with more than one device, as Linux lists them
 *   "4": ["0000:01:01.0", "0000:01:02.0"]
 * reserved-regions:                               # optional: as the firmware (RMRR, IVMD) or a group's reserved_regions tells
 *   "0000:02:01.0": ["0x7df84000-0x7df84fff direct"]
 * memory:                                         # optional: where a domain finds its memory
 *   net: ["0x0-0x3fffffff"]
 * </pre>
 *
 * @param devices how many devices there are
 * @param given how many of them a domain has
 * @param domains the domains
 * @param warnings what the document does not tell, and what would be wrong then
 */
public record DeviceConfiguration(int devices, int given, List<String> domains, List<String> warnings) {
    /** Most devices of one document. */
    static final int MOST_DEVICES = 4096;

    /** Digits of a segment of PCI; Linux numbers those behind a VMD from 10000 (drivers/pci/controller/vmd.c). */
    private static final int PCI_SEGMENT = 4;

    private static final String CALGARY = "calgary";
    private static final List<String> IOMMUS = List.of(CALGARY, "vtd", "amd-vi");
    private static final List<String> KEYS = List.of(
            "iommu", "buses", "domains", "alias-groups", "untranslated", "groups", "reserved-regions", "memory");
    /** As Linux prints them, so that each has one name: segments of devices behind a VMD have more than four digits, none of them a 0 in front. */
    private static final String DEVICE = "([0-9a-f]{4}|[1-9a-f][0-9a-f]{4,7}):[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]";

    public DeviceConfiguration {
        domains = List.copyOf(domains);
        warnings = List.copyOf(warnings);
    }

    /** A device where it is named under some key. */
    record Named(String key, Node place) {}

    /**
     * Reads a document.
     *
     * @throws IOException when it cannot be read
     * @throws InputException at the first place that is wrong, in this order: unknown or missing keys; what is no device address, or a
     *     device that is named twice among the buses, the alias groups or the domains; one that is grouped or given and on no bus; a bus
     *     number on two buses; two domains for devices that cannot be told apart; an untranslated bus whose devices, or others in a
     *     unit with them, are given to another domain than the first; a reserved range that is none, whose device is on no bus, or that lies in the memory of the domain that gets
     *     the device; a device that goes to another domain than the first and that no table of the firmware has a unit for
     * @param firmware DMAR or IVRS tables of the machine, as bytes, or as {@code iasl -d} or {@code acpidump} print them; none are asked
     *     nothing
     */
    public static DeviceConfiguration read(Path file, List<Path> firmware) throws IOException {
        YamlMap map = YamlFile.read(file, "a device configuration", "iommu: calgary")
                .only(KEYS)
                .needs(KEYS.subList(0, 3));
        String iommu = map.word("iommu", IOMMUS);
        YamlMap buses = map.requiredMap("buses");
        YamlMap domains = map.requiredMap("domains");
        Map<String, Named> bus = devices(buses);
        Map<String, Named> alias =
                map.map("alias-groups").map(DeviceConfiguration::devices).orElse(Map.of());
        Map<String, Named> groups =
                map.map("groups").map(DeviceConfiguration::devices).orElse(Map.of());
        Map<String, Named> owner = devices(domains);
        for (Map<String, Named> named : List.of(alias, groups, owner)) {
            named.forEach((device, at) -> {
                if (!bus.containsKey(device)) {
                    throw map.error(at.place(), device + " is on none of the buses");
                }
            });
        }
        requireOneName(map, bus);
        FirmwareRanges tables = new FirmwareRanges(firmware);
        IsolationUnits units = units(iommu, bus, alias, groups);
        tables.join(units, bus.keySet());
        requireWhole(map, units, owner);
        requireTrusted(map, units, bus, owner);
        ReservedRanges ranges = new ReservedRanges(map, owner, bus.keySet());
        List<String> untold = new ArrayList<>();
        tables.require(
                map, owner, domains.entries().keySet().stream().findFirst().orElse(""), ranges, untold);
        List<String> warnings = new ArrayList<>(ranges.warnings());
        warnings.addAll(untold);
        if (!iommu.equals(CALGARY) && !map.has("groups")) {
            warnings.addAll(dividedFunctions(owner));
        }
        return new DeviceConfiguration(
                bus.size(), owner.size(), List.copyOf(domains.entries().keySet()), warnings);
    }

    /** What this IOMMU cannot tell apart. */
    private static IsolationUnits units(
            String iommu, Map<String, Named> bus, Map<String, Named> alias, Map<String, Named> groups) {
        IsolationUnits units = new IsolationUnits();
        bus.forEach((device, on) -> {
            if (iommu.equals(CALGARY)) {
                units.join(device, new Reason("bus '" + on.key() + "'", "a Calgary tells buses apart, not devices"));
            }
            String segment = device.substring(0, device.indexOf(':'));
            if (segment.length() > PCI_SEGMENT) {
                units.join(device, new Reason("segment " + segment, "devices behind a VMD send its requester ID"));
            }
        });
        groups.forEach((device, in) ->
                units.join(device, new Reason("IOMMU group '" + in.key() + "'", "the IOMMU does not keep them apart")));
        alias.forEach((device, in) -> units.join(
                device, new Reason("alias group '" + in.key() + "'", "their requests carry one requester ID")));
        return units;
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

    /** A bus has one number in its segment, so two functions with that number are on one bus, however it is called. */
    private static void requireOneName(YamlMap map, Map<String, Named> bus) {
        Map<String, String> first = new HashMap<>();
        bus.forEach((device, on) -> {
            String number = device.substring(0, device.lastIndexOf(':'));
            String other = first.computeIfAbsent(number, n -> device);
            Named others = bus.getOrDefault(other, on);
            if (!others.key().equals(on.key())) {
                throw map.error(
                        on.place(),
                        device + " is on bus '" + on.key() + "', but " + other + " with the same bus number " + number
                                + " on '" + others.key() + "' (line " + YamlMap.line(others.place()) + ")");
            }
        });
    }

    /** Devices of one unit that are given go to one domain. Those that are not given go with the others. */
    private static void requireWhole(YamlMap map, IsolationUnits units, Map<String, Named> owner) {
        Map<String, String> first = new HashMap<>();
        owner.forEach((device, its) -> {
            String other = first.computeIfAbsent(units.unit(device), u -> device);
            Named others = owner.getOrDefault(other, its);
            if (!others.key().equals(its.key())) {
                List<Reason> way = units.way(other, device);
                throw map.error(
                        its.place(),
                        device + " goes to " + its.key() + ", but " + other + " of the same "
                                + way.stream().map(Reason::shared).collect(Collectors.joining(" or ")) + " to "
                                + others.key() + " (line " + YamlMap.line(others.place()) + "): "
                                + way.stream().map(Reason::why).distinct().collect(Collectors.joining(", "))
                                + ", so each domain would reach the other's memory");
            }
        });
    }

    /** Functions of one device in several domains: whether they are apart, only its ACS tells, and the groups that follow from it. */
    private static List<String> dividedFunctions(Map<String, Named> owner) {
        List<String> divided = new ArrayList<>();
        Map<String, String> first = new HashMap<>();
        owner.forEach((device, its) -> {
            String other = first.computeIfAbsent(device.substring(0, device.lastIndexOf('.')), slot -> device);
            Named others = owner.getOrDefault(other, its);
            if (!others.key().equals(its.key())) {
                divided.add("line " + YamlMap.line(its.place()) + ": " + device + " goes to " + its.key() + ", and "
                        + other + ", another function of the device, to " + others.key()
                        + ": unless the device has ACS, each reaches the other without the IOMMU; list the 'groups' of the"
                        + " machine to have this judged");
            }
        });
        return divided;
    }

    private static void requireTrusted(
            YamlMap map, IsolationUnits units, Map<String, Named> bus, Map<String, Named> owner) {
        String first = map.requiredMap("domains").entries().keySet().stream()
                .findFirst()
                .orElse("");
        for (Item item : map.words("untranslated")) {
            if (!map.requiredMap("buses").has(item.text())) {
                throw map.error(item.place(), "there is no bus '" + item.text() + "'");
            }
            Set<String> open = bus.entrySet().stream()
                    .filter(on -> on.getValue().key().equals(item.text()))
                    .map(on -> units.unit(on.getKey()))
                    .collect(Collectors.toSet());
            owner.forEach((device, its) -> {
                if (open.contains(units.unit(device)) && !its.key().equals(first)) {
                    throw map.error(
                            item.place(),
                            "bus '" + item.text() + "' is not translated, and " + device
                                    + ", which sends requests there," + " goes to " + its.key()
                                    + ", which could reach all memory by it");
                }
            });
        }
    }
}
