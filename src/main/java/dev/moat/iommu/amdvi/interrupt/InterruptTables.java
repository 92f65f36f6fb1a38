package dev.moat.iommu.amdvi.interrupt;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Device table entries, the interrupt tables that they point to, and a unit's treatment of a message. Which entry it
 * takes depends on the DevID and the index in the message, nothing else; it caches valid ones by both, and forgets
 * those of a DevID when told so. {@code @source} AMDVI-IRTE.
 */
final class InterruptTables {
    /** IntCtl: messages are aborted, pass as they are, or are remapped. */
    static final int ABORT = 0;

    static final int FORWARD = 1;
    static final int REMAP = 2;

    private static final long FIRST_TABLE = 0x4000;
    private static final int FIRST_DEVICE = 0x100;
    private static final int DEVICES_APART = 8;

    final Sort domains;
    final Sort devices;
    /** The indices of all tables: those of the first one come first. */
    final Sort indices;
    /** Vectors of processors, where interrupts end. */
    final Sort lines;

    private final int entries;
    /** Per device: quadword 2 of its entry. */
    final Slots quad2;
    /** The entries, in memory by {@link #indices}, and cached. */
    final EntryWords words;
    /** Per device: the first word of a command that is to be carried out, 0 for none. */
    final Slots command;
    /** {@code interrupt.table}: (device) to the table that its device table entry leads to. */
    private final Decision table;
    /** {@code interrupt.control}: (device) to IntCtl of its device table entry. */
    private final Decision control;
    /** {@code interrupt.length}: (device, log2 of the entries of its table) to IntTabLen of its device table entry. */
    private final Decision length;

    InterruptTables(Setting s, ModelBuilder model) {
        int all = s.number("devices");
        entries = s.number("entries");
        if (Integer.bitCount(entries) != 1) {
            throw new BadSettingException(
                    "entries", "entries must be a power of two, as in a table (IntTabLen), not " + entries);
        }
        domains = Sort.numbered("Dom", "d", all);
        devices = Sort.numbered("Req", "dev", all);
        List<String> labels = new ArrayList<>();
        for (int t = 0; t < all; t++) {
            for (int i = 0; i < entries; i++) {
                labels.add("table" + t + "[" + i + "]");
            }
        }
        indices = new Sort("Index", labels);
        SchemaBuilder schema = model.schema();
        long roots = DeviceTableEntry.INT_TAB_ROOT.set(0, FIRST_TABLE | (2L * Integer.highestOneBit(all) - 1));
        long varying = roots | DeviceTableEntry.IV.mask() | DeviceTableEntry.INT_CTL.mask();
        quad2 = schema.slots("dte.quad2", Role.ARCHITECTURAL, Writer.HYPERVISOR, devices)
                .word(DeviceTableEntry.QUAD2, varying | DeviceTableEntry.INT_TAB_LEN.mask());
        words = new EntryWords(s, schema, List.of(devices, indices), entries);
        lines = words.lines;
        command = schema.slots("command", Role.QUEUE, Writer.HYPERVISOR, devices)
                .word(Commands.Device.LO, Commands.OPCODE.mask() | Commands.Device.DEVICE_ID.mask());
        schema.keeps("device table entries lead to tables", this::areLedToTables);
        table = model.decision("interrupt.table", (st, device, b, c) -> device);
        control = model.decision("interrupt.control", (st, device, b, c) -> REMAP);
        length = model.decision("interrupt.length", (st, device, log2, c) -> log2);
    }

    /** What Xen stores when it finds the devices. */
    void initial(long[] s) {
        for (int q = 0; q < devices.size(); q++) {
            long quad = DeviceTableEntry.INT_TAB_ROOT.set(
                    DeviceTableEntry.IV.mask(), FIRST_TABLE + table.decide(s, q, 0, 0));
            int log2 = Integer.numberOfTrailingZeros(entries);
            quad = DeviceTableEntry.INT_TAB_LEN.set(quad, length.decide(s, q, log2, 0));
            quad2.set(s, q, DeviceTableEntry.INT_CTL.set(quad, control.decide(s, q, 0, 0)));
        }
    }

    int entries() {
        return entries;
    }

    private boolean areLedToTables(long[] s) {
        boolean all = true;
        for (int q = 0; q < devices.size(); q++) {
            long there = DeviceTableEntry.INT_TAB_ROOT.get(quad2.get(s, q)) - FIRST_TABLE;
            all &= there >= 0 && there < devices.size();
        }
        return all;
    }

    /** The first index of the table that a device is led to. */
    int firstOf(long[] s, int device) {
        return (int) (DeviceTableEntry.INT_TAB_ROOT.get(quad2.get(s, device)) - FIRST_TABLE) * entries;
    }

    /**
     * How many indices from {@link #firstOf} on the unit takes from a device: 2^IntTabLen, as far as there are tables. Where that is more
     * than its own table has, it reads on in the next device's; nothing of that is cached here, as memory alone lets it through.
     */
    private int reach(long[] s, int device) {
        int taken = 1 << DeviceTableEntry.INT_TAB_LEN.get(quad2.get(s, device));
        return Math.min(taken, indices.size() - firstOf(s, device));
    }

    static int deviceId(int device) {
        return FIRST_DEVICE + DEVICES_APART * device;
    }

    /** A message makes the unit cache a valid entry. */
    boolean fill(long[] s, int device, int index) {
        boolean reads = isRemapped(s, device) && index < reach(s, device);
        int at = firstOf(s, device) + index;
        if (!reads || !words.isEnabled(s, at) || words.isCached(s, device, index)) {
            return false;
        }
        words.fill(s, device, index, at);
        return true;
    }

    boolean evict(long[] s, int device, int index) {
        boolean there = words.isCached(s, device, index);
        words.evict(s, device, index);
        return there;
    }

    /** The unit carries a command out. One that is for the device table entry leaves the entries of interrupts. */
    boolean serve(long[] s, int number) {
        long word = command.get(s, number);
        for (int q = 0; q < devices.size(); q++) {
            boolean meant = Commands.Device.DEVICE_ID.get(word) == deviceId(q);
            for (int i = 0; meant && i < entries && isForTable(word); i++) {
                words.evict(s, q, i);
            }
        }
        command.set(s, number, 0);
        return word != 0;
    }

    private static boolean isForTable(long word) {
        return Commands.OPCODE.get(word) == Commands.INVALIDATE_INTERRUPT_TABLE;
    }

    private boolean isRemapped(long[] s, int device) {
        long quad = quad2.get(s, device);
        return DeviceTableEntry.IV.isSet(quad) && DeviceTableEntry.INT_CTL.get(quad) == REMAP;
    }

    /** Whether messages pass as they are, so that they can end anywhere. */
    boolean isForwarded(long[] s, int device) {
        long quad = quad2.get(s, device);
        return !DeviceTableEntry.IV.isSet(quad) || DeviceTableEntry.INT_CTL.get(quad) == FORWARD;
    }

    /** Whether some message of the device ends at a line now. */
    boolean ends(long[] s, int device, int line) {
        if (isForwarded(s, device)) {
            return true;
        }
        for (int i = 0; isRemapped(s, device) && i < reach(s, device); i++) {
            if (words.line(s, firstOf(s, device) + i) == line
                    || (i < entries && words.cachedLine(s, device, i) == line)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message with an index, of all tables, ends at a line now: by the cache where the unit has the entry there. */
    boolean endsAt(long[] s, int device, int index, int line) {
        int at = index - firstOf(s, device);
        if (isForwarded(s, device)) {
            return true;
        }
        if (!isRemapped(s, device) || index < 0 || at < 0 || at >= reach(s, device)) {
            return false;
        }
        boolean known = at < entries && words.isCached(s, device, at);
        return (known ? words.cachedLine(s, device, at) : words.line(s, index)) == line;
    }

    /** Whether an index of some table lets a device's messages through, by its entry in memory or the cached one. */
    boolean passes(long[] s, int device, int index) {
        int at = index - firstOf(s, device);
        return isRemapped(s, device)
                && at >= 0
                && at < reach(s, device)
                && (words.isEnabled(s, index) || (at < entries && words.isCached(s, device, at)));
    }

    /** Whether a device's messages are remapped by a table. */
    boolean isLed(long[] s, int device, int table) {
        return isRemapped(s, device) && firstOf(s, device) == table * entries;
    }

    /** The line to which an entry leads, at an index of all tables, or -1. */
    int leads(long[] s, int index) {
        return words.line(s, index);
    }

    /** The line to which what is cached for a device leads, at an index of its table, or -1. */
    int mayLead(long[] s, int device, int index) {
        return words.cachedLine(s, device, index);
    }

    /** Adds what {@link #mayLead} reads. */
    void readCached(Footprint footprint, int device, int index) {
        words.readCached(footprint, device * entries + index);
    }

    /** Adds what {@link #ends} and {@link #passes} read. */
    void read(Footprint footprint) {
        words.readAll(footprint.all(quad2));
    }
}
