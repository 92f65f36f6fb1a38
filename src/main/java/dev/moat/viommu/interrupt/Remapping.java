package dev.moat.viommu.interrupt;

import dev.moat.iommu.Interrupts;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * Xen's reading of a guest's entries: for the messages of virtual devices, and for what it puts into the host's table. {@code @source}
 * VT-d specification 2.x, chapter 5.1.
 */
final class Remapping {
    /** No line: the message is blocked, or goes to nobody. */
    static final int BLOCKED = -1;
    /** What {@link #ends} asks. */
    static final List<String> ASKED = List.of(
            "binding.vcpu",
            "remap.compatible",
            "remap.extended",
            "remap.in-table",
            "remap.index",
            "remap.reading",
            "remap.row",
            "remap.verifies");

    /** What {@link #isSilent} asks. */
    static final String SILENT = "remap.silent";

    private final InterruptState state;
    private final InterruptSetting setting;
    /** {@code remap.verifies}: (device) to 1 when the source of a message is compared with the entry's. */
    private final Decision verifies;
    /** {@code remap.in-table}: (row of the message, rows of the table) to 1 when it is in the table. */
    private final Decision inTable;
    /** {@code remap.row}: (index in the message, its row) to the row that is read. */
    private final Decision row;
    /** {@code remap.extended}: (guest) to 1 when destinations are taken for ones of 32 bits. */
    private final Decision extended;
    /** {@code remap.index}: (handle, subhandle) to the index. */
    private final Decision index;
    /** {@code remap.reading}: (device) to how its entry is read, one of {@link Interrupts#AS_SPECIFIED} and its mistakes. */
    private final Decision reading;
    /** {@code remap.compatible}: (1 when remapping is on, CFIS, EIME) to 1 when a message in compatibility format passes. */
    private final Decision compatible;
    /** {@link #SILENT}: (1 when the entry has FPD, 1 when it is present) to 1 when its messages' faults are not recorded. */
    private final Decision silent;
    /** {@code binding.vcpu}: (guest, destination in its entry, virtual CPUs of each) to one of all virtual CPUs, or -1. */
    private final Decision vcpu;

    Remapping(InterruptState state, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        verifies = model.decision("remap.verifies", (s, device, b, c) -> 1);
        inTable = model.decision("remap.in-table", (s, at, rows, c) -> at < rows ? 1 : 0);
        row = model.decision("remap.row", (s, number, at, c) -> at);
        extended = model.decision("remap.extended", (s, guest, b, c) -> setting.extended ? 1 : 0);
        index = model.decision("remap.index", (s, handle, subhandle, c) -> handle + subhandle);
        reading = model.decision("remap.reading", (s, device, b, c) -> Interrupts.AS_SPECIFIED);
        compatible =
                model.decision("remap.compatible", (s, on, cfis, eime) -> on == 0 || (cfis == 1 && eime == 0) ? 1 : 0);
        silent = model.decision(SILENT, (s, fpd, present, c) -> fpd);
        vcpu = model.decision("binding.vcpu", (s, guest, destination, each) -> {
            boolean exists = destination >= 1 && destination <= each;
            return exists ? guest * each + destination - 1 : -1;
        });
    }

    /** What a guest's entry makes of a device's message, by Xen's reading: an {@link Interrupts.Answer}. */
    private long answer(long[] s, int device, int at) {
        int guest = setting.guestOf(device);
        int source = verifies.decide(s, device, 0, 0) == 1 ? setting.guestSource(device) : Interrupts.UNVERIFIED;
        long lo = state.guestLo.get(s, guest, at);
        long hi = state.guestHi.get(s, guest, at);
        boolean wide = extended.decide(s, guest, 0, 0) == 1;
        return setting.format.answer(lo, hi, source, wide, reading.decide(s, device, 0, 0));
    }

    /** The virtual CPU (of all) and the vector that an entry leads a device to, or {@link #BLOCKED}: a guest line. */
    int entryEnds(long[] s, int device, int at) {
        long answer = answer(s, device, at);
        if (Interrupts.Answer.kind(answer) != Interrupts.Answer.INTERRUPT) {
            return BLOCKED;
        }
        int destination = (int) Math.min(Interrupts.Answer.place(answer), Integer.MAX_VALUE);
        // The decision counts from 1.
        int number = destination - setting.destination(0) + 1;
        int to = vcpu.decide(s, setting.guestOf(device), number, setting.vcpus);
        return setting.guestLine(to, Interrupts.Answer.vector(answer));
    }

    /** Whether a message of a virtual device is refused with a fault; one to a virtual CPU that is not there is not. */
    boolean isRefused(long[] s, int device, int message) {
        int at = rowOf(s, device, message);
        return at == BLOCKED || (at >= 0 && Interrupts.Answer.kind(answer(s, device, at)) == Interrupts.Answer.BLOCKED);
    }

    /** Whether the entry of a message says that its faults are not recorded. */
    boolean isSilent(long[] s, int device, int message) {
        int at = rowOf(s, device, message);
        if (at < 0) {
            return false;
        }
        return isSilentAt(s, device, at);
    }

    /** Whether a passed-through device's entry, its guest's first, says so. */
    boolean isSilent(long[] s, int device) {
        return isSilentAt(s, device, 0);
    }

    private boolean isSilentAt(long[] s, int device, int at) {
        long lo = state.guestLo.get(s, setting.guestOf(device), at);
        return silent.decide(s, setting.format.isSilent(lo) ? 1 : 0, setting.format.isPresent(lo) ? 1 : 0, 0) == 1;
    }

    /** The row that a message is remapped by, {@link #BLOCKED}, or {@link #UNCHANGED}. */
    private int rowOf(long[] s, int device, int message) {
        long status = state.status.get(s, setting.guestOf(device));
        int on = (status & InterruptState.REMAPPING) != 0 ? 1 : 0;
        int cfis = (status & InterruptState.COMPATIBLE) != 0 ? 1 : 0;
        if (message == setting.compatible()) {
            return compatible.decide(s, on, cfis, setting.extended ? 1 : 0) == 1 ? UNCHANGED : BLOCKED;
        }
        if (on == 0) {
            return UNCHANGED;
        }
        int number = index.decide(s, setting.handle(message), setting.subhandle(message), 0);
        int at = number / InterruptSetting.ENTRIES_OF_PAGE;
        return inTable.decide(s, at, setting.entries, 0) == 1 ? row.decide(s, number, at, 0) : BLOCKED;
    }

    private static final int UNCHANGED = -2;

    /** Whether a message of a virtual device ends at a line: one that passes unchanged may name any line of its guest's. */
    boolean ends(long[] s, int device, int message, int line) {
        int at = rowOf(s, device, message);
        if (at == UNCHANGED) {
            return setting.guestOfLine(line) == setting.guestOf(device);
        }
        return at >= 0 && entryEnds(s, device, at) == line;
    }

    /** Whether a row of a guest's table is the same in two states. */
    boolean isSame(long[] s, long[] other, int guest, int at) {
        return state.guestLo.get(s, guest, at) == state.guestLo.get(other, guest, at)
                && state.guestHi.get(s, guest, at) == state.guestHi.get(other, guest, at);
    }

    /** Adds what {@link #entryEnds} reads. */
    void read(Footprint footprint, int guest, int at) {
        int row = guest * setting.rows.size() + at;
        footprint.one(state.guestLo, row).one(state.guestHi, row);
    }

    /** Adds what this reads. */
    void read(Footprint footprint) {
        footprint.all(state.guestLo).all(state.guestHi).all(state.status);
    }
}
