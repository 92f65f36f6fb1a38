/** How large a unit is and what of it is in the state, and which frame of memory holds which of its tables. */
@NullMarked
package dev.moat.iommu.vtd.geometry;

import org.jspecify.annotations.NullMarked;
