package dev.moat.pv.state;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * A device that comes and goes while the domain runs: whose it is, whether the domain sees it, whether it may do DMA of its own accord. A
 * machine whose device is there from the start has none of these slots, and every answer is yes.
 */
public final class PassedDevice {
    /** The device is the domain's, as Xen has it; else nobody's. */
    public final Slots assigned;
    /** The domain sees it, and a driver may be bound to it. */
    public final Slots exposed;
    /** Its driver was told to let go, and maps nothing more. */
    public final Slots stopping;

    public final Slots mastering;
    /** Xen is changing whose it is. */
    public final Slots settling;
    /** Its entry was changed in memory, and what it was before, perhaps absent, has not been forgotten. */
    public final Slots entryOwed;
    /** Which of several stores of its entry comes next. */
    public final Slots part;
    /** The kernel has taken Xen-SWIOTLB, where it had not when it booted. */
    public final Slots layer;

    private final boolean late;

    PassedDevice(LayerSetting setting, SchemaBuilder schema) {
        Sort devices = Sort.numbered("Req", "dev", setting.passthrough ? 1 : 0);
        late = setting.late;
        assigned = flag(schema, "device.assigned", devices);
        exposed = flag(schema, "device.exposed", devices);
        stopping = flag(schema, "device.stopping", devices);
        mastering = flag(schema, "device.mastering", devices);
        settling = flag(schema, "device.settling", devices);
        entryOwed = flag(schema, "device.entry-owed", devices);
        part = schema.slots("device.part", Role.HYPERVISOR, Writer.HYPERVISOR, devices)
                .bits(2);
        layer = flag(schema, "layer.taken", devices.onlyIf(late));
    }

    private static Slots flag(SchemaBuilder schema, String name, Sort devices) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, devices).bits(1);
    }

    private static boolean is(Slots flag, long[] s) {
        return flag.size() == 0 || flag.get(s, 0) != 0;
    }

    public boolean isAssigned(long[] s) {
        return is(assigned, s);
    }

    public boolean isExposed(long[] s) {
        return is(exposed, s);
    }

    public boolean isMastering(long[] s) {
        return is(mastering, s);
    }

    public boolean isSettling(long[] s) {
        return settling.size() > 0 && settling.get(s, 0) != 0;
    }

    public boolean isEntryOwed(long[] s) {
        return entryOwed.size() > 0 && entryOwed.get(s, 0) != 0;
    }

    /** Whether its driver was told to let go. */
    public boolean isStopping(long[] s) {
        return stopping.size() > 0 && stopping.get(s, 0) != 0;
    }

    /** Whether a driver has it and may ask for mappings. */
    public boolean isDriven(long[] s) {
        return isExposed(s) && !isStopping(s);
    }

    /** Whether the backend that the setting names answers DMA calls; before, none does. */
    public boolean isLayerOn(long[] s) {
        return is(layer, s);
    }
}
