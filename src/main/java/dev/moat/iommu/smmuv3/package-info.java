/**
 * An Arm SMMUv3 of a search: {@link dev.moat.iommu.smmuv3.semantics} on slots of a state, with small tables, and the caches that
 * matter to drivers. One stage of translation: stage 1 of a host, or stage 2 of guests.
 */
@NullMarked
package dev.moat.iommu.smmuv3;

import org.jspecify.annotations.NullMarked;
