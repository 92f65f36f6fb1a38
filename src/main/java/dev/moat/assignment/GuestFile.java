package dev.moat.assignment;

import dev.moat.assignment.Guest.Given;
import dev.moat.input.InputException;
import dev.moat.input.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Guests of a file: {@code xl.cfg}, XML of libvirt, or lines that bind devices to vfio. */
final class GuestFile {
    /** More than any machine has. */
    static final int MOST_DEVICES = 4096;

    private static final String DEVICE = "((?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7])";
    private static final Pattern XL =
            Pattern.compile("(?m)^[ \\t]*(?:pci|builder|type|memory|maxmem|kernel|vcpus|rdm)[ \\t]*=");
    private static final Pattern XL_NAME =
            Pattern.compile("(?m)^[ \\t]*name[ \\t]*=[ \\t]*[\"']([^\"'\\n]{1,80})[\"']");
    private static final Pattern XL_MEMORY = Pattern.compile("(?m)^[ \\t]*memory[ \\t]*=[ \\t]*[\"']?(\\d{1,9})");
    private static final Pattern XL_HVM =
            Pattern.compile("(?m)^[ \\t]*(?:type|builder)[ \\t]*=[ \\t]*[\"'](?:hvm|pvh)[\"']");
    private static final Pattern XL_RDM = Pattern.compile("(?m)^[ \\t]*rdm[ \\t]*=[ \\t]*[\"']([^\"'\\n]{1,80})[\"']");
    private static final Pattern XL_PCI = Pattern.compile("(?m)^[ \\t]*pci[ \\t]*\\+?=[ \\t]*\\[([^\\]]{0,100000})]");
    private static final Pattern QUOTED = Pattern.compile("[\"']([^\"'\\n]{1,200})[\"']");
    private static final Pattern XL_DEVICE = Pattern.compile("(?:bdf=)?" + DEVICE + "(?:$|[,@=].*)");
    /** All functions of a device. */
    private static final Pattern XL_FUNCTIONS =
            Pattern.compile("(?:bdf=)?((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.)\\*(?:$|[,@=].*)");

    private static final Pattern COMMENT = Pattern.compile("(?m)#.*$");

    private static final Pattern BOUND = Pattern.compile("vfio-pci");
    private static final Pattern NODE =
            Pattern.compile("pci_([0-9a-f]{4})_([0-9a-f]{2})_([0-9a-f]{2})_([0-7])\\b|" + DEVICE + "(?![0-9a-fA-F])");
    private static final Pattern IDS =
            Pattern.compile("(?:vfio-pci\\.ids=|vfio-pci\\s+ids=)([0-9a-fA-F]{4}:[0-9a-fA-F]{4}[0-9a-fA-F:,]{0,2000})");
    private static final Pattern MEMORY =
            Pattern.compile("(?:^|\\s)-m[ =](?:size=)?(\\d{1,9})([GgMm]?)(?:[,\\s\\\\]|$)");

    private static final long MIB = 1L << 20;

    private final String file;
    private final String text;
    private final Machine machine;
    private final List<String> warnings;

    private GuestFile(String file, String text, Machine machine, List<String> warnings) {
        this.file = file;
        this.text = text;
        this.machine = machine;
        this.warnings = warnings;
    }

    /** Whether a text is of one of the forms. */
    static boolean isOne(String text) {
        return text.stripLeading().startsWith("<")
                || XL.matcher(text).find()
                || BOUND.matcher(text).find();
    }

    /**
     * The guests of a file.
     *
     * @param machine finds devices by their ids, and knows drivers
     * @param warnings what cannot be told is added
     * @throws InputException when it has no form that is known, or names a device that is none
     */
    static List<Guest> read(String file, String text, Machine machine, List<String> warnings) {
        if (text.stripLeading().startsWith("<")) {
            return LibvirtXml.read(file, text);
        }
        GuestFile read = new GuestFile(file, text, machine, warnings);
        if (XL.matcher(text).find()) {
            return List.of(read.xl());
        }
        if (BOUND.matcher(text).find()) {
            return List.of(read.vfio());
        }
        throw new InputException(
                file,
                1,
                1,
                "neither xl.cfg ('pci = [..]'), libvirt's XML, nor lines that bind devices to vfio-pci; a configuration of Moat begins"
                        + " with 'iommu:'");
    }

    private Guest xl() {
        // As long as before, so that places stay.
        String code = COMMENT.matcher(text).replaceAll(m -> " ".repeat(m.end() - m.start()));
        Matcher name = XL_NAME.matcher(code);
        Matcher memory = XL_MEMORY.matcher(code);
        Matcher rdm = XL_RDM.matcher(code);
        List<Given> devices = new ArrayList<>();
        Matcher list = XL_PCI.matcher(code);
        while (list.find()) {
            Matcher item = QUOTED.matcher(code).region(list.start(1), list.end(1));
            while (item.find()) {
                Matcher device = XL_DEVICE.matcher(item.group(1).strip());
                Matcher functions = XL_FUNCTIONS.matcher(item.group(1).strip());
                Place place = place(item.start(1));
                if (functions.matches()) {
                    functions(devices, whole(functions.group(1)), place);
                    continue;
                }
                if (!device.matches()) {
                    throw place.error("'" + item.group(1) + "' is no device, for example 0000:01:02.0");
                }
                add(devices, device.group(1), place);
            }
        }
        boolean hvm = XL_HVM.matcher(code).find();
        String plan = rdm.find() ? rdm.group(1).replaceAll("\\s", "") : "";
        boolean makesRoom = plan.contains("strategy=host") && plan.contains("policy=strict");
        boolean sized = hvm && memory.find();
        if (!hvm && !devices.isEmpty()) {
            warnings.add(file
                    + ": neither type nor builder is \"hvm\", so this is a paravirtual guest: it has no addresses of its"
                    + " own, and reserved ranges are not compared");
        }
        return new Guest(
                name.find() ? name.group(1) : "the guest of " + file,
                sized ? Long.parseLong(memory.group(1)) * MIB : -1,
                makesRoom,
                devices);
    }

    private void functions(List<Given> devices, String slot, Place place) {
        List<String> known = IntStream.range(0, 8)
                .mapToObj(function -> slot + function)
                .filter(device -> machine.group(device) != null || machine.device(device) != null)
                .toList();
        if (known.isEmpty()) {
            warnings.add(place.file() + ":" + place.line() + ": no listing shows the functions of " + slot
                    + "*; function 0 is compared");
        }
        (known.isEmpty() ? List.of(slot + "0") : known).forEach(device -> add(devices, device, place));
    }

    private Guest vfio() {
        Map<String, Place> found = new LinkedHashMap<>();
        long memory = -1;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            Place place = new Place(file, number, 1);
            Matcher size = MEMORY.matcher(line);
            if (size.find()) {
                boolean giga = size.group(2).equalsIgnoreCase("g");
                memory = Long.parseLong(size.group(1)) * (giga ? MIB << 10 : MIB);
            }
            Matcher ids = IDS.matcher(line);
            if (ids.find()) {
                byIds(ids.group(1), place, found);
            } else if (line.contains("vfio-pci") && !line.contains("Kernel modules")) {
                Matcher device = NODE.matcher(line);
                while (device.find()) {
                    found.putIfAbsent(
                            device.group(1) != null
                                    ? device.group(1) + ":" + device.group(2) + ":" + device.group(3) + "."
                                            + device.group(4)
                                    : whole(device.group(5)),
                            place);
                }
            }
        }
        machine.drivers().forEach((device, driver) -> {
            if (driver.what().equals("vfio-pci") && driver.place().file().equals(file)) {
                found.putIfAbsent(device, driver.place());
            }
        });
        List<Given> devices = new ArrayList<>();
        found.forEach((device, place) -> add(devices, device, place));
        return new Guest("vfio (" + file + ")", memory, false, devices);
    }

    private void byIds(String ids, Place place, Map<String, Place> found) {
        for (String id : ids.toLowerCase(Locale.ROOT).split(",")) {
            List<String> all = machine.withId(id);
            if (all.isEmpty()) {
                warnings.add(
                        place.file() + ":" + place.line() + ": no listing (lspci -nn) shows a device with id " + id);
            }
            all.forEach(device -> found.putIfAbsent(device, place));
        }
    }

    private static String whole(String device) {
        return Machine.whole(device.toLowerCase(Locale.ROOT));
    }

    private static void add(List<Given> devices, String device, Place place) {
        if (devices.size() >= MOST_DEVICES) {
            throw place.error("more than " + MOST_DEVICES + " devices");
        }
        devices.add(new Given(whole(device), place));
    }

    private Place place(int index) {
        int line = (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
        return new Place(file, line + 1, index - text.lastIndexOf('\n', index - 1));
    }
}
