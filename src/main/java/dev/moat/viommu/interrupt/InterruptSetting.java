package dev.moat.viommu.interrupt;

import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Interrupts;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import dev.moat.viommu.posting.PostedDescriptors;
import dev.moat.viommu.record.MessageRecords;
import dev.moat.viommu.state.ViommuSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The bounds of one machine with remapped interrupts: guests, their virtual CPUs and devices, tables, and what may happen. */
public final class InterruptSetting {
    /** Entries of a guest's table lie this many indices apart: each is the first of a page of the table. */
    static final int ENTRIES_OF_PAGE = 256;

    /** Handles have 16 bits. */
    static final int HANDLES = 1 << 16;

    /** No virtual CPU waits, and no interrupt is urgent. */
    private static final String NO_WAKE_UPS = "none";

    private static final int FIRST_LINE_VECTOR = 0x30;
    private static final int FIRST_GUEST_VECTOR = 0x40;
    private static final int FIRST_HOST_SOURCE = 0x100;
    private static final int SOURCES_APART = 8;
    private static final int BUS_SHIFT = 8;
    private static final int FIRST_WIDE_DESTINATION = 0x100;

    final Interrupts format;
    final Sort domains;
    final Sort cpus;
    /** The devices of the first guest, the passed-through one first, then those of the next. */
    final Sort devices;
    /** Indices of the physical unit's table; each has a vector of the host's CPUs, its line. */
    final Sort indices;
    /** Entries of a guest's table and, where there are virtual devices, what lies behind the table. */
    final Sort rows;
    /** The messages of a virtual device: one for each row, and one in compatibility format. */
    final Sort messages;
    /** Where interrupts end: lines of the host, then vectors of the guests' virtual CPUs. */
    final Sort lines;
    /** A guest's virtual CPUs, and one that it has not. */
    final Sort destinations;

    final Sort vectors;
    final int vcpus;
    final int entries;
    final boolean hotplug;
    final boolean commands;
    /** Whether guests write their entries; empty tables stay empty otherwise. */
    final boolean stores;
    /** Whether destinations have 32 bits, and no virtual CPU has a number of 8. */
    final boolean extended;
    /** Whether guests store the words of their entries one by one. */
    final boolean tears;
    /** Whether guests write entries, absent and present, whose faults are not recorded, and the host's absent entries follow. */
    final boolean silences;
    /** Whether virtual devices send messages with a subhandle. */
    final boolean subhandles;
    /** Whether descriptors' notifications and virtual CPUs that move are modelled, and nothing else happens. */
    final boolean notifications;
    /** Which virtual CPUs that do not run are woken. */
    final PostedDescriptors.WakeUps wakeUps;
    /** All guests' virtual CPUs. */
    final Sort vcpuSort;

    /** Whether the physical unit records what it refuses, and Xen's handler passes that on. */
    final boolean records;

    private final int guestRegisters;
    private final int hostRegisters;
    private final boolean passed;
    private final int virtual;
    private final String delivery;
    private final String verification;

    InterruptSetting(Setting s) {
        format = Families.get(s.text(Families.PARAMETER))
                .interrupts()
                .orElseThrow(() -> new BadSettingException(
                        Families.PARAMETER, "the family's remapping of interrupts is not modelled"));
        domains = Sort.numbered("Dom", "d", s.number("guests"));
        cpus = Sort.numbered("Cpu", "cpu", s.number("cpus"));
        vcpus = s.number("vcpus");
        entries = s.number("entries");
        passed = s.flag("passed");
        virtual = s.number("virtual");
        hotplug = s.flag("hotplug") && passed;
        commands = s.flag("commands");
        stores = s.flag("stores");
        extended = s.flag("extended");
        tears = s.flag("tears");
        silences = s.flag("silent");
        subhandles = s.flag("subhandles");
        records = s.flag("records");
        guestRegisters = s.number("guest-fault-registers");
        hostRegisters = s.number("host-fault-registers");
        notifications = s.flag("notifications");
        wakeUps = PostedDescriptors.WakeUps.valueOf(s.text("wake-ups").toUpperCase(Locale.ROOT));
        verification = s.text("verification");
        delivery = s.text("delivery");
        if (!passed && virtual == 0) {
            throw new BadSettingException("virtual", "guests need a device");
        }
        if (subhandles && passed) {
            throw new BadSettingException("subhandles", "messages with one are those of virtual devices");
        }
        if (silences && passed && !records) {
            throw new BadSettingException(
                    "silent", "passed-through devices' faults are recorded with records=true only");
        }
        if (records && (!passed || notifications)) {
            throw new BadSettingException("records", "the physical unit records messages of passed-through devices");
        }
        boolean recorded = records || (virtual > 0 && !notifications);
        if ((!records && hostRegisters > 1) || (!recorded && guestRegisters > 1)) {
            throw new BadSettingException("records", "several fault recording registers need records of faults");
        }
        if (tears && (!stores || notifications)) {
            throw new BadSettingException(
                    "tears", "tears is for guests that write their entries: stores=true without notifications");
        }
        requireNothingUnused(s);
        if (!notifications && wakeUps != PostedDescriptors.WakeUps.NONE) {
            throw new BadSettingException("wake-ups", "virtual CPUs are woken only with notifications");
        }
        if (commands && passed) {
            throw new BadSettingException("commands", "remapping is switched only where no device is passed through");
        }
        if (passed && s.number("indices") < domains.size()) {
            throw new BadSettingException(
                    "indices", "indices must be no fewer than guests: each passed-through device starts with one");
        }
        List<String> all = new ArrayList<>();
        for (int g = 0; g < domains.size(); g++) {
            if (passed) {
                all.add("dev" + g);
            }
            for (int v = 0; v < virtual; v++) {
                all.add("vdev" + g + (char) ('a' + v));
            }
        }
        devices = new Sort("Req", all);
        indices = Sort.numbered("Index", "i", s.number("indices"));
        vectors = Sort.numbered("Vector", "v", s.number("vectors"));
        destinations = Sort.numbered("Vcpu", "vcpu", vcpus + 1);
        rows = new Sort("Row", rowLabels());
        messages = Sort.numbered("Message", "msg", rows.size() + (subhandles ? 3 : 1));
        vcpuSort = new Sort("GuestVcpu", vcpuLabels());
        lines = new Sort("Line", lineLabels());
    }

    /** The entries of the table and, where Xen reads it for a message, the place behind the last one, which is none of them. */
    private List<String> rowLabels() {
        List<String> labels =
                new ArrayList<>(Sort.numbered("Row", "row", entries).labels());
        if (virtual > 0) {
            labels.add("past-end");
        }
        return labels;
    }

    /** Refuses what is said of interrupts of devices that there are not, and of entries that nobody reads. */
    private void requireNothingUnused(Setting s) {
        if (!passed && s.isChanged("delivery")) {
            throw new BadSettingException("delivery", "delivery is for passed=true");
        }
        for (String ofEntries : List.of("verification", "extended")) {
            if (notifications && s.isChanged(ofEntries)) {
                throw new BadSettingException(ofEntries, ofEntries + " is for guests' entries: without notifications");
            }
        }
    }

    /** The records of a machine with these settings. */
    MessageRecords.Machine recording() {
        return new MessageRecords.Machine(
                domains,
                devices,
                messages,
                this::guestOf,
                new MessageRecords.Registers(guestRegisters, records ? hostRegisters : 0));
    }

    private List<String> vcpuLabels() {
        List<String> all = new ArrayList<>();
        for (int n = 0; n < domains.size() * vcpus; n++) {
            all.add(domains.label(n / vcpus) + ".vcpu" + n % vcpus);
        }
        return all;
    }

    private List<String> lineLabels() {
        List<String> all = new ArrayList<>();
        indices.labels().forEach(i -> all.add("host-" + i));
        for (int n = 0; n < domains.size() * vcpus; n++) {
            for (int v = 0; v < vectors.size(); v++) {
                all.add(domains.label(n / vcpus) + ".vcpu" + n % vcpus + "." + vectors.label(v));
            }
        }
        return all;
    }

    private int ofEach() {
        return devices.size() / domains.size();
    }

    int guestOf(int device) {
        return device / ofEach();
    }

    /** Whether a device is emulated: Xen reads its guest's entry for each message. */
    boolean isVirtual(int device) {
        return !passed || device % ofEach() > 0;
    }

    /** Whether there are passed-through devices. */
    boolean passesDevices() {
        return passed;
    }

    /** Whether a passed-through device's interrupts are posted; otherwise they end in Xen, which reads the guest's entry. */
    boolean isPosted(int device) {
        return delivery.equals("posted") || (delivery.equals("mixed") && guestOf(device) == 0);
    }

    /** The source-id that the guest sees; guests number their buses alike. */
    int guestSource(int device) {
        int number = device % ofEach();
        return switch (verification) {
            case "functions" -> SOURCES_APART + number;
            case "buses" -> (1 + number) << BUS_SHIFT;
            default -> SOURCES_APART * (1 + number);
        };
    }

    /** What the guest's entry for a device accepts: its source, every function there, or its bus and the next one. */
    int guestAccepts(int device) {
        int number = device % ofEach();
        return switch (verification) {
            case "functions" -> Interrupts.functions(guestSource(device));
            case "buses" -> Interrupts.buses(1 + number, 2 + number);
            default -> guestSource(device);
        };
    }

    /** The source-id that the physical unit sees. */
    int hostSource(int device) {
        return FIRST_HOST_SOURCE + SOURCES_APART * device;
    }

    /** The message in compatibility format. */
    int compatible() {
        return rows.size();
    }

    /** The index of a row. */
    static int number(int row) {
        return row * ENTRIES_OF_PAGE;
    }

    /** The handle in a message: of a row's index, the first one's, or one whose sum with its subhandle has 17 bits. */
    int handle(int message) {
        return message < rows.size() ? number(message) : message == compatible() + 1 ? 0 : HANDLES - ENTRIES_OF_PAGE;
    }

    /** The subhandle in a message, 0 without one. */
    int subhandle(int message) {
        return message > compatible() ? ENTRIES_OF_PAGE : 0;
    }

    static int lineVector(int index) {
        return FIRST_LINE_VECTOR + index;
    }

    /** The index whose line a host vector is, or -1. */
    int indexOfVector(int vector) {
        int index = vector - FIRST_LINE_VECTOR;
        return index >= 0 && index < indices.size() ? index : -1;
    }

    static int guestVector(int vector) {
        return FIRST_GUEST_VECTOR + vector;
    }

    /** The destination that stands for a guest's virtual CPU; none is 0. */
    int destination(int vcpu) {
        return (extended ? FIRST_WIDE_DESTINATION : 0) + vcpu + 1;
    }

    /** A word of a guest's entry. */
    long guestEntry(int part, int device, int vector, int to) {
        long word = format.remapped(part, guestAccepts(device), guestVector(vector), destination(to));
        return extended && part == 0 ? format.wide(word) : word;
    }

    /** Where a vector of a virtual CPU (of all, the first guest's first) ends, or -1. */
    int guestLine(int vcpu, int vector) {
        int v = vector - FIRST_GUEST_VECTOR;
        boolean exists = vcpu >= 0 && vcpu < domains.size() * vcpus && v >= 0 && v < vectors.size();
        return exists ? indices.size() + vcpu * vectors.size() + v : -1;
    }

    /** The guest whose line it is, or -1 for the host's. */
    int guestOfLine(int line) {
        return line < indices.size() ? -1 : (line - indices.size()) / vectors.size() / vcpus;
    }

    /** Whether entries of the last vector are urgent. */
    boolean hasUrgent() {
        return wakeUps == PostedDescriptors.WakeUps.URGENT;
    }

    static List<Parameter> parameters() {
        String[] families = Families.all().stream()
                .filter(f -> f.interrupts().isPresent())
                .map(Family::id)
                .toArray(String[]::new);
        return List.of(
                Parameter.number("guests", "Guests, each with a vIOMMU.", 2, 1, 2),
                Parameter.number("vcpus", "Virtual CPUs of each guest.", 1, 1, 2),
                Parameter.number("vectors", "Vectors that guests use.", 2, 1, 3),
                Parameter.number("entries", "Entries of each guest's table, each in a page of its own.", 1, 1, 2),
                Parameter.number("indices", "Indices of the physical unit's table.", 2, 1, 4),
                Parameter.number("cpus", "CPUs that run Xen's operations.", 1, 1, 2),
                Parameter.flag("passed", "Whether each guest has a passed-through device.", true),
                Parameter.number("virtual", "Virtual devices of each guest.", 0, 0, 2),
                Parameter.choice(
                        "delivery",
                        "How passed-through interrupts reach guests: posted by hardware, by way of Xen, or the first guest's posted.",
                        "mixed",
                        "mixed",
                        "posted",
                        "remapped"),
                Parameter.flag("hotplug", "Whether passed-through devices are attached and detached.", true),
                Parameter.flag("stores", "Whether guests write their entries.", true),
                Parameter.choice(
                        "verification",
                        "What guests' entries accept: one source, every function of its device, or a range of two buses.",
                        "source",
                        "source",
                        "functions",
                        "buses"),
                Parameter.flag("extended", "Whether destinations have 32 bits.", false),
                Parameter.flag(
                        "tears",
                        "Whether guests store the words of their entries one by one, with anything in between.",
                        false),
                Parameter.flag(
                        "silent",
                        "Whether guests write entries, absent or present, whose faults are not recorded.",
                        false),
                Parameter.flag("subhandles", "Whether virtual devices send messages with a subhandle.", false),
                Parameter.flag(
                        "notifications",
                        "Whether posted descriptors' notifications and virtual CPUs that move are modelled, and nothing else happens.",
                        false),
                Parameter.choice(
                        "wake-ups",
                        "Of virtual CPUs that wait for interrupts, or of stopped ones for urgent ones (URG), too: the last vector's.",
                        NO_WAKE_UPS,
                        NO_WAKE_UPS,
                        "waiting",
                        "urgent"),
                Parameter.flag(
                        "records",
                        "Whether the physical unit records what it refuses of passed-through devices, and Xen's handler tells their guests.",
                        false),
                ViommuSetting.GUEST_FAULT_REGISTERS,
                ViommuSetting.HOST_FAULT_REGISTERS,
                Parameter.flag("commands", "Whether guests switch remapping and compatibility format.", false),
                Parameter.choice(Families.PARAMETER, "Whose entries they are.", Families.DEFAULT, families));
    }
}
