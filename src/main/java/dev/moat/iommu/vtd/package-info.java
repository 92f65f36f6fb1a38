/**
 * Intel VT-d in legacy mode, hardware side only: what the unit reads, caches and executes; never who invalidates when.
 * Read the formats first ({@code format}), then {@link dev.moat.iommu.vtd.geometry.VtdGeometry} (sizes and options),
 * {@link dev.moat.iommu.vtd.VtdUnit} (where everything lives in the state), {@link dev.moat.iommu.vtd.VtdWalk} and
 * {@link dev.moat.iommu.vtd.TableWalk} (read only), {@link dev.moat.iommu.vtd.VtdCaches} (what the caches do by
 * themselves) and {@link dev.moat.iommu.vtd.invalidate.InvalidationQueue} with {@link dev.moat.iommu.vtd.invalidate.Invalidator} (what
 * commands take from them).
 *
 * <p>Then what is there only where it is asked for; a unit without it has the same schema as if it did not exist:
 *
 * <ul>
 *   <li>caching mode, by CAP.CM: the same actions also cache failures
 *       ({@link dev.moat.iommu.vtd.VtdUnit#iotlbDenied}, {@link dev.moat.iommu.vtd.VtdUnit#cachedFailure});
 *   <li>{@link dev.moat.iommu.vtd.PagingCaches}: {@link dev.moat.iommu.vtd.VtdCaches#pscFill} and {@code pscEvict};
 *   <li>{@link dev.moat.iommu.vtd.LateStores}: write buffer and tables that are not snooped;
 *   <li>{@link dev.moat.iommu.vtd.invalidate.RegisterInvalidation}: commands while the queue is off;
 *   <li>{@link dev.moat.iommu.vtd.FaultRecords}: what software learns of blocked requests.
 * </ul>
 *
 * <p>For completeness, {@link dev.moat.iommu.vtd.VtdCaches#answer} says what a request gets now, and
 * {@link dev.moat.iommu.vtd.VtdCaches#blocked} whether a cache keeps from it what the tables give.
 *
 * <p>Not modelled: device TLBs, scalable mode (RTADDR.TTM is not looked at), protected memory, fault events, advanced
 * fault logging. Memory that is no table of the expected kind cannot be read by the unit: such a pointer is an access
 * error.
 */
@NullMarked
package dev.moat.iommu.vtd;

import org.jspecify.annotations.NullMarked;
