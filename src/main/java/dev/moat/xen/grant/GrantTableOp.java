package dev.moat.xen.grant;

import dev.moat.xen.call.Hypercall;

/**
 * What {@code do_grant_table_op} checks of its own three arguments, before it looks at any element. {@code @source} Xen
 * 4.17 common/grant_table.c; errors as recorded ({@code raw/*}).
 */
public final class GrantTableOp {
    private GrantTableOp() {}

    private static final int DUMP_TABLE = 3;
    private static final int TRANSFER = 4;
    private static final int CACHE_FLUSH = 12;
    private static final int LAST = CACHE_FLUSH;
    private static final long COMMAND = 0xfff;

    /** Where the array of elements is. */
    public enum Pointer {
        MAPPED,
        /** In the guest's range, without a page table entry. */
        UNMAPPED,
        /** In the hypervisor's range. */
        FORBIDDEN
    }

    /** How an operation takes its count. */
    private enum Count {
        ANY,
        ONE,
        IGNORED
    }

    /**
     * What not every Xen has.
     *
     * @param transfers {@code gnttab=no-transfer} is false
     * @param flushes whether there is {@code cache_flush}; 4.21 and later have it on Arm only
     */
    public record Offered(boolean transfers, boolean flushes) {}

    /** The hypercall goes on to the elements, and what it returns is for them to say. */
    public static final int ELEMENTS = 1;

    /**
     * Elements that fit into a page, whatever they are: a copy is the largest with 40 bytes. More may reach beyond the memory that is
     * mapped.
     */
    private static final int SURELY_MAPPED = 4096 / 40;

    /**
     * What a hypercall returns without having looked at an element, or whatever the elements say: those that have a status each
     * return 0 once all can be read and written. Not so {@code setup_table} and {@code get_status_frames}, whose element has
     * another address in it.
     *
     * @param command 32 bits
     * @param count 32 bits, signed
     * @param offered what this Xen offers
     * @return 0 or a negative error, {@link #ELEMENTS} when the elements decide. Errors in this order: a negative count
     *     (EINVAL), opaque bits (EINVAL), no such command or none on x86 (ENOSYS), not exactly one element where there must be (EINVAL), the
     *     hypervisor's range (EFAULT), transfers forbidden (EOPNOTSUPP), an unmapped first element (EFAULT), opaque bits of
     *     cache_flush (EILSEQ)
     */
    public static int check(long command, int count, Pointer pointer, Offered offered) {
        int which = (int) (command & COMMAND);
        boolean opaque = (command & ~COMMAND) != 0;
        if (count < 0 || (opaque && which != CACHE_FLUSH)) {
            return -Hypercall.EINVAL;
        }
        if (which > LAST || which == DUMP_TABLE || (which == CACHE_FLUSH && !offered.flushes())) {
            return -Hypercall.ENOSYS;
        }
        Count takes = takes(which);
        if (takes == Count.ONE && count != 1) {
            return -Hypercall.EINVAL;
        }
        if (pointer == Pointer.FORBIDDEN) {
            return -Hypercall.EFAULT;
        }
        if (which == TRANSFER && !offered.transfers()) {
            return -Hypercall.EOPNOTSUPP;
        }
        if (takes == Count.ANY && count == 0) {
            return 0;
        }
        if (pointer == Pointer.UNMAPPED) {
            return -Hypercall.EFAULT;
        }
        if (opaque) {
            return -Hypercall.EILSEQ;
        }
        return hasStatuses(which) && count <= SURELY_MAPPED ? 0 : ELEMENTS;
    }

    private static boolean hasStatuses(int command) {
        return switch (command) {
            // map_grant_ref, unmap_grant_ref; copy, query_size, unmap_and_replace, swap_grant_ref.
            case 0, 1, TRANSFER, 5, 6, 7, 11 -> true;
            default -> false;
        };
    }

    private static Count takes(int command) {
        return switch (command) {
            case 2, 6, 9 -> Count.ONE;
            case 8, 10 -> Count.IGNORED;
            default -> Count.ANY;
        };
    }

    /** What a transfer returns where transfers are forbidden. */
    public static int transferForbidden() {
        return check(TRANSFER, 1, Pointer.MAPPED, new Offered(false, true));
    }

    /** What a cache flush returns where there is none. */
    public static int flushUnknown() {
        return check(CACHE_FLUSH, 1, Pointer.MAPPED, new Offered(true, false));
    }
}
