/**
 * Intel VT-d in legacy mode, hardware side only: what the unit reads, caches and executes; never who invalidates when.
 * Read the formats first ({@link dev.moat.iommu.vtd.RootEntry}, {@link dev.moat.iommu.vtd.ContextEntry},
 * {@link dev.moat.iommu.vtd.SecondLevelEntry}, {@link dev.moat.iommu.vtd.Descriptors},
 * {@link dev.moat.iommu.vtd.Registers}), then {@link dev.moat.iommu.vtd.VtdGeometry} (sizes),
 * {@link dev.moat.iommu.vtd.VtdUnit} (where everything lives in the state), {@link dev.moat.iommu.vtd.VtdWalk} (read
 * only), {@link dev.moat.iommu.vtd.VtdCaches} and {@link dev.moat.iommu.vtd.InvalidationQueue} (the only writers of
 * caches and queue).
 *
 * <p>Not modelled: negative caching (CM=1), write buffers (RWBF=1) and tables read around the CPU caches (C=0),
 * paging-structure caches, device TLBs, scalable mode (RTADDR.TTM is not looked at), protected memory, fault recording.
 * Memory that is no table of the expected kind cannot be read by the unit: such a pointer is an access error.
 */
@NullMarked
package dev.moat.iommu.vtd;

import org.jspecify.annotations.NullMarked;
