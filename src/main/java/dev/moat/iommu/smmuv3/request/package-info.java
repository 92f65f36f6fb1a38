/** An SMMUv3 that is driven by its registers, on a memory at real size: for recorded cases, not for searches. */
@NullMarked
package dev.moat.iommu.smmuv3.request;

import org.jspecify.annotations.NullMarked;
