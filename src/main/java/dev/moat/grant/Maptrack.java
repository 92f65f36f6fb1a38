package dev.moat.grant;

import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A mapping domain's record of its mappings: one entry per handle. An entry is taken when a map operation begins and
 * active once its sides are published, last of all fields. {@code @source} Xen grant_table.c (struct grant_mapping).
 *
 * <p>In searches the next handle is the lowest free one; Xen hands them out in the order in which they were returned, which
 * changes no status (measured: 1.01 times the states). {@link FreeHandles} has Xen's order.
 */
public final class Maptrack {
    public final Sort handles;
    /** Whether a handle is out of the free list. */
    public final Slots taken;
    /** Mapped sides, a mask of {@link Pins#HOST} and {@link Pins#DEVICE}; 0 means inactive. */
    public final Slots sides;

    public final Slots readOnly;
    public final Slots granter;
    public final Slots ref;

    private final int perDomain;
    private final @Nullable FreeHandles list;

    /**
     * @param inXensOrder whether handles are handed out as Xen does
     * @throws IllegalArgumentException when they are and do not fill maptrack frames
     */
    Maptrack(SchemaBuilder schema, Sort domains, Sort refs, Sort handles, boolean inXensOrder) {
        if (inXensOrder && handles.size() % FreeHandles.PER_FRAME != 0) {
            throw new IllegalArgumentException(handles.size() + " handles do not fill maptrack frames");
        }
        this.handles = handles;
        perDomain = handles.size();
        taken = schema.slots("maptrack.taken", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles)
                .bits(1);
        sides = schema.slots("maptrack.sides", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles)
                .of(new Sort("Sides", List.of("none", "host", "device", "host+device")));
        Liveness active = (s, i) -> sides.get(s, i) != 0;
        UnaryOperator<SlotsBuilder> whileActive = slots -> inXensOrder ? slots : slots.live(active);
        readOnly = whileActive
                .apply(schema.slots("maptrack.readonly", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles))
                .bits(1);
        granter = whileActive
                .apply(schema.slots("maptrack.granter", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles))
                .of(domains);
        ref = whileActive
                .apply(schema.slots("maptrack.ref", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles))
                .of(refs);
        list = inXensOrder ? new FreeHandles(schema, domains, handles) : null;
    }

    /** Whether a domain has a free handle. */
    public boolean hasFree(long[] s, int domain) {
        FreeHandles order = list;
        return order == null ? lowest(s, domain) >= 0 : order.canTake(s, domain);
    }

    /** Takes a domain's next free handle; -1 when there is none. */
    public int take(long[] s, int domain) {
        FreeHandles order = list;
        int handle = order == null ? lowest(s, domain) : order.take(s, domain);
        if (handle >= 0) {
            taken.set(s, domain, handle, 1);
        }
        return handle;
    }

    /** Returns a handle. */
    public void put(long[] s, int domain, int handle) {
        taken.set(s, domain, handle, 0);
        FreeHandles order = list;
        if (order != null) {
            order.put(s, domain, handle);
        }
    }

    private int lowest(long[] s, int domain) {
        for (int h = 0; h < perDomain; h++) {
            if (taken.get(s, domain, h) == 0) {
                return h;
            }
        }
        return -1;
    }

    /** Makes a taken handle active. */
    public void publish(long[] s, int domain, int handle, int granting, int reference, int mapped, boolean ro) {
        granter.set(s, domain, handle, granting);
        ref.set(s, domain, handle, reference);
        readOnly.set(s, domain, handle, ro ? 1 : 0);
        sides.set(s, domain, handle, mapped);
    }

    /** Whether a handle exists and is active. */
    public boolean isActive(long[] s, int domain, int handle) {
        return handle >= 0 && handle < perDomain && sides.get(s, domain, handle) != 0;
    }

    /** Clears sides; true when none is left, so that the handle can be put back. */
    public boolean clear(long[] s, int domain, int handle, int cleared) {
        long left = sides.get(s, domain, handle) & ~cleared;
        sides.set(s, domain, handle, left);
        return left == 0;
    }
}
