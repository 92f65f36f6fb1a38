package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Duty;
import dev.moat.iommu.Rights;

/**
 * What a change owes. A device table entry is cached whatever it says, also without NpCache, but by its DevID alone: no
 * translations are cached under it. {@code @source} AMDVI-CACHES; Xen 4.17 amd_iommu_setup_domain_device, amd_iommu_flush_device.
 *
 * @param absence whether that there is no page may be cached (NpCache)
 * @param entries whether device table entries are cached
 */
record AmdViDuty(boolean absence, boolean entries) implements Duty {
    @Override
    public boolean outlives(int before, int after) {
        return (before != Rights.NONE || absence) && before != after;
    }

    @Override
    public boolean remembersAbsentEntry() {
        return entries;
    }

    @Override
    public int tagOfAbsence() {
        return NO_TAG;
    }
}
