package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tags;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The DID of each space at each unit. Either it is the space's number, plus one if DID 0 is reserved for hardware. Or
 * each unit has its own map: a space gets the lowest free DID with its first device there, and returns it with its
 * last. {@code @source} Xen 4.17 drivers/passthrough/vtd: domid_map, where there are fewer DIDs than domains can have
 * numbers.
 */
final class DomainIds implements Tags {
    private final Sort ids;
    private final int[] numberOf;
    private final Slots user;
    private final int first;
    private final boolean allocates;

    /**
     * @param ids the DIDs that hardware has, 0 included
     * @param first the lowest one that a space can get
     * @param allocates whether there is a map; without it there are no slots
     */
    public DomainIds(SchemaBuilder schema, Sizes sizes, Sort ids, int first, boolean allocates) {
        this.ids = ids;
        this.first = first;
        this.allocates = allocates;
        numberOf =
                sizes.spaces().numberOf().stream().mapToInt(Integer::intValue).toArray();
        user = schema.slots(
                        "did.user",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        sizes.requesters().units().onlyIf(allocates),
                        ids)
                .optional(sizes.spaces().numbers());
    }

    @Override
    public Sort sort() {
        return ids;
    }

    @Override
    public boolean areAllocated() {
        return allocates;
    }

    @Override
    public int of(long[] s, int space, int unit) {
        if (!allocates) {
            return numberOf[space] + first;
        }
        for (int tag = first; tag < ids.size(); tag++) {
            if (user.get(s, unit, tag) == numberOf[space] + 1) {
                return tag;
            }
        }
        return -1;
    }

    @Override
    public int take(long[] s, int space, int unit) {
        int has = of(s, space, unit);
        for (int tag = first; has < 0 && tag < ids.size(); tag++) {
            if (user.get(s, unit, tag) == 0) {
                user.set(s, unit, tag, numberOf[space] + 1L);
                return tag;
            }
        }
        return has;
    }

    @Override
    public void release(long[] s, int space, int unit) {
        int tag = of(s, space, unit);
        if (allocates && tag >= 0) {
            user.set(s, unit, tag, 0);
        }
    }

    @Override
    public boolean isTaken(long[] s, int unit, int tag) {
        return user.get(s, unit, tag) != 0;
    }

    @Override
    public void read(Footprint footprint) {
        if (allocates) {
            footprint.all(user);
        }
    }
}
