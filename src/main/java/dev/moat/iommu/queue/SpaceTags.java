package dev.moat.iommu.queue;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tags;
import dev.moat.state.Sort;

/**
 * The number of a space as its tag, the same at all units as long as the space exists. {@code @source} Xen 4.17: a domain's domain_id,
 * and pseudo_domid for the scratch page of a quarantined device; Linux amd_iommu, riscv_iommu_alloc_paging_domain,
 * arm_smmu_domain_finalise_s1: one allocator for all units.
 */
public final class SpaceTags implements Tags {
    private final Sort ids;
    private final int[] numberOf;

    /** @param ids the tags that hardware has */
    public SpaceTags(Sizes sizes, Sort ids) {
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
