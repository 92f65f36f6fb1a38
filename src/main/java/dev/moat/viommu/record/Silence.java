package dev.moat.viommu.record;

import dev.moat.iommu.Entries;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;

/**
 * Faults that guests do not want to hear of: FPD of a device's context entry, also that this entry has reserved bits set (0xB). Of virtual devices Xen reads the guest's entry where it
 * records; the physical unit reads its own, into which Xen puts what the guest's says when the guest invalidates it.
 * {@code @source} VT-d specification 2.x, chapters 7.1 and 9.3.
 */
public final class Silence {
    /** What {@link #follow} asks. */
    public static final String FOLLOWS = "fault.silence-follows";

    /** What {@link #follow} asks, too. */
    public static final String SUPPRESSES = "fault.suppresses";

    private final ViommuState state;
    private final ViommuSetting setting;
    private final Entries entries;
    /** Per device: FPD of the physical unit's entry. */
    private final Slots physical;
    /** {@link #SUPPRESSES}: (device, FPD of its guest's entry, 1 when that is malformed) to 1 when nothing is recorded. */
    private final Decision suppresses;
    /** {@link #FOLLOWS}: (device) to 1 when Xen puts that into the physical unit's entry. */
    private final Decision follows;

    public Silence(Whole whole, ModelBuilder model) {
        state = whole.state();
        setting = state.setting;
        entries = whole.guests().units.entries();
        physical = model.schema()
                .slots("entry.silent", Role.ARCHITECTURAL, Writer.HYPERVISOR, setting.devices)
                .bits(1);
        suppresses = model.decision(SUPPRESSES, (s, device, silent, malformed) -> silent);
        follows = model.decision(FOLLOWS, (s, device, b, c) -> 1);
    }

    /** The guest's entry of a device is read anew, as it has asked. */
    public void follow(long[] s, int device) {
        if (!setting.isVirtual(device) && follows.decide(s, device, 0, 0) != 0) {
            physical.set(s, device, read(s, device));
        }
    }

    private int read(long[] s, int device) {
        return suppresses.decide(
                s, device, entries.isSilent(s, device) ? 1 : 0, entries.isMalformed(s, device) ? 1 : 0);
    }

    /** Whether who blocks a request of a device leaves it unrecorded: the physical unit, or Xen for a virtual one. */
    boolean suppresses(long[] s, int device) {
        return (setting.isVirtual(device) ? read(s, device) : physical.get(s, device)) != 0;
    }

    /** Whether by the guest's entry as it stands a blocked request is not to be recorded. */
    boolean isWanted(long[] s, int device) {
        return entries.isSilent(s, device);
    }

    /** Whether the guest has changed the entry and has not seen that invalidated: the unit may go by either. */
    boolean isOpen(long[] s, int device) {
        return state.staleEntry.get(s, device) != ViommuState.PAID;
    }
}
