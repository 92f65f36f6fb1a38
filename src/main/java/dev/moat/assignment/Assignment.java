package dev.moat.assignment;

import dev.moat.assignment.Guest.Given;
import dev.moat.assignment.Machine.Device;
import dev.moat.assignment.Machine.Told;
import dev.moat.explain.ReservedRange;
import dev.moat.firmware.RemappingTable;
import dev.moat.firmware.RemappingTable.Coverage;
import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import dev.moat.input.InputText;
import dev.moat.input.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Devices of guests, compared with the machine that has them. A group goes to one guest as a whole, bridges except; no reserved range of a
 * device lies in its guest's memory; a unit translates each; devices with one requester ID stay together.
 */
public final class Assignment {
    private static final int MOST_BYTES = 4 << 20;
    private static final int MOST_TABLE_BYTES = 1 << 20;
    private static final int SEGMENT_BITS = 16;
    private static final int HEX = 16;
    private static final int SEGMENT_DIGITS = 4;

    private final Machine machine = new Machine();
    private final List<Guest> guests = new ArrayList<>();
    private final Map<String, RemappingTable> tables = new LinkedHashMap<>();
    private final List<InputException> refusals = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    /** The guest of each device, and where it is said. */
    private final Map<String, Told> owners = new LinkedHashMap<>();

    private int unknown;

    private Assignment() {}

    /**
     * Whether a file is a guest's configuration and none of Moat's.
     *
     * @throws IOException when it cannot be read
     */
    public static boolean isGuest(Path file) throws IOException {
        String text = InputText.read(file, MOST_BYTES);
        return !text.lines().anyMatch(line -> line.startsWith("iommu:") || line.startsWith("buses:"))
                && GuestFile.isOne(text);
    }

    /**
     * Reads and compares.
     *
     * @param guests files of {@code xl.cfg}, libvirt's XML, or lines that bind devices to vfio
     * @param listings of groups and devices, and logs of the machine
     * @param firmware DMAR or IVRS tables, as bytes or as text
     * @throws IOException when one cannot be read
     * @throws InputException when one is none of its kind, or larger than 4 MiB
     */
    public static Assignment of(List<Path> guests, List<Path> listings, List<Path> firmware) throws IOException {
        Assignment read = new Assignment();
        for (Path file : listings) {
            read.machine.read(file.toString(), InputText.read(file, MOST_BYTES));
        }
        for (Path file : firmware) {
            byte[] bytes;
            try (InputStream in = InputFile.open(file)) {
                bytes = in.readNBytes(MOST_TABLE_BYTES + 1);
            }
            if (bytes.length > MOST_TABLE_BYTES) {
                throw InputText.tooLarge(file.toString(), MOST_TABLE_BYTES);
            }
            read.tables.put(file.toString(), RemappingTable.of(file.toString(), bytes));
        }
        for (Path file : guests) {
            String text = InputText.read(file, MOST_BYTES);
            if (!text.stripLeading().startsWith("<")) {
                read.machine.read(file.toString(), text);
            }
            read.guests.addAll(GuestFile.read(file.toString(), text, read.machine, read.warnings));
        }
        read.judge();
        return read;
    }

    private void judge() {
        for (Guest guest : guests) {
            for (Given given : guest.devices()) {
                Told before = owners.putIfAbsent(given.device(), new Told(guest.name(), given.place()));
                if (before != null && !before.what().equals(guest.name())) {
                    refuse(
                            given.place(),
                            given.device() + " goes to " + guest.name() + " and to " + before.what() + " (" + at(before)
                                    + ")");
                }
            }
        }
        for (Guest guest : guests) {
            for (Given given : guest.devices()) {
                boolean grouped = group(guest, given);
                boolean translated = unit(guest, given);
                unknown += grouped || translated ? 0 : 1;
                alias(guest, given);
                reserved(guest, given);
            }
        }
    }

    private void refuse(Place place, String why) {
        refusals.add(place.error(why));
    }

    private void warn(Place place, String why) {
        warnings.add(place.file() + ":" + place.line() + ": " + why);
    }

    private static String at(Told told) {
        return told.place().file() + ":" + told.place().line();
    }

    /** Whether the group of a device is known; it must be the guest's as a whole. */
    private boolean group(Guest guest, Given given) {
        Told group = machine.group(given.device());
        if (group == null) {
            if (machine.knowsGroups()) {
                warn(
                        given.place(),
                        given.device() + " is in no group of the listing: no unit has it, or the listing is not whole");
            }
            return false;
        }
        Place override = machine.override();
        if (override != null) {
            warn(
                    given.place(),
                    "the kernel was told to show devices in groups of their own (pcie_acs_override, " + override.file()
                            + ":" + override.line() + "): " + given.device()
                            + " may reach others behind its switch without the IOMMU");
        }
        String of = " of the same IOMMU group " + group.what() + " (" + at(group) + ") ";
        String head = given.device() + " goes to " + guest.name() + ", but ";
        for (String other : machine.others(given.device())) {
            Told owner = owners.get(other);
            Device device = machine.device(other);
            Told driver = machine.driver(other);
            if (owner != null) {
                if (!owner.what().equals(guest.name()) && other.compareTo(given.device()) < 0) {
                    refuse(
                            given.place(),
                            head + other + of + "to " + owner.what() + " (" + at(owner)
                                    + "): each could reach the other's memory");
                }
            } else if (device != null && device.isBridge()) {
                continue;
            } else if (driver != null && !isHarmless(driver.what())) {
                refuse(
                        given.place(),
                        head + other + of + "stays with the host's driver " + driver.what() + " (" + at(driver)
                                + "): the guest could reach memory of the host by it");
            } else if (driver == null && isNextTo(other, given.device())) {
                refuse(
                        given.place(),
                        head + other + of
                                + "goes to nobody that is named here: the host would share the group with the guest");
            } else if (driver == null) {
                warn(
                        given.place(),
                        other + of + "goes to nobody that is named here; unless it is a bridge, the group is divided");
            }
        }
        return true;
    }

    /** Drivers that start no DMA. */
    private static boolean isHarmless(String driver) {
        return List.of("vfio-pci", "pci-stub", "pciback", "xen-pciback", "pcieport")
                .contains(driver);
    }

    /** Whether both are on one bus, so that neither is the bridge above the other. */
    private static boolean isNextTo(String one, String other) {
        return one.substring(0, one.lastIndexOf(':')).equals(other.substring(0, other.lastIndexOf(':')));
    }

    /** A device's name as a number; -1 where its segment is none of the firmware's. */
    private static int requester(String device) {
        String[] parts = device.split("[:.]");
        return parts[0].length() > SEGMENT_DIGITS
                ? -1
                : Integer.parseInt(parts[0], HEX) << SEGMENT_BITS
                        | Integer.parseInt(parts[1], HEX) << 8
                        | Integer.parseInt(parts[2], HEX) << 3
                        | Integer.parseInt(parts[3], HEX);
    }

    /** Whether the firmware tells of a unit for a device. */
    private boolean unit(Guest guest, Given given) {
        int requester = requester(given.device());
        if (tables.isEmpty() || requester == -1) {
            return false;
        }
        boolean covered = tables.values().stream().anyMatch(table -> table.of(requester) == Coverage.COVERED);
        boolean unclear = tables.values().stream().anyMatch(table -> table.of(requester) == Coverage.UNKNOWN);
        if (!covered && !unclear) {
            refuse(
                    given.place(),
                    given.device() + " goes to " + guest.name()
                            + ", and the firmware names no unit that translates its requests ("
                            + String.join(", ", tables.keySet()) + "): " + guest.name()
                            + " would reach all memory by it");
        } else if (!covered) {
            warn(
                    given.place(),
                    "whether a unit translates " + given.device()
                            + ", the firmware's table does not tell: units of its segment have devices behind bridges");
        }
        return covered;
    }

    private void alias(Guest guest, Given given) {
        int own = requester(given.device());
        owners.forEach((other, owner) -> {
            int theirs = requester(other);
            if (owner.what().equals(guest.name())
                    || other.compareTo(given.device()) >= 0
                    || own == -1
                    || theirs == -1) {
                return;
            }
            tables.forEach((file, table) -> {
                boolean shared = table.aliases().stream()
                        .anyMatch(alias ->
                                (alias.isOf(own) || alias.as() == own) && (alias.isOf(theirs) || alias.as() == theirs));
                if (shared) {
                    refuse(
                            given.place(),
                            given.device() + " goes to " + guest.name() + ", but " + other + " to " + owner.what()
                                    + " (" + at(owner) + "), and their requests carry one requester ID (" + file + ")");
                }
            });
        });
    }

    /**
     * A range that is reserved.
     *
     * @param ofSome whether the source does not tell for which device
     */
    private record Range(long from, long to, String name, boolean ofSome) {
        static Range of(RemappingTable.Reserved range, String file) {
            return new Range(
                    range.from(),
                    range.to(),
                    range.name() + " 0x" + Long.toHexString(range.from()) + "-0x" + Long.toHexString(range.to()) + " ("
                            + file + ")",
                    false);
        }
    }

    private void reserved(Guest guest, Given given) {
        int requester = requester(given.device());
        for (Machine.Reserved reserved : machine.reserved()) {
            ReservedRange range = reserved.range();
            if (range.mayBeOf(given.device())) {
                require(guest, given, new Range(range.from(), range.to(), reserved.toString(), range.isOfSome()));
            }
        }
        tables.forEach((file, table) -> table.reserved().stream()
                .filter(range -> requester != -1 && range.isOf(requester))
                .forEach(range -> require(guest, given, Range.of(range, file))));
    }

    private void require(Guest guest, Given given, Range range) {
        boolean ofSome = range.ofSome();
        String lies = given.device() + " goes to " + guest.name() + ", and "
                + (ofSome ? "reserved range " : "its reserved range ") + range.name()
                + (ofSome ? ", of a device that the line does not name," : "");
        if (guest.memory() < 0) {
            if (!ofSome) {
                warn(given.place(), lies + " is not compared: the guest's memory is not told");
            }
        } else if (Long.compareUnsigned(range.from(), guest.surely()) < 0) {
            String memory = " lies in its memory (" + (guest.memory() >>> 20) + " MiB from 0 on)";
            if (ofSome || guest.makesRoom()) {
                warn(given.place(), lies + memory + (guest.makesRoom() ? "; rdm lays its memory around it" : ""));
            } else {
                refuse(given.place(), lies + memory + ": either the device or the guest finds something else there");
            }
        } else if (Long.compareUnsigned(range.from(), guest.perhaps()) < 0) {
            warn(given.place(), lies + " may lie in its memory: that depends on where the devices of the guest begin");
        }
    }

    /** What is refused, in order; empty if nothing is. */
    public List<InputException> refusals() {
        return List.copyOf(refusals);
    }

    /** What the files do not tell, and what would be wrong then. */
    public List<String> warnings() {
        return warnings.stream().distinct().toList();
    }

    /** How many devices guests get. */
    public int given() {
        return owners.size();
    }

    /** Devices of which neither a group nor a unit is known: nothing was judged about them. */
    public int unknown() {
        return unknown;
    }

    /** Names of the guests that get devices. */
    public List<String> names() {
        return guests.stream()
                .filter(guest -> !guest.devices().isEmpty())
                .map(Guest::name)
                .distinct()
                .toList();
    }
}
