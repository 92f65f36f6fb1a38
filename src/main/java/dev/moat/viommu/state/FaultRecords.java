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
 * fault of the same source is collapsed with the first, one of another source is lost and sets the overflow bit. {@code @source} VT-d
 * specification 2.x, chapter 7.2; fact sheet viommu, VI10: a guest's blocked request is in its own record, not only in the hardware's.
 */
public final class FaultRecords {
    private final ViommuSetting setting;
    private final Slots guestSource;
    private final Slots guestPage;
    private final Slots guestLost;
    private final Slots hostSource;
    private final Slots hostPage;
    private final Slots hostLost;
    /** Per device and page: a request was blocked since the guest cleared its record, or its record is on the way. */
    private final Slots refused;
    /** {@code fault.records}: (device, 1 when the guest's tables lead outside of its memory) to 1 when its guest is told. */
    private final Decision records;
    /** {@code fault.passed-on}: (guest) to 1 when Xen's handler puts the physical unit's record into the guest's. */
    private final Decision passesOn;
    /** {@code fault.source}: (device) to the one that the guest's record names. */
    private final Decision source;
    /** {@code fault.lost-passed-on}: (1 when the physical unit has lost some) to 1 when guests are told. */
    private final Decision tellsLost;

    public FaultRecords(ViommuState state, ModelBuilder model) {
        setting = state.setting;
        SchemaBuilder schema = model.schema();
        Sort guests = setting.domains;
        guestSource = schema.slots("guest.fault.source", Role.HYPERVISOR, Writer.HYPERVISOR, guests)
                .optional(setting.devices);
        guestPage = schema.slots("guest.fault.page", Role.HYPERVISOR, Writer.HYPERVISOR, guests)
                .live((s, g) -> guestSource.get(s, g) != 0)
                .of(setting.pages);
        guestLost = schema.slots("guest.fault.overflow", Role.HYPERVISOR, Writer.HYPERVISOR, guests)
                .bits(1);
        hostSource =
                schema.slots("fault.source", Role.ARCHITECTURAL, Writer.IOMMU).optional(setting.devices);
        hostPage = schema.slots("fault.page", Role.ARCHITECTURAL, Writer.IOMMU)
                .live((s, i) -> hostSource.get(s, 0) != 0)
                .of(setting.pages);
        hostLost =
                schema.slots("fault.overflow", Role.ARCHITECTURAL, Writer.IOMMU).bits(1);
        refused = schema.slots("refused", Role.GHOST, Writer.GHOST, setting.devices, setting.pages)
                .bits(1);
        records = model.decision("fault.records", (s, device, outside, c) -> 1);
        passesOn = model.decision("fault.passed-on", (s, guest, b, c) -> 1);
        source = model.decision("fault.source", (s, device, b, c) -> device);
        tellsLost = model.decision("fault.lost-passed-on", (s, lost, b, c) -> lost);
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
        boolean recorded = setting.isVirtual(device) ? put(s, device, page) : putAtHost(s, device, page);
        return recorded || changes;
    }

    private boolean put(long[] s, int device, int page) {
        int guest = setting.guestOf(device);
        int had = (int) guestSource.get(s, guest) - 1;
        int as = source.decide(s, device, 0, 0);
        if (had == as) {
            return false;
        }
        if (had >= 0) {
            boolean changes = guestLost.get(s, guest) == 0;
            guestLost.set(s, guest, 1);
            return changes;
        }
        guestSource.set(s, guest, as + 1L);
        guestPage.set(s, guest, page);
        return true;
    }

    private boolean putAtHost(long[] s, int device, int page) {
        int had = (int) hostSource.get(s, 0) - 1;
        if (had == device) {
            return false;
        }
        if (had >= 0) {
            boolean changes = hostLost.get(s, 0) == 0;
            hostLost.set(s, 0, 1);
            return changes;
        }
        hostSource.set(s, 0, device + 1L);
        hostPage.set(s, 0, page);
        return true;
    }

    /** Xen's handler of the physical unit's fault event; false where there is nothing for it. Whose faults were lost it cannot know. */
    public boolean passOn(long[] s) {
        int device = (int) hostSource.get(s, 0) - 1;
        boolean lost = hostLost.get(s, 0) != 0;
        if (device < 0 && !lost) {
            return false;
        }
        if (device >= 0 && passesOn.decide(s, setting.guestOf(device), 0, 0) != 0) {
            put(s, device, (int) hostPage.get(s, 0));
        }
        hostSource.set(s, 0, 0);
        hostPage.set(s, 0, 0);
        hostLost.set(s, 0, 0);
        for (int g = 0; g < setting.domains.size() && tellsLost.decide(s, lost ? 1 : 0, 0, 0) != 0; g++) {
            guestLost.set(s, g, 1);
        }
        return true;
    }

    /** The guest's handler has read its record, and writes F and PFO. */
    public boolean clear(long[] s, int guest) {
        if (guestSource.get(s, guest) == 0 && guestLost.get(s, guest) == 0) {
            return false;
        }
        guestSource.set(s, guest, 0);
        guestPage.set(s, guest, 0);
        guestLost.set(s, guest, 0);
        for (int q = 0; q < setting.devices.size(); q++) {
            for (int p = 0; p < setting.pages.size() && setting.guestOf(q) == guest; p++) {
                boolean underway = hostSource.get(s, 0) == q + 1 && hostPage.get(s, 0) == p;
                refused.set(s, q, p, underway ? 1 : 0);
            }
        }
        return true;
    }

    /** Whether a request was blocked there that the guest has not cleared. */
    public boolean isRefused(long[] s, int device, int page) {
        return refused.get(s, device, page) != 0;
    }

    /** Whether the guest's record is of this device. */
    public boolean isRecorded(long[] s, int device) {
        return guestSource.get(s, setting.guestOf(device)) == device + 1;
    }

    /** Whether it is of this device at this page. */
    public boolean isRecordedAt(long[] s, int device, int page) {
        return isRecorded(s, device) && guestPage.get(s, setting.guestOf(device)) == page;
    }

    /** Whether the device's guest can see that faults are lost. */
    public boolean areLost(long[] s, int device) {
        return guestLost.get(s, setting.guestOf(device)) != 0;
    }

    /** Whether the physical unit has a record of the device, or has lost some, and Xen has not looked at that yet. */
    public boolean isUnderway(long[] s, int device) {
        return !setting.isVirtual(device) && (hostSource.get(s, 0) == device + 1 || hostLost.get(s, 0) != 0);
    }

    /** Adds what these read of a device. */
    public void read(Footprint footprint, int device) {
        int guest = setting.guestOf(device);
        footprint
                .one(guestSource, guest)
                .one(guestPage, guest)
                .one(guestLost, guest)
                .all(hostSource)
                .all(hostLost);
    }

    /** Adds what {@link #isRefused} reads. */
    public void readRefused(Footprint footprint, int device, int page) {
        footprint.one(refused, device * setting.pages.size() + page);
    }
}
