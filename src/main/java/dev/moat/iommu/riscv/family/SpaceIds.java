package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tags;
import dev.moat.state.Sort;

/**
 * PSCIDs of host spaces, or GSCIDs of guests: the number of a space, the same at all units as long as the space exists. {@code @source}
 * Linux riscv_iommu_alloc_paging_domain: one allocator of PSCIDs for all units.
 */
final class SpaceIds implements Tags {
    private final Sort ids;
    private final int[] numberOf;

    /** @param ids the tags that hardware has */
    public SpaceIds(Sizes sizes, Sort ids) {
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
