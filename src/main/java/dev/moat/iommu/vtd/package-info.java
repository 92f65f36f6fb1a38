/**
 * Intel VT-d in legacy mode, hardware side only: the unit's reads, caches and commands, but no software. Read the
 * formats first ({@code format}), then {@link dev.moat.iommu.vtd.VtdGeometry} (sizes and options), {@link
 * dev.moat.iommu.vtd.VtdUnit} (its slots in the state), {@link dev.moat.iommu.vtd.VtdWalk} and {@link
 * dev.moat.iommu.vtd.TableWalk} (read only), {@link dev.moat.iommu.vtd.VtdCaches} (actions of the caches) and {@link
 * dev.moat.iommu.vtd.InvalidationQueue} with {@link dev.moat.iommu.vtd.Invalidator} (the effect
 * of commands on them).
 *
 * <p>Optional parts; without one of them the schema is as if it did not exist:
 *
 * <ul>
 *   <li>caching mode, by CAP.CM: the same actions also cache failures
 *       ({@link dev.moat.iommu.vtd.VtdUnit#iotlbDenied}, {@link dev.moat.iommu.vtd.VtdUnit#cachedFailure});
 *   <li>{@link dev.moat.iommu.vtd.PagingCaches}: {@link dev.moat.iommu.vtd.VtdCaches#pscFill} and {@code pscEvict};
 *   <li>{@link dev.moat.iommu.vtd.LateStores}: write buffer and tables that are not snooped;
 *   <li>{@link dev.moat.iommu.vtd.RegisterInvalidation}: commands while the queue is off;
 *   <li>{@link dev.moat.iommu.vtd.FaultRecords}: reports of blocked requests.
 * </ul>
 *
 * <p>For completeness, {@link dev.moat.iommu.vtd.VtdCaches#answer} gives the present result of a request, and {@link
 * dev.moat.iommu.vtd.VtdCaches#blocked} whether a cache blocks an access that the tables allow.
 *
 * <p>Not modelled: device TLBs, scalable mode (RTADDR.TTM is not looked at), protected memory, fault events, advanced
 * fault logging. Memory that is no table of the expected kind cannot be read by the unit: such a pointer is an access
 * error.
 *
 * <p>Device TLBs: the unit's answers that devices keep, and their invalidation (PCIe ATS). How large a unit is and
 * what of it is in the state, and which frame of memory holds which of its tables. Commands that take from a
 * unit's caches, and how they come: descriptors in a queue in memory, or registers.
 */
@NullMarked
package dev.moat.iommu.vtd;

import org.jspecify.annotations.NullMarked;
