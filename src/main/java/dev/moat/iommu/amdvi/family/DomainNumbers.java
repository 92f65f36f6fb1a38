package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tags;
import dev.moat.state.Sort;

/**
 * DomainIDs: the number of a space, the same at all units as long as the space exists. {@code @source} Xen 4.17: a domain's
 * domain_id, and pseudo_domid for the scratch page of a quarantined device; Linux: one of a system-wide map.
 */
final class DomainNumbers implements Tags {
    private final Sort ids;
    private final int[] numberOf;

    /** @param ids the DomainIDs that hardware has */
    public DomainNumbers(Sizes sizes, Sort ids) {
        this.ids = ids;
        numberOf =
                sizes.spaces().numberOf().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public Sort sort() {
        return ids;
    }

    @Override
    public int of(long[] s, int space, int unit) {
        return numberOf[space];
    }
}
