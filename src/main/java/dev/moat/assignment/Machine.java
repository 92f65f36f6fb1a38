package dev.moat.assignment;

import dev.moat.explain.GroupLines;
import dev.moat.explain.LogText;
import dev.moat.explain.ReservedRange;
import dev.moat.input.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What listings and logs tell of a machine's devices: groups, drivers, bridges, ids, and ranges that are reserved. */
final class Machine {
    /** As lspci prints a device: address, class, and a number of the class with -nn. */
    private static final Pattern LISTED = Pattern.compile(
            "^(?:.{0,40}?[\\s:])?((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]) ([^:\\[]{1,60}?)(?: \\[([0-9a-f]{4})])?: ");

    private static final Pattern ID = Pattern.compile("\\[([0-9a-f]{4}:[0-9a-f]{4})]");
    private static final Pattern DRIVER = Pattern.compile("Kernel driver in use: ([\\w.-]{1,40})");

    /**
     * A device as a listing has it.
     *
     * @param id vendor and device, empty if the listing has none
     */
    record Device(boolean isBridge, String id) {}

    /** A thing that a line tells. */
    record Told(String what, Place place) {}

    /** A range that must be mapped 1:1. */
    record Reserved(ReservedRange range, Place place) {
        @Override
        public String toString() {
            return range.name() + " 0x" + Long.toHexString(range.from()) + "-0x" + Long.toHexString(range.to()) + " ("
                    + place.file() + ":" + place.line() + ")";
        }
    }

    private final Map<String, Told> groups = new LinkedHashMap<>();
    private final Map<String, Told> drivers = new LinkedHashMap<>();
    private final Map<String, Device> devices = new LinkedHashMap<>();
    private @Nullable Place override;
    private final List<Reserved> reserved = new ArrayList<>();

    /** Reads one file. */
    void read(String file, String text) {
        GroupLines lines = new GroupLines();
        String device = "";
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = LogText.message(raw);
            Place place = new Place(file, number, 1);
            override = override == null && GroupLines.isOverride(line) ? place : override;
            GroupLines.Listed listed = lines.next(line);
            if (listed != null && !listed.device().isEmpty()) {
                groups.putIfAbsent(listed.device(), new Told("" + listed.group(), place));
            }
            Matcher known = LISTED.matcher(line);
            Matcher driver = DRIVER.matcher(line);
            if (known.find()) {
                device = whole(known.group(1));
                String code = known.group(3) == null ? "" : known.group(3);
                Matcher id = ID.matcher(line);
                devices.put(
                        device,
                        new Device(
                                code.startsWith("06") || known.group(2).contains("bridge"),
                                id.find(known.end()) ? id.group(1) : ""));
            } else if (driver.find() && !device.isEmpty()) {
                drivers.put(device, new Told(driver.group(1), place));
            }
        }
        ReservedRange.of(text).forEach(range -> reserved.add(new Reserved(range, new Place(file, range.line(), 1))));
    }

    /** A device with its segment. */
    static String whole(String device) {
        return device.matches("[0-9a-f]{2}:.*") ? "0000:" + device : device;
    }

    /** The group of a device; null if none is known. */
    @Nullable
    Told group(String device) {
        return groups.get(device);
    }

    /** The other devices of its group. */
    List<String> others(String device) {
        Told own = groups.get(device);
        return own == null
                ? List.of()
                : groups.entrySet().stream()
                        .filter(entry -> entry.getValue().what().equals(own.what())
                                && !entry.getKey().equals(device))
                        .map(Map.Entry::getKey)
                        .toList();
    }

    /** Where a log tells that groups do not show what hardware keeps apart; null if none does. */
    @Nullable
    Place override() {
        return override;
    }

    boolean knowsGroups() {
        return !groups.isEmpty();
    }

    @Nullable
    Told driver(String device) {
        return drivers.get(device);
    }

    /** Devices with their drivers. */
    Map<String, Told> drivers() {
        return drivers;
    }

    @Nullable
    Device device(String device) {
        return devices.get(device);
    }

    /** Devices with such an id, as {@code vfio-pci.ids} selects them. */
    List<String> withId(String id) {
        return devices.entrySet().stream()
                .filter(entry -> entry.getValue().id().equals(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    List<Reserved> reserved() {
        return reserved;
    }
}
