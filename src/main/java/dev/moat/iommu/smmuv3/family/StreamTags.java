package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tags;
import dev.moat.state.Sort;

/**
 * ASIDs of host spaces, or VMIDs of guests: the number of a space, the same at all units as long as the space exists. {@code @source}
 * Linux arm_smmu_domain_finalise_s1: one allocator of ASIDs for all units.
 */
final class StreamTags implements Tags {
    private final Sort ids;
    private final int[] numberOf;

    /** @param ids the tags that hardware has */
    public StreamTags(Sizes sizes, Sort ids) {
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
