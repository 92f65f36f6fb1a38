package dev.moat.viommu.state;

import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Decision;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Fault records of blocked requests: the physical unit's one record, which Xen's handler empties, and one of each guest's unit. A second
 * fault of the same source is collapsed with the first, one of another source is lost and sets the overflow bit; while that is set,
 * nothing is recorded. {@code @source} VT-d specification 2.x, chapter 7.2; fact sheets vtd, section 8, and viommu, VI10: a guest's blocked
 * request is in its own record, not only in the hardware's.
 */
public final class FaultRecords {
    private final ViommuSetting setting;
    private final ViommuState state;
    /** Of each guest's unit. */
    private final Registers guests;
    /** Of the physical unit: one. */
    private final Registers host;
    /** Per device and page: a request was blocked since the guest cleared its record or got its unit, or its record is on the way. */
    private final Slots refused;
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

    /** What {@link #reset} asks. */
    public static final String OF_BEFORE = "fault.of-before-dropped";

    /** {@link #OF_BEFORE}: (guest) to 1 when what the physical unit has recorded under an earlier unit is dropped. */
    private final Decision dropsEarlier;

    /** A source, its page, and the overflow bit; per unit. */
    private record Registers(Slots source, Slots page, Slots lost) {
        /** A fault comes in; says whether that changed anything. */
        boolean put(long[] s, int unit, int device, int of) {
            int had = (int) source.get(s, unit) - 1;
            if (lost.get(s, unit) != 0 || had == device) {
                return false;
            }
            if (had >= 0) {
                lost.set(s, unit, 1);
                return true;
            }
            source.set(s, unit, device + 1L);
            page.set(s, unit, of);
            return true;
        }

        boolean isEmpty(long[] s, int unit) {
            return source.get(s, unit) == 0 && lost.get(s, unit) == 0;
        }

        void clear(long[] s, int unit) {
            source.set(s, unit, 0);
            page.set(s, unit, 0);
            lost.set(s, unit, 0);
        }

        boolean isOf(long[] s, int unit, int device) {
            return source.get(s, unit) == device + 1;
        }
    }

    public FaultRecords(ViommuState state, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        SchemaBuilder schema = model.schema();
        Sort domains = setting.domains;
        Slots guestSource = schema.slots("guest.fault.source", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .optional(setting.devices);
        Slots guestPage = schema.slots("guest.fault.page", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .live((s, g) -> guestSource.get(s, g) != 0)
                .of(setting.pages);
        Slots guestLost = schema.slots("guest.fault.overflow", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .bits(1);
        guests = new Registers(guestSource, guestPage, guestLost);
        Slots hostSource =
                schema.slots("fault.source", Role.ARCHITECTURAL, Writer.IOMMU).optional(setting.devices);
        Slots hostPage = schema.slots("fault.page", Role.ARCHITECTURAL, Writer.IOMMU)
                .live((s, i) -> hostSource.get(s, 0) != 0)
                .of(setting.pages);
        Slots hostLost =
                schema.slots("fault.overflow", Role.ARCHITECTURAL, Writer.IOMMU).bits(1);
        host = new Registers(hostSource, hostPage, hostLost);
        refused = schema.slots("refused", Role.GHOST, Writer.GHOST, setting.devices, setting.pages)
                .bits(1);
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
        boolean changes = refused.get(s, device, page) == 0;
        refused.set(s, device, page, 1);
        if (records.decide(s, device, outside ? 1 : 0, 0) == 0) {
            return changes;
        }
        boolean recorded = setting.isVirtual(device) ? tell(s, device, page) : host.put(s, 0, device, page);
        return recorded || changes;
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

    /** Xen's handler of the physical unit's fault event; false where there is nothing for it. Whose faults were lost it cannot know. */
    public boolean passOn(long[] s) {
        if (host.isEmpty(s, 0)) {
            return false;
        }
        int device = (int) host.source.get(s, 0) - 1;
        boolean tells = device >= 0 && hasUnit(s, setting.guestOf(device));
        if (tells && passesOn.decide(s, setting.guestOf(device), 0, 0) != 0) {
            tell(s, device, (int) host.page.get(s, 0));
        }
        int lost = (int) host.lost.get(s, 0);
        host.clear(s, 0);
        for (int g = 0; g < setting.domains.size() && tellsLost.decide(s, lost, 0, 0) != 0; g++) {
            guests.lost.set(s, g, hasUnit(s, g) ? 1 : guests.lost.get(s, g));
        }
        return true;
    }

    /** The guest's handler has read its record, and writes F and PFO. */
    public boolean clear(long[] s, int guest) {
        if (guests.isEmpty(s, guest)) {
            return false;
        }
        guests.clear(s, guest);
        for (int q = 0; q < setting.devices.size(); q++) {
            for (int p = 0; p < setting.pages.size() && setting.guestOf(q) == guest; p++) {
                boolean underway = host.isOf(s, 0, q) && host.page.get(s, 0) == p;
                refused.set(s, q, p, underway ? 1 : 0);
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

    /** A guest gets a unit: what the physical one has recorded of its devices is of before, and is not passed on. */
    public void reset(long[] s, int guest) {
        int device = (int) host.source.get(s, 0) - 1;
        if (device >= 0 && setting.guestOf(device) == guest && dropsEarlier.decide(s, guest, 0, 0) != 0) {
            host.source.set(s, 0, 0);
            host.page.set(s, 0, 0);
        }
    }

    /** Whether a request was blocked there that the guest has not cleared. */
    public boolean isRefused(long[] s, int device, int page) {
        return refused.get(s, device, page) != 0;
    }

    /** Whether the guest's record is of this device. */
    public boolean isRecorded(long[] s, int device) {
        return guests.isOf(s, setting.guestOf(device), device);
    }

    /** Whether it is of this device at this page. */
    public boolean isRecordedAt(long[] s, int device, int page) {
        return isRecorded(s, device) && guests.page.get(s, setting.guestOf(device)) == page;
    }

    /** Whether the device's guest can see that faults are lost. */
    public boolean areLost(long[] s, int device) {
        return guests.lost.get(s, setting.guestOf(device)) != 0;
    }

    /** Whether the physical unit has a record of the device, or has lost some, and Xen has not looked at that yet. */
    public boolean isUnderway(long[] s, int device) {
        return !setting.isVirtual(device) && (host.isOf(s, 0, device) || host.lost.get(s, 0) != 0);
    }

    /** Adds what these read of a device. */
    public void read(Footprint footprint, int device) {
        int guest = setting.guestOf(device);
        footprint
                .one(guests.source, guest)
                .one(guests.page, guest)
                .one(guests.lost, guest)
                .all(host.source)
                .all(host.lost);
    }

    /** Adds what {@link #isRefused} reads. */
    public void readRefused(Footprint footprint, int device, int page) {
        footprint.one(refused, device * setting.pages.size() + page);
    }
}
