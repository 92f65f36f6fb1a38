/**
 * What becomes of requests that are blocked: recording registers of the physical unit and of the guests' own, and Xen's handler between them.
 *
 * <p>Read {@link dev.moat.viommu.record.FaultRing} first.
 */
@NullMarked
package dev.moat.viommu.record;

import org.jspecify.annotations.NullMarked;
