package dev.moat.pv.state;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Who has the device's own memory mapped, and whom Xen lets map it. A device that is there from the start is the
 * layer's domain's, and so is its memory; where it comes and goes, a toolstack permits it and forbids it.
 */
public final class DeviceMemory {
    /** Per domain: the frame that its entry with {@code _PAGE_IOMAP} leads to, or none. */
    public final Slots entry;
    /** Per domain: Xen's list for it has the device's memory; absent where the device is there from the start. */
    public final Slots permitted;

    DeviceMemory(LayerSetting setting, SchemaBuilder schema) {
        Sort domains = setting.domains.onlyIf(setting.ioremap);
        entry = schema.slots("pte.iomap", Role.HYPERVISOR, Writer.GUEST, domains)
                .optional(setting.frames);
        permitted = schema.slots(
                        "iomem.permitted", Role.HYPERVISOR, Writer.HYPERVISOR, domains.onlyIf(setting.passthrough))
                .bits(1);
    }

    /** Whether Xen's list for a domain has the device's memory. */
    public boolean isPermitted(long[] s, int domain) {
        return permitted.size() > 0 ? permitted.get(s, domain) != 0 : domain == 0;
    }

    /** Whether a domain has an entry that leads to a frame. */
    public boolean isMapped(long[] s, int domain, int frame) {
        return entry.size() > 0 && entry.get(s, domain) == frame + 1;
    }

    /**
     * The toolstack has Xen permit or forbid the device's memory to the layer's domain. Entries that there are stay.
     */
    public void permit(long[] s, boolean allows) {
        permitted.set(s, 0, allows ? 1 : 0);
    }

    /** A domain gives up its entry; false when it has none. */
    public boolean unmap(long[] s, int domain) {
        boolean had = entry.get(s, domain) != 0;
        entry.set(s, domain, 0);
        return had;
    }
}
