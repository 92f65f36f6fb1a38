package dev.moat.grant;

import static dev.moat.grant.SharedEntry.GTF_READING;
import static dev.moat.grant.SharedEntry.GTF_WRITING;

import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Version and size of each domain's grant table, and what only version 2 has: the second word of each entry and the status
 * words. Without it every table is of version 1, has an entry for each reference, and there is not a single slot. In searches
 * tables of both versions have an entry for each reference.
 * {@code @source} Xen 4.17 grant_table.c; sizes and errors as recorded.
 */
public final class TableVersions {
    /** Entries in one grant frame. */
    static final int FIRST_PER_FRAME = 512;

    static final int SECOND_PER_FRAME = 256;
    /** Status words in one status frame. */
    private static final int STATUS_PER_FRAME = 2048;
    /** References that a change of version keeps. */
    private static final int RESERVED = 8;

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
    private final boolean sized;
    private final int reserved;
    private final int refCount;

    /**
     * What tables can be.
     *
     * @param on whether there is version 2
     * @param sized whether tables have as many entries as their grant frames hold
     * @param reserved entries that a change of version keeps
     * @param partial whether entries grant parts of pages, or lead to other entries
     * @param high bits of second words that may differ from 0
     */
    public record Kind(boolean on, boolean sized, int reserved, boolean partial, long high) {
        /** Version 1, an entry for each reference. */
        public static final Kind FIRST = new Kind(false, false, RESERVED, false, 0);
        /** All that Xen has. */
        public static final Kind REAL = new Kind(true, true, RESERVED, true, -1L);
    }

    TableVersions(SchemaBuilder schema, Sort domains, Sort refs, Slots shared, Kind kind, Liveness meaningful) {
        this.shared = shared;
        on = kind.on;
        sized = kind.sized;
        reserved = Math.min(kind.reserved, refs.size());
        refCount = refs.size();
        Sort none = Sort.numbered(domains.name(), "", 0);
        Sort tables = on ? domains : none;
        Sort measured = sized ? domains : none;
        Sort sizes = Sort.numbered("GrantFrames", "", MOST_FRAMES + 1);
        second = schema.slots("table.version", Role.HYPERVISOR, Writer.HYPERVISOR, tables)
                .of(new Sort("TableVersion", List.of("1", "2")));
        frames = schema.slots("table.frames", Role.HYPERVISOR, Writer.HYPERVISOR, measured)
                .of(sizes);
        frameLimit = schema.slots("table.frame-limit", Role.HYPERVISOR, Writer.HYPERVISOR, measured)
                .bits(Integer.SIZE - 1);
        firstOnly = schema.slots("table.first-only", Role.HYPERVISOR, Writer.HYPERVISOR, measured)
                .bits(1);
        SlotsBuilder words = schema.slots("shared.high", Role.ARCHITECTURAL, Writer.GUEST, tables, refs);
        Liveness used = (s, i) -> second.get(s, i / refCount) != 0 && meaningful.isLive(s, i);
        high = (sized ? words : words.live(used)).word(SecondEntry.HIGH_FORMAT, kind.high);
        status = schema.slots("shared.status", Role.ARCHITECTURAL, Writer.HYPERVISOR, tables, refs)
                .fields(List.of(GTF_READING, GTF_WRITING))
                .bits(sized ? Short.SIZE : SlotsBuilder.bitsFor((int) BITS));
    }

    /** Grant frames to which any domain's table can grow here; it may be allowed more. */
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
        if (!sized) {
            return refCount;
        }
        int perFrame = isSecond(s, domain) ? SECOND_PER_FRAME : FIRST_PER_FRAME;
        return (int) Math.min(refCount, frames.get(s, domain) * perFrame);
    }

    /** References that a change of version keeps. */
    public int reserved() {
        return reserved;
    }

    /** Whether a domain must keep to version 1. */
    public boolean mustBeFirst(long[] s, int domain) {
        return sized && firstOnly.get(s, domain) != 0;
    }

    /** Status frames of a domain's table; none in version 1. */
    public int statusFrames(long[] s, int domain) {
        int words = entries(s, domain);
        return isSecond(s, domain) ? (words + STATUS_PER_FRAME - 1) / STATUS_PER_FRAME : 0;
    }

    /** The frame that a whole-page or sub-page entry names; no frame's number when it does not fit into 63 bits. */
    public long frame(long[] s, int granter, int i) {
        if (!isSecond(s, granter)) {
            return SharedEntry.FRAME.get(shared.get(s, i));
        }
        long word = high.get(s, i);
        return word < 0 ? Long.MAX_VALUE : word;
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
    public long bits(long[] s, int granter, int i) {
        return isSecond(s, granter) ? status.get(s, i) : shared.get(s, i);
    }

    /** Adds what an entry's frame and bits are read from to a footprint. */
    public void read(Footprint p, int granter, int i) {
        p.one(shared, i);
        if (on) {
            p.one(second, granter).one(high, i).one(status, i);
        }
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

    /**
     * Changes a table's version: the reserved entries are carried over, all others are wiped.
     *
     * @param carriesBits whether {@code reading} and {@code writing} of those that are kept come along
     */
    public void change(long[] s, int domain, boolean carriesBits) {
        boolean toSecond = !isSecond(s, domain);
        second.set(s, domain, toSecond ? 1 : 0);
        for (int i = domain * refCount; i < (domain + 1) * refCount; i++) {
            if (i >= domain * refCount + reserved) {
                shared.set(s, i, 0);
                high.set(s, i, 0);
                status.set(s, i, 0);
            } else if (toSecond) {
                widen(s, i, carriesBits);
            } else {
                narrow(s, i, carriesBits);
            }
        }
    }

    private void widen(long[] s, int i, boolean carriesBits) {
        long entry = shared.get(s, i);
        high.set(s, i, SharedEntry.FRAME.get(entry));
        status.set(s, i, carriesBits ? entry & BITS : 0);
        shared.set(s, i, SharedEntry.FRAME.set(entry & ~BITS, 0));
    }

    /** Only entries that permit access are kept. */
    private void narrow(long[] s, int i, boolean carriesBits) {
        long entry = shared.get(s, i);
        boolean kept = SharedEntry.GTF_TYPE.get(entry) == SharedEntry.PERMIT_ACCESS;
        long flags = SharedEntry.FLAGS.get(entry) | (carriesBits ? status.get(s, i) : 0);
        shared.set(s, i, kept ? SharedEntry.of(flags, SharedEntry.DOMID.get(entry), high.get(s, i)) : 0);
        high.set(s, i, 0);
        status.set(s, i, 0);
    }
}
