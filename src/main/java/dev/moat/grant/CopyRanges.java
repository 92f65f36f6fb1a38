package dev.moat.grant;

import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.function.UnaryOperator;

/**
 * What a pinned entry lets a copy reach: a part of the page, and for a transitive entry the entry of the domain that it
 * leads to, which is pinned with it. Without it every pinned entry is a whole page of its own domain, and there are no slots.
 * {@code @source} Xen 4.17 grant_table.c (struct active_grant_entry).
 */
public final class CopyRanges {
    /** Xen keeps so many bits of the first byte's number, although 16 are granted. */
    private static final long START = 0x7fff;

    /** First byte. */
    private final Slots start;
    /** Bytes. */
    private final Slots length;
    /** Whether the entry cannot be mapped: a part of a page, or transitive. */
    private final Slots partial;
    /** Whom a transitive entry leads to, or none. */
    private final Slots origin;

    private final Slots originRef;
    private final boolean on;

    /** @param live ends the life of what is noted */
    CopyRanges(SchemaBuilder schema, Sort domains, Sort refs, boolean on, UnaryOperator<SlotsBuilder> live) {
        this.on = on;
        Sort granters = on ? domains : Sort.numbered(domains.name(), "", 0);
        start = live.apply(schema.slots("active.start", Role.HYPERVISOR, Writer.HYPERVISOR, granters, refs))
                .bits(Short.SIZE);
        length = live.apply(schema.slots("active.length", Role.HYPERVISOR, Writer.HYPERVISOR, granters, refs))
                .bits(Short.SIZE);
        partial = live.apply(schema.slots("active.sub-page", Role.HYPERVISOR, Writer.HYPERVISOR, granters, refs))
                .bits(1);
        origin = live.apply(schema.slots("active.trans-domain", Role.HYPERVISOR, Writer.HYPERVISOR, granters, refs))
                .optional(domains);
        originRef = live.apply(schema.slots("active.trans-gref", Role.HYPERVISOR, Writer.HYPERVISOR, granters, refs))
                .of(refs);
    }

    /** Notes a whole page. */
    void whole(long[] s, int i) {
        if (on) {
            set(s, i, 0, 4096, false, -1, 0);
        }
    }

    /** Notes a part of a page. */
    void part(long[] s, int i, long from, long bytes) {
        set(s, i, from & START, bytes, true, -1, 0);
    }

    /** Whether a pinned entry is a whole page, or was pinned as this part; one that begins beyond what Xen keeps never was. */
    boolean isPart(long[] s, int i, long from, long bytes) {
        return !isPartial(s, i) || (start.get(s, i) == from && length.get(s, i) == bytes);
    }

    /** Notes a transitive entry, which leads to what another entry lets reach. */
    void through(long[] s, int i, int domain, int ref, int other) {
        set(s, i, start.get(s, other), length.get(s, other), true, domain, ref);
    }

    private void set(long[] s, int i, long from, long bytes, boolean part, int domain, int ref) {
        start.set(s, i, from);
        length.set(s, i, bytes);
        partial.set(s, i, part ? 1 : 0);
        origin.set(s, i, domain + 1);
        originRef.set(s, i, ref);
    }

    /** Whether a pinned entry leads through this one, to the same bytes. */
    boolean isThrough(long[] s, int i, int domain, int ref, int other) {
        return origin.get(s, i) == domain + 1
                && originRef.get(s, i) == ref
                && start.get(s, i) == start.get(s, other)
                && length.get(s, i) == length.get(s, other);
    }

    /** Whether a pinned entry cannot be mapped. */
    public boolean isPartial(long[] s, int i) {
        return on && partial.get(s, i) != 0;
    }

    /** Whether a pinned entry lets a copy reach these bytes. */
    public boolean covers(long[] s, int i, int from, int bytes) {
        return !on || (from >= start.get(s, i) && from + bytes <= start.get(s, i) + length.get(s, i));
    }

    /** The granter that a pinned transitive entry leads to, -1 for another entry. */
    public int origin(long[] s, int i) {
        return on ? (int) origin.get(s, i) - 1 : -1;
    }

    /** By which of its references; 0 for another entry. */
    public int originRef(long[] s, int i) {
        return on ? (int) originRef.get(s, i) : 0;
    }

    /** Adds where all entries lead to a footprint. */
    public void read(Footprint p) {
        if (on) {
            p.all(origin).all(originRef);
        }
    }
}
