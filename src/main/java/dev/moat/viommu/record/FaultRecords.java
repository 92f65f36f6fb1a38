package dev.moat.viommu.record;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fault records of blocked requests: the physical unit's, which Xen's handler empties, and those of each guest's unit.
 * {@code @source} VT-d specification 2.x, chapter 7.2: a guest's blocked request is in its own
 * record, not only in the hardware's.
 */
public final class FaultRecords {
    /** Values of {@link #refused}; 0 is nothing. */
    private static final int TO_BE_TOLD = 1;

    private static final int EITHER = 2;

    private final ViommuSetting setting;
    private final ViommuState state;
    /** Of each guest's unit. */
    private final FaultRing guests;
    /** Of the physical unit: one. */
    private final FaultRing host;
    /** Per device and page: a request was blocked since the guest cleared its record or got its unit, or its record is on the way. */
    private final Slots refused;
    /** What guests do not want to hear of; null where they want to hear everything. */
    private final @Nullable Silence silence;
    /** {@code fault.records}: (device, 1 when the guest's tables lead outside of its memory) to 1 when its guest is told. */
    private final Decision records;
    /** {@code fault.passed-on}: (guest) to 1 when Xen's handler puts the physical unit's record into the guest's. */
    private final Decision passesOn;
    /** {@code fault.source}: (device, another one of its guest, or itself) to the one that the guest's record names. */
    private final Decision source;
    /** {@code fault.lost-passed-on}: (1 when the physical unit has lost some) to 1 when guests are told. */
    private final Decision tellsLost;
    /** {@code fault.unit-there}: (guest, 1 when it has a unit) to 1 when there is a record to write. */
    private final Decision isThere;
    /** What {@link #end} asks. */
    public static final String ENDS = "fault.ends-with-unit";

    /** {@link #ENDS}: (guest) to 1 when a unit's record goes with it. */
    private final Decision ends;

    private static final String OF_BEFORE = "fault.of-before-dropped";
    /** The decision that reading the physical unit's records may ask. */
    public static final String BEGINS = "fault.begins";

    /** What {@link #reset} may ask: also what passing on another guest's records does. */
    public static final List<String> OF_RESET = List.of(
            OF_BEFORE, BEGINS, "fault.unit-there", "fault.source", "fault.writes", "fault.index", "fault.overflows");

    /** {@link #OF_BEFORE}: (guest) to 1 when what the physical unit has recorded under an earlier unit is dropped. */
    private final Decision dropsEarlier;

    /** @param silence where guests have faults go unrecorded, otherwise null */
    public FaultRecords(ViommuState state, @Nullable Silence silence, ModelBuilder model) {
        this.state = state;
        this.silence = silence;
        setting = state.setting;
        SchemaBuilder schema = model.schema();
        FaultRing.Choices choices = FaultRing.Choices.declare(model);
        FaultRing.Places places = new FaultRing.Places(setting.devices, "fault.page", slots -> slots.of(setting.pages));
        guests = FaultRing.ofGuests(setting.domains, setting.guestRegisters, places, choices, schema);
        host = FaultRing.ofHost(setting.hostRegisters, places, choices, schema);
        refused = schema.slots("refused", Role.GHOST, Writer.GHOST, setting.devices, setting.pages)
                .bits(silence == null ? 1 : 2);
        records = model.decision("fault.records", (s, device, outside, c) -> 1);
        passesOn = model.decision("fault.passed-on", (s, guest, b, c) -> 1);
        source = model.decision("fault.source", (s, device, other, c) -> device);
        tellsLost = model.decision("fault.lost-passed-on", (s, lost, b, c) -> lost);
        isThere = model.decision("fault.unit-there", (s, guest, has, c) -> has);
        dropsEarlier = model.decision(OF_BEFORE, (s, guest, b, c) -> 1);
        ends = model.decision(ENDS, (s, guest, b, c) -> 1);
    }

    /**
     * A request is blocked: a virtual device's by Xen, which records it where it stands, another's by the physical unit.
     *
     * @param outside whether the guest's tables lead somewhere, which is not its memory
     */
    public boolean refuse(long[] s, int device, int page, boolean outside) {
        int is = silence == null ? TO_BE_TOLD : owed(s, device, silence);
        boolean changes = is != 0 && refused.get(s, device, page) != TO_BE_TOLD && refused.get(s, device, page) != is;
        if (changes) {
            refused.set(s, device, page, is);
        }
        if (silence != null && silence.suppresses(s, device)) {
            return changes;
        }
        if (records.decide(s, device, outside ? 1 : 0, 0) == 0) {
            return changes;
        }
        boolean recorded = setting.isVirtual(device) ? tell(s, device, page) : host.put(s, 0, device, page);
        return recorded || changes;
    }

    /** What a guest may expect of a request that is blocked now. */
    private static int owed(long[] s, int device, Silence of) {
        return of.isOpen(s, device) ? EITHER : of.isWanted(s, device) ? 0 : TO_BE_TOLD;
    }

    /** Xen puts a fault into the guest's record. */
    private boolean tell(long[] s, int device, int page) {
        return guests.put(s, setting.guestOf(device), source.decide(s, device, anotherOf(device), 0), page);
    }

    /** Another device of the same guest, or the device itself where there is none. */
    private int anotherOf(int device) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (q != device && setting.guestOf(q) == setting.guestOf(device)) {
                return q;
            }
        }
        return device;
    }

    private boolean hasUnit(long[] s, int guest) {
        return isThere.decide(s, guest, state.hasUnit(s, guest) ? 1 : 0, 0) != 0;
    }

    /**
     * Xen's handler of the physical unit's fault event takes one record, and what is lost behind the last one; false where there is nothing
     * for it. Whose faults were lost it cannot know.
     */
    public boolean passOn(long[] s) {
        int record = host.found(s, 0);
        if (record < 0 && !host.isLost(s, 0)) {
            return false;
        }
        if (record >= 0) {
            int device = host.device(s, 0, record);
            boolean tells = hasUnit(s, setting.guestOf(device));
            if (tells && passesOn.decide(s, setting.guestOf(device), 0, 0) != 0) {
                tell(s, device, host.page(s, 0, record));
            }
            if (!host.take(s, 0, record)) {
                return true;
            }
        }
        int lost = host.isLost(s, 0) ? 1 : 0;
        host.setLost(s, 0, false);
        for (int g = 0; g < setting.domains.size() && tellsLost.decide(s, lost, 0, 0) != 0; g++) {
            guests.setLost(s, g, hasUnit(s, g) || guests.isLost(s, g));
        }
        return true;
    }

    /** The guest's handler has read one record, and writes F, and PFO behind the last one. */
    public boolean clear(long[] s, int guest) {
        int read = guests.readOne(s, guest);
        if (read == FaultRing.NOWHERE) {
            return false;
        }
        for (int q = 0; q < setting.devices.size(); q++) {
            boolean told = setting.guestOf(q) == guest && (read == FaultRing.LAST || read == q);
            for (int p = 0; p < setting.pages.size() && told; p++) {
                refused.set(s, q, p, host.tells(s, 0, q, p) ? refused.get(s, q, p) : 0);
            }
        }
        return true;
    }

    /** A guest's unit is gone, its record with it; nothing that was blocked under it is another one's. */
    public void end(long[] s, int guest) {
        if (ends.decide(s, guest, 0, 0) != 0) {
            guests.clear(s, guest);
        }
        for (int i = 0; i < refused.size(); i++) {
            if (setting.guestOf(i / setting.pages.size()) == guest) {
                refused.set(s, i, 0);
            }
        }
    }

    /**
     * A guest gets a unit: what the physical one has recorded of its devices is of before, and is not passed on. A record is not taken out
     * of their middle, where the handler would stop: it handles all that there are.
     */
    public void reset(long[] s, int guest) {
        boolean any = false;
        for (int q = 0; q < setting.devices.size(); q++) {
            any |= setting.guestOf(q) == guest && host.tells(s, 0, q);
        }
        if (!any || dropsEarlier.decide(s, guest, 0, 0) == 0) {
            return;
        }
        for (int record = host.found(s, 0); record >= 0; record = host.found(s, 0)) {
            int device = host.device(s, 0, record);
            if (setting.guestOf(device) != guest && hasUnit(s, setting.guestOf(device))) {
                tell(s, device, host.page(s, 0, record));
            }
            host.take(s, 0, record);
        }
    }

    /** Whether a request was blocked there that the guest is to be told of and has not cleared. */
    public boolean isRefused(long[] s, int device, int page) {
        return refused.get(s, device, page) == TO_BE_TOLD;
    }

    /** Whether one was that it may be told of: also while it has not had invalidated whether it wants to be. */
    public boolean mayBeTold(long[] s, int device, int page) {
        return refused.get(s, device, page) != 0;
    }

    /** Whether the guest, reading its records, comes to one of this device. */
    public boolean isRecorded(long[] s, int device) {
        return guests.tells(s, setting.guestOf(device), device);
    }

    /** Whether its guest's unit has one of it, whoever comes to it. */
    public boolean isInRecord(long[] s, int device) {
        return guests.hasRecord(s, setting.guestOf(device), device);
    }

    /** Whether a fault that the guest is told of now finds its record in use, and is lost. */
    public boolean isNextUsed(long[] s, int device) {
        return guests.isNextUsed(s, setting.guestOf(device));
    }

    /** Whether a fault of the device, or of another one of its guest, was lost though a record was free for it. */
    public boolean wasLostEarly(long[] s, int device) {
        return guests.wasLostEarly(s, setting.guestOf(device))
                || (!setting.isVirtual(device) && host.wasLostEarly(s, 0));
    }

    /** Whether any record of the guest's unit is not in use. */
    public boolean isAnyFree(long[] s, int device) {
        return guests.isAnyFree(s, setting.guestOf(device));
    }

    /** Whether that one is at this page. */
    public boolean isRecordedAt(long[] s, int device, int page) {
        return guests.tells(s, setting.guestOf(device), device, page);
    }

    /** Whether the device's guest can see that faults are lost. */
    public boolean areLost(long[] s, int device) {
        return guests.isLost(s, setting.guestOf(device));
    }

    /** Whether Xen, reading the physical unit's records, comes to one of the device, or finds that some are lost. */
    public boolean isUnderway(long[] s, int device) {
        return !setting.isVirtual(device) && (host.tells(s, 0, device) || host.isLost(s, 0));
    }

    /** Adds what these read of a device. */
    public void read(Footprint footprint, int device) {
        guests.read(footprint, setting.guestOf(device));
        host.read(footprint, 0);
    }

    /** Adds what {@link #isRefused} reads. */
    public void readRefused(Footprint footprint, int device, int page) {
        footprint.one(refused, device * setting.pages.size() + page);
    }
}
