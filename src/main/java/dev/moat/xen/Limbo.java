package dev.moat.xen;

import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Mappings whose unmap has returned although their invalidation has not been done: the list of the deferred policy. Each
 * keeps its pins and references, so nothing is reused before its invalidation; what is given up is only the promise that
 * nothing lingers when unmap returns.
 */
final class Limbo {
    private final Slots sides;
    private final Slots granter;
    private final Slots ref;
    private final Slots readOnly;
    private final Slots owes;
    private final int perDomain;

    /** @param places places per domain; 0 where nothing is deferred */
    Limbo(SchemaBuilder schema, Sort domains, Sort refs, int places) {
        perDomain = places;
        Sort place = Sort.numbered("LimboPlace", "l", places);
        sides = schema.slots("limbo.sides", Role.HYPERVISOR, Writer.HYPERVISOR, domains, place)
                .of(new Sort("Sides", List.of("none", "host", "device", "host+device")));
        Liveness used = (s, i) -> sides.get(s, i) != 0;
        granter = schema.slots("limbo.granter", Role.HYPERVISOR, Writer.HYPERVISOR, domains, place)
                .live(used)
                .of(domains);
        ref = schema.slots("limbo.ref", Role.HYPERVISOR, Writer.HYPERVISOR, domains, place)
                .live(used)
                .of(refs);
        readOnly = schema.slots("limbo.readonly", Role.HYPERVISOR, Writer.HYPERVISOR, domains, place)
                .live(used)
                .bits(1);
        owes = schema.slots("limbo.owes", Role.HYPERVISOR, Writer.HYPERVISOR, domains, place)
                .live(used)
                .bits(1);
    }

    /** Places of all domains together; place i is the domain i / {@link #perDomain}'s. */
    int size() {
        return sides.size();
    }

    int perDomain() {
        return perDomain;
    }

    /** The sides that the mapping in a place keeps pinned; 0 when the place is free. */
    int sides(long[] s, int i) {
        return (int) sides.get(s, i);
    }

    int granter(long[] s, int i) {
        return (int) granter.get(s, i);
    }

    int ref(long[] s, int i) {
        return (int) ref.get(s, i);
    }

    boolean isReadOnly(long[] s, int i) {
        return readOnly.get(s, i) != 0;
    }

    /** Whether the mapping's invalidation is still to be done. */
    boolean owes(long[] s, int i) {
        return sides.get(s, i) != 0 && owes.get(s, i) != 0;
    }

    /** Puts a mapping of a domain into its first free place; false when there is none. */
    boolean add(long[] s, int domain, int granting, int reference, int pinned, boolean ro) {
        for (int i = domain * perDomain; i < (domain + 1) * perDomain; i++) {
            if (sides.get(s, i) == 0) {
                sides.set(s, i, pinned);
                granter.set(s, i, granting);
                ref.set(s, i, reference);
                readOnly.set(s, i, ro ? 1 : 0);
                owes.set(s, i, 1);
                return true;
            }
        }
        return false;
    }

    /** Whether a domain has a mapping whose invalidation is still to be done. */
    boolean owesAny(long[] s, int domain) {
        for (int i = domain * perDomain; i < (domain + 1) * perDomain; i++) {
            if (owes(s, i)) {
                return true;
            }
        }
        return false;
    }

    /** Notes that everything of a domain has been invalidated. */
    void settle(long[] s, int domain) {
        for (int i = domain * perDomain; i < (domain + 1) * perDomain; i++) {
            owes.set(s, i, 0);
        }
    }

    /** The first place of any domain whose mapping only has to be released, or -1. */
    int settled(long[] s) {
        for (int i = 0; i < sides.size(); i++) {
            if (sides.get(s, i) != 0 && owes.get(s, i) == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Adds everything of a place to a footprint. */
    void read(Footprint p, int i) {
        p.one(sides, i).one(granter, i).one(ref, i).one(readOnly, i).one(owes, i);
    }

    /** Frees a place. */
    void remove(long[] s, int i) {
        sides.set(s, i, 0);
    }
}
