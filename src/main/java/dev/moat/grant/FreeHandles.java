package dev.moat.grant;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The order in which Xen hands out handles, for conformance with recorded numbers: a list per domain, from whose head they
 * are taken and to whose tail they return. The last entry of the list is never handed out. A list that is down to it grows
 * by one maptrack frame: the frame's first handle is handed out, the others go to the head.
 *
 * <p>{@code @source} Xen 4.17 grant_table.c (get_maptrack_handle, one vCPU per domain); numbers as recorded in
 * {@code multi/maptrack-exhaustion}.
 */
final class FreeHandles {
    /** Handles in one maptrack frame. */
    static final int PER_FRAME = 256;

    /** Handle after this one in the list; says nothing for a handle that is not in it. */
    private final Slots next;
    /** First handle of the list, or none while the domain has no maptrack frame. */
    private final Slots head;

    private final Slots tail;
    /** Maptrack frames in use. */
    private final Slots frames;
    /** Maptrack frames that a domain may have. */
    private final Slots limit;

    /** @param handles a multiple of {@link #PER_FRAME}; every domain may have them all, unless its limit is set lower */
    FreeHandles(SchemaBuilder schema, Sort domains, Sort handles) {
        int most = handles.size() / PER_FRAME;
        next = schema.slots("maptrack.next", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles)
                .of(handles);
        head = schema.slots("maptrack.head", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .optional(handles);
        tail = schema.slots("maptrack.tail", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .of(handles);
        Sort counts = Sort.numbered("MaptrackFrames", "", most + 1);
        frames = schema.slots("maptrack.frames", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .of(counts);
        limit = schema.slots("maptrack.frame-limit", Role.HYPERVISOR, Writer.HYPERVISOR, domains)
                .fixed(most)
                .of(counts);
    }

    private boolean hasSpare(long[] s, int domain) {
        long first = head.get(s, domain);
        return first != 0 && first - 1 != tail.get(s, domain);
    }

    /** Whether {@link #take} would find a handle. */
    boolean canTake(long[] s, int domain) {
        return hasSpare(s, domain) || frames.get(s, domain) < limit.get(s, domain);
    }

    /** Takes a handle off the head; -1 when there is none. */
    int take(long[] s, int domain) {
        if (hasSpare(s, domain)) {
            int handle = (int) head.get(s, domain) - 1;
            head.set(s, domain, next.get(s, domain, handle) + 1);
            return handle;
        }
        return frames.get(s, domain) < limit.get(s, domain) ? grow(s, domain) : -1;
    }

    private int grow(long[] s, int domain) {
        int first = (int) frames.get(s, domain) * PER_FRAME;
        int last = first + PER_FRAME - 1;
        for (int h = first + 1; h < last; h++) {
            next.set(s, domain, h, h + 1);
        }
        if (head.get(s, domain) == 0) {
            tail.set(s, domain, last);
        } else {
            next.set(s, domain, last, head.get(s, domain) - 1);
        }
        head.set(s, domain, first + 2);
        frames.set(s, domain, frames.get(s, domain) + 1);
        return first;
    }

    /** Returns a handle to the tail. */
    void put(long[] s, int domain, int handle) {
        next.set(s, domain, (int) tail.get(s, domain), handle);
        tail.set(s, domain, handle);
    }
}
