/**
 * What Linux asks of the driver of an IOMMU, and what drivers share there, at real sizes and in no family's words:
 * {@link dev.moat.iommu.linux.AreaAllocator} is the bitmap that gives addresses out. The families' drivers are in their own packages.
 */
@NullMarked
package dev.moat.iommu.linux;

import org.jspecify.annotations.NullMarked;
