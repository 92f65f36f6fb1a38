/**
 * Where recorded implementations of VT-d units depart from the specification, one name each. A unit is given the set of those
 * that it shall show ({@link dev.moat.iommu.vtd.deviation.Deviations}); the empty set is the specification.
 */
@NullMarked
package dev.moat.iommu.vtd.deviation;

import org.jspecify.annotations.NullMarked;
