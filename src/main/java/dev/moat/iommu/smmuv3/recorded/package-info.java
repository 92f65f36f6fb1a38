/** Arm SMMUv3s in recordings. */
@NullMarked
package dev.moat.iommu.smmuv3.recorded;

import org.jspecify.annotations.NullMarked;
