package dev.moat.xen.state;

import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Which DID stands for which domain at each unit. Either it is the domain's number, plus one where DID 0 is hardware's, or
 * each unit has a map of its own from which a domain gets the lowest free DID with its first device there and gives it
 * back with its last. {@code @source} Xen 4.17 drivers/passthrough/vtd: domid_map, where there are fewer DIDs than domains
 * can have numbers.
 */
public final class DomainIds {
    private final Slots user;
    private final int first;
    private final int tags;
    private final boolean allocates;

    /**
     * @param tags the DIDs that hardware has, 0 included
     * @param first the lowest one that a domain can get
     * @param allocates whether there is a map; without it there are no slots
     */
    DomainIds(SchemaBuilder schema, Sort domains, Sort units, Sort tags, int first, boolean allocates) {
        this.first = first;
        this.tags = tags.size();
        this.allocates = allocates;
        user = schema.slots(
                        "did.user",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        allocates ? units : Sort.numbered("Unit", "", 0),
                        tags)
                .optional(domains);
    }

    /** Whether a domain's DIDs come and go with its devices. */
    public boolean allocates() {
        return allocates;
    }

    /** The DID of a domain at every unit where there is no map. */
    int fixed(int domain) {
        return domain + first;
    }

    /** The DID of a domain at a unit, or -1 when it has none. */
    public int of(long[] s, int domain, int unit) {
        if (!allocates) {
            return fixed(domain);
        }
        for (int tag = first; tag < tags; tag++) {
            if (user.get(s, unit, tag) == domain + 1) {
                return tag;
            }
        }
        return -1;
    }

    /** The DID of a domain at a unit, taken from the free ones when it has none; -1, with nothing changed, when all are used. */
    public int take(long[] s, int domain, int unit) {
        int has = of(s, domain, unit);
        for (int tag = first; has < 0 && tag < tags; tag++) {
            if (user.get(s, unit, tag) == 0) {
                user.set(s, unit, tag, domain + 1L);
                return tag;
            }
        }
        return has;
    }

    /** Makes a domain's DID at a unit free for others. */
    public void release(long[] s, int domain, int unit) {
        int tag = of(s, domain, unit);
        if (allocates && tag >= 0) {
            user.set(s, unit, tag, 0);
        }
    }

    /** Whether a DID is out of the free ones of a unit, whose map there has to be. */
    public boolean isTaken(long[] s, int unit, int tag) {
        return user.get(s, unit, tag) != 0;
    }

    /** Adds to a footprint what {@link #of} depends on. */
    public void read(Footprint footprint) {
        if (allocates) {
            footprint.all(user);
        }
    }
}
