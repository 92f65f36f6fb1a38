/**
 * What a machine with vIOMMUs consists of: memory and p2m, the guests' units, the physical one, and the composition of both.
 *
 * <p>Read {@link dev.moat.viommu.state.ViommuState} and {@link dev.moat.viommu.state.Shadow} first.
 */
@NullMarked
package dev.moat.viommu.state;

import org.jspecify.annotations.NullMarked;
