/**
 * Puts recorded answers of virtual VT-d units to the executable one ({@code moat conform viommu}). Read
 * {@link dev.moat.conform.viommu.ViommuRecords} first.
 */
@NullMarked
package dev.moat.conform.viommu;

import org.jspecify.annotations.NullMarked;
