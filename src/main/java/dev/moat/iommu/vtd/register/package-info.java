/**
 * A VT-d unit on any memory, driven by reads and writes of its registers: legacy and scalable mode, interrupt
 * remapping, the invalidation queue, fault recording, and caches of bounded size. A virtual IOMMU runs it on guest
 * memory.
 *
 * <p>Read {@link dev.moat.iommu.vtd.register.Unit} first, which is all that others call; {@link
 * dev.moat.iommu.vtd.register.UnitOptions} and {@link dev.moat.iommu.vtd.register.CachePolicy} (choices of the
 * hardware), {@link dev.moat.iommu.vtd.register.UnitState} (the slots), {@link dev.moat.iommu.vtd.register.Translator}
 * (a DMA request from root to page), {@link dev.moat.iommu.vtd.register.Remapper} (an interrupt request) and {@link
 * dev.moat.iommu.vtd.register.PageRequests} (a page request).
 *
 * <p>Software may be hostile: any value in any register, tables that lead to themselves or out of memory, a queue that
 * is rewritten while it runs. Every walk is bounded by its levels, every run of the queue by its length, and an
 * unreadable word is a fault.
 *
 * <p>Not modelled: device TLBs (their invalidation does nothing), protected memory, advanced fault logging, the
 * translation table mode that aborts all DMA, IQERCD, performance monitoring, the virtual command register.
 *
 * <p>The meaning of VT-d's words, decisions, walks and ranges, for {@code moat prove --code layouts}. What a unit
 * tells software of by a message of its own, and page requests: their queue in memory, its registers, and
 * descriptors of requests.
 */
@NullMarked
package dev.moat.iommu.vtd.register;

import org.jspecify.annotations.NullMarked;
