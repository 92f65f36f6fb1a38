package dev.moat.grant;

import static dev.moat.grant.SharedEntry.GTF_READING;
import static dev.moat.grant.SharedEntry.GTF_WRITING;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Version and size of each domain's grant table, and what only version 2 has: the second word of each entry and the status
 * words. Without it every table is of version 1, has an entry for each reference, and there is not a single slot.
 * {@code @source} Xen 4.17 grant_table.c; sizes and errors as recorded.
 */
public final class TableVersions {
    /** Entries in one grant frame. */
    static final int FIRST_PER_FRAME = 512;

    static final int SECOND_PER_FRAME = 256;
    /** Status words in one status frame. */
    private static final int STATUS_PER_FRAME = 2048;
    /** References that a change of version keeps. */
    public static final int RESERVED = 8;

    private static final long BITS = GTF_READING.mask() | GTF_WRITING.mask();

    /** Whether a domain's table is of version 2. */
    private final Slots second;
    /** Grant frames of a domain. */
    public final Slots frames;
    /** Grant frames that a domain may have. */
    public final Slots frameLimit;
    /** Whether a domain may not change to version 2. */
    public final Slots firstOnly;
    /** Second word of an entry. */
    public final Slots high;
    /** Status word of an entry. */
    public final Slots status;

    private final Slots shared;
    private final boolean on;
    private final int refCount;

    TableVersions(SchemaBuilder schema, Sort domains, Sort refs, Slots shared, boolean on) {
        this.shared = shared;
        this.on = on;
        refCount = refs.size();
        Sort tables = on ? domains : Sort.numbered(domains.name(), "", 0);
        Sort limits = Sort.numbered("GrantFrames", "", MOST_FRAMES + 1);
        second = schema.slots("table.version", Role.HYPERVISOR, Writer.HYPERVISOR, tables)
                .of(new Sort("TableVersion", java.util.List.of("1", "2")));
        frames = schema.slots("table.frames", Role.HYPERVISOR, Writer.HYPERVISOR, tables)
                .of(limits);
        frameLimit = schema.slots("table.frame-limit", Role.HYPERVISOR, Writer.HYPERVISOR, tables)
                .of(limits);
        firstOnly = schema.slots("table.first-only", Role.HYPERVISOR, Writer.HYPERVISOR, tables)
                .bits(1);
        high = schema.slots("shared.high", Role.ARCHITECTURAL, Writer.GUEST, tables, refs)
                .word(SecondEntry.HIGH_FORMAT, on ? -1L : 0);
        status = schema.slots("shared.status", Role.ARCHITECTURAL, Writer.HYPERVISOR, tables, refs)
                .bits(Short.SIZE);
    }

    /** Grant frames that any domain may have at most. */
    public static final int MOST_FRAMES = 64;

    /** Whether tables have versions at all. */
    public boolean on() {
        return on;
    }

    /** 1 or 2. */
    public int version(long[] s, int domain) {
        return isSecond(s, domain) ? 2 : 1;
    }

    /** Whether a domain's table is of version 2. */
    public boolean isSecond(long[] s, int domain) {
        return on && second.get(s, domain) != 0;
    }

    /** Entries of a domain's table. */
    public int entries(long[] s, int domain) {
        if (!on) {
            return refCount;
        }
        int perFrame = isSecond(s, domain) ? SECOND_PER_FRAME : FIRST_PER_FRAME;
        return (int) Math.min(refCount, frames.get(s, domain) * perFrame);
    }

    /** Status frames of a domain's table; none in version 1. */
    public int statusFrames(long[] s, int domain) {
        int words = entries(s, domain);
        return isSecond(s, domain) ? (words + STATUS_PER_FRAME - 1) / STATUS_PER_FRAME : 0;
    }

    /** The frame that a whole-page or sub-page entry names; no frame's number when it does not fit into 63 bits. */
    long frame(long[] s, int granter, int i) {
        return isSecond(s, granter) ? high.get(s, i) & Long.MAX_VALUE : SharedEntry.FRAME.get(shared.get(s, i));
    }

    /** Sets the frame of an entry that takes part in a transfer. */
    public void setFrame(long[] s, int granter, int i, int frame) {
        if (isSecond(s, granter)) {
            high.set(s, i, frame);
        } else {
            shared.set(s, i, SharedEntry.FRAME.set(shared.get(s, i), frame));
        }
    }

    /** Where Xen keeps {@code reading} and {@code writing} of an entry: the word that has them. */
    long bits(long[] s, int granter, int i) {
        return isSecond(s, granter) ? status.get(s, i) : shared.get(s, i);
    }

    /** Stores that word. */
    void setBits(long[] s, int granter, int i, long word) {
        (isSecond(s, granter) ? status : shared).set(s, i, word);
    }

    /** Whether Xen shows the guest that an entry is in use. */
    public boolean isBusy(long[] s, int granter, int i) {
        return (bits(s, granter, i) & BITS) != 0;
    }

    /** Exchanges all bits of two entries. */
    public void swap(long[] s, int i, int j) {
        exchange(s, shared, i, j);
        if (on) {
            exchange(s, high, i, j);
            exchange(s, status, i, j);
        }
    }

    private static void exchange(long[] s, Slots slots, int i, int j) {
        long first = slots.get(s, i);
        slots.set(s, i, slots.get(s, j));
        slots.set(s, j, first);
    }

    /** Whether version 1 can say what a reserved entry of version 2 says. */
    public boolean isRepresentable(long[] s, int i) {
        int type = (int) SharedEntry.GTF_TYPE.get(shared.get(s, i));
        return type != SecondEntry.TRANSITIVE
                && (type != SharedEntry.PERMIT_ACCESS || high.get(s, i) >>> Integer.SIZE == 0);
    }

    /** Changes a table's version: the reserved entries are carried over, all others are wiped. */
    public void change(long[] s, int domain) {
        boolean toSecond = !isSecond(s, domain);
        second.set(s, domain, toSecond ? 1 : 0);
        for (int i = domain * refCount; i < (domain + 1) * refCount; i++) {
            if (i >= domain * refCount + RESERVED) {
                shared.set(s, i, 0);
                high.set(s, i, 0);
                status.set(s, i, 0);
            } else if (toSecond) {
                widen(s, i);
            } else {
                narrow(s, i);
            }
        }
    }

    private void widen(long[] s, int i) {
        long entry = shared.get(s, i);
        high.set(s, i, SharedEntry.FRAME.get(entry));
        status.set(s, i, entry & BITS);
        shared.set(s, i, SharedEntry.FRAME.set(entry & ~BITS, 0));
    }

    /** Only entries that permit access are kept. */
    private void narrow(long[] s, int i) {
        long entry = shared.get(s, i);
        boolean kept = SharedEntry.GTF_TYPE.get(entry) == SharedEntry.PERMIT_ACCESS;
        long flags = SharedEntry.FLAGS.get(entry) | status.get(s, i);
        shared.set(s, i, kept ? SharedEntry.of(flags, SharedEntry.DOMID.get(entry), high.get(s, i)) : 0);
        high.set(s, i, 0);
        status.set(s, i, 0);
    }
}
