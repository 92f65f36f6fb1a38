/** Words of a GART: entries of its table, and the registers of a northbridge. */
@NullMarked
package dev.moat.iommu.gart.format;

import org.jspecify.annotations.NullMarked;
