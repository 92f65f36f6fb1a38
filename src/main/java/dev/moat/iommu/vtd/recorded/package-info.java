/** VT-d units in recordings. */
@NullMarked
package dev.moat.iommu.vtd.recorded;

import org.jspecify.annotations.NullMarked;
