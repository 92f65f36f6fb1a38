package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.SecondLevelEntry;

/**
 * Tags of the paging-structure caches. A tag has DID, PASID and kind as for pages, and the level of the entry that
 * points to the table. It also has the rights that the entries above leave: R and W of either format (R of first-level
 * tables is always left).
 */
final class TableTags {
    /** Where a tag must equal the one that is looked for. */
    static final long MASK = UnitState.DID.mask()
            | UnitState.PASID.mask()
            | UnitState.KIND.mask()
            | UnitState.PRIVILEGED.mask()
            | UnitState.SID.mask();

    private TableTags() {}

    /** @param rights R and W where second-level entries have them */
    static long of(long tag, int level, long rights) {
        long leveled = UnitState.LEVEL.set(tag, level);
        return UnitState.W.set(
                UnitState.R.set(leveled, SecondLevelEntry.R.get(rights)), SecondLevelEntry.W.get(rights));
    }

    /** The rights where second-level entries have them. */
    static long rights(long tag) {
        return SecondLevelEntry.W.set(UnitState.R.get(tag), UnitState.W.get(tag));
    }
}
