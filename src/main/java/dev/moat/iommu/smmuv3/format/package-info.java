/** Bit formats of the Arm SMMUv3, non-secure programming interface, AArch64 tables. Formats only: no state, no rules. */
@NullMarked
package dev.moat.iommu.smmuv3.format;

import org.jspecify.annotations.NullMarked;
