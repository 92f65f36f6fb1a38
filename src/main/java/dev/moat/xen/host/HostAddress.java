package dev.moat.xen.host;

/**
 * A host address argument of a map or unmap call. {@code @shape} {@link #NONE}, or slot + 1 in bits 7:0 with bit 8 set when
 * it is the machine address of the slot's page table entry instead of the slot's virtual address; {@link #BAD} is any
 * address at which nothing can be mapped.
 */
public final class HostAddress {
    private HostAddress() {}

    /** Address 0: unmaps nothing, and nothing can be mapped there. */
    public static final int NONE = 0;

    public static final int BAD = 0x200;
    private static final int PTE = 0x100;
    private static final int SLOT = 0xff;
    static final int BITS = 10;

    /** The virtual address of one of the caller's slots. */
    public static int of(int slot) {
        return slot + 1;
    }

    /** The machine address of the entry that maps one of the caller's slots. */
    public static int ofEntry(int slot) {
        return PTE | (slot + 1);
    }

    /** The slot that is meant, or -1 when this kind of address does not lead to one. */
    static int slot(int address, boolean wantsEntry) {
        return address == BAD || ((address & PTE) != 0) != wantsEntry ? -1 : (address & SLOT) - 1;
    }
}
