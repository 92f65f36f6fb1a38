package dev.moat.xen;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The page-sized slots of a PV guest's address space at which it maps grants: one leaf PTE each. Only present where host
 * addresses matter (conformance with recorded answers); otherwise a host mapping is just the side's flag.
 *
 * <p>{@code @shape} a host address argument is 0 for none, else slot + 1 in bits 7:0, and bit 8 when it is the machine
 * address of the slot's PTE instead of a virtual address; {@link #BAD} is an address without a page table.
 */
final class HostSpace {
    static final int ADDRESS_BITS = 10;
    static final int PTE_ADDRESS = 0x100;
    static final int BAD = 0x200;

    /** What a slot maps: 0 nothing, else frame + 1 shifted left by one, bit 0 set when writable. */
    final Slots pte;

    private final int slots;

    HostSpace(SchemaBuilder schema, Sort domains, int slots, int frames) {
        this.slots = slots;
        Sort slot = Sort.numbered("HostSlot", "V", slots);
        pte = schema.slots("host.pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, domains, slot)
                .bits(slots == 0 ? 0 : 2 + Integer.SIZE - Integer.numberOfLeadingZeros(frames));
    }

    boolean isModelled() {
        return slots > 0;
    }

    private static long entry(int frame, boolean readOnly) {
        return (frame + 1L) << 1 | (readOnly ? 0 : 1);
    }

    private int slot(int address) {
        return (address & BAD) != 0 ? -1 : (address & 0xff) - 1;
    }

    /** Whether an address can hold a mapping. */
    private boolean isUsable(int address, boolean wantsPteAddress) {
        int slot = slot(address);
        return slot >= 0 && slot < slots && ((address & PTE_ADDRESS) != 0) == wantsPteAddress;
    }

    /** Maps a frame, silently replacing what was there. False when the address cannot hold a mapping. */
    boolean map(long[] s, int domain, int address, boolean wantsPteAddress, int frame, boolean readOnly) {
        if (!isUsable(address, wantsPteAddress)) {
            return false;
        }
        pte.set(s, domain, slot(address), entry(frame, readOnly));
        return true;
    }

    /** Removes a mapping of exactly this frame and permission. False, with nothing changed, when it is not there. */
    boolean unmap(long[] s, int domain, int address, boolean wantsPteAddress, int frame, boolean readOnly) {
        if (!isUsable(address, wantsPteAddress) || pte.get(s, domain, slot(address)) != entry(frame, readOnly)) {
            return false;
        }
        pte.set(s, domain, slot(address), 0);
        return true;
    }
}
