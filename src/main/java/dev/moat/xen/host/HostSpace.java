package dev.moat.xen.host;

import dev.moat.grant.MapFlags;
import dev.moat.grant.Pins;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The page-sized slots of a PV guest's address space at which it maps grants, one leaf page table entry each, and the
 * addresses in the arguments of the calls that run. Only present where host addresses matter (conformance with recorded
 * answers). Otherwise it has no slots at all, a host mapping is just the side's flag, and every address given is right.
 */
public final class HostSpace {
    /** The entry of each slot, as {@link HostPte} says; 0 maps nothing. */
    private final Slots pte;
    /** Whether a handle was mapped with {@code GNTMAP_contains_pte}; left behind when the handle is put. */
    private final Slots containsPte;
    /** Argument of the running call: {@link HostAddress}. */
    private final Slots address;
    /** Argument of the running map call: the flags that concern the host mapping. */
    private final Slots flags;
    /** Argument of the running unmap call: the frame at the bus address + 1, 0 when not given. */
    private final Slots bus;
    /** The frame + 1 whose last reference the running map call dropped with the entry that it replaced; 0 for none. */
    private final Slots lost;

    private final int slots;

    /** @param slots slots of each domain, 0 when host addresses do not matter */
    public HostSpace(SchemaBuilder schema, Slots pc, Sort domains, Sort handles, Sort frames, int slots) {
        this.slots = slots;
        Sort cpus = orNone(pc.index().get(0));
        pte = schema.slots(
                        "host.pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, domains, Sort.numbered("Slot", "V", slots))
                .word(HostPte.FORMAT, HostPte.VARYING);
        containsPte = schema.slots(
                        "maptrack.contains-pte", Role.HYPERVISOR, Writer.HYPERVISOR, domains, orNone(handles))
                .bits(1);
        address = schema.slots("cpu.host", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .bits(HostAddress.BITS);
        flags = schema.slots("cpu.host-flags", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .bits(Integer.SIZE);
        bus = schema.slots("cpu.bus", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .of(Sort.numbered("Bus", "", frames.size() + 2));
        lost = schema.slots("cpu.host-lost", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .of(Sort.numbered("Lost", "", frames.size() + 1));
    }

    private Sort orNone(Sort sort) {
        return slots > 0 ? sort : Sort.numbered(sort.name(), "", 0);
    }

    /** Stores the addresses of a call. A bus address that belongs to no frame is the frame after the last one. */
    public void begin(long[] s, int cpu, int host, int hostFlags, int busFrame) {
        if (slots > 0) {
            address.set(s, cpu, host);
            flags.set(s, cpu, hostFlags & 0xffffffffL);
            bus.set(s, cpu, busFrame);
        }
    }

    /**
     * Maps a frame where the running call says, silently replacing what was there.
     *
     * @return false, with nothing changed, when the host side is asked for and the address cannot hold a mapping
     */
    public boolean map(long[] s, int cpu, int domain, int sides, int frame, boolean readOnly) {
        if (slots == 0 || (sides & Pins.HOST) == 0) {
            return true;
        }
        int how = (int) flags.get(s, cpu);
        int slot = HostAddress.slot((int) address.get(s, cpu), (how & MapFlags.CONTAINS_PTE) != 0);
        if (slot < 0 || slot >= slots) {
            return false;
        }
        pte.set(s, domain, slot, HostPte.of(frame, readOnly, how));
        return true;
    }

    /** The entry that the running map call will replace; 0 when it has no host side, or nowhere to map. */
    public long replaced(long[] s, int cpu, int domain, int sides) {
        if (slots == 0 || (sides & Pins.HOST) == 0) {
            return 0;
        }
        int slot = HostAddress.slot((int) address.get(s, cpu), (flags.get(s, cpu) & MapFlags.CONTAINS_PTE) != 0);
        return slot < 0 || slot >= slots ? 0 : pte.get(s, domain, slot);
    }

    /** Notes a given-up frame to which the entry that a map call replaced was the last reference. */
    public void lose(long[] s, int cpu, long entry) {
        lost.set(s, cpu, HostPte.FRAME.get(entry) + 1);
    }

    /** The frame that was noted, once; -1 when there is none. */
    public int takeLost(long[] s, int cpu) {
        int frame = (int) lost.get(s, cpu) - 1;
        lost.set(s, cpu, 0);
        return frame;
    }

    /** Slots of each domain. */
    public int slots() {
        return slots;
    }

    /** The entry of a slot. */
    public long entry(long[] s, int domain, int slot) {
        return pte.get(s, domain, slot);
    }

    /** A guest's change of its own entry, as Xen accepts it: see {@link HostPte}. */
    public void setEntry(long[] s, int domain, int slot, long entry) {
        pte.set(s, domain, slot, entry);
    }

    /** Remembers with the handle how the running call gave its host address. */
    public void publish(long[] s, int cpu, int domain, int handle) {
        if (slots > 0) {
            containsPte.set(s, domain, handle, (flags.get(s, cpu) & MapFlags.CONTAINS_PTE) != 0 ? 1 : 0);
        }
    }

    /** Whether a handle was mapped by the address of a page table entry. */
    boolean wasMappedByEntry(long[] s, int domain, int handle) {
        return containsPte.get(s, domain, handle) != 0;
    }

    /** The slot whose virtual address the running call gives; -1 when it gives none. */
    int slot(long[] s, int cpu) {
        return HostAddress.slot((int) address.get(s, cpu), false);
    }

    /** Whether the running call's bus address is this frame's. */
    public boolean isBusAddressOf(long[] s, int cpu, int frame) {
        return slots == 0 || bus.get(s, cpu) == frame + 1;
    }

    /**
     * Removes the mapping that the running call names, whichever handle put it there: Xen remembers no address.
     *
     * @return false, with nothing changed, when the entry there does not map this frame with this permission, or the
     *     address is not of the kind with which the handle was mapped
     */
    boolean unmap(long[] s, int cpu, int domain, int handle, int frame, boolean readOnly) {
        if (slots == 0) {
            return true;
        }
        int slot = HostAddress.slot((int) address.get(s, cpu), containsPte.get(s, domain, handle) != 0);
        if (slot < 0 || slot >= slots || !HostPte.maps(pte.get(s, domain, slot), frame, readOnly)) {
            return false;
        }
        pte.set(s, domain, slot, 0);
        return true;
    }
}
