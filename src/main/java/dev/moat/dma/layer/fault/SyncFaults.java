package dev.moat.dma.layer.fault;

import static dev.moat.dma.layer.fault.LayerFaults.between;
import static dev.moat.dma.layer.fault.LayerFaults.whole;

import dev.moat.model.InjectedFault;
import java.util.List;

/** What can go wrong between the layer and the driver of the units: which range is forgotten, and whose wait tells that it is. */
final class SyncFaults {
    private SyncFaults() {}

    static final List<InjectedFault> ALL = List.of(
            whole(
                    "unmap.range-not-gathered",
                    "Where absence may be cached (NpCache), an unmap does not note its range: page 0 is invalidated in its place.",
                    "Linux b48ca9206138 (2026): gather_range_pages() added the range only without PT_FEAT_FLUSH_RANGE_NO_GAPS",
                    "nothing-lingers",
                    e -> e.decide("invalidation.first", (s, page, unmapped, c) -> unmapped != 0 ? 0 : page)),
            between(
                    "sync.left-to-others-wait",
                    "A call finds another CPU's wait last in the queue and returns without its own, before either has completed.",
                    "CVE-2026-68329 (2026): Linux iommu_completion_wait returned at once where need_sync was false; mended in 6.1.192,"
                            + " 6.12.117 and 7.3.4",
                    "nothing-lingers",
                    e -> e.decide("wait.left-to-others", (s, wait, b, c) -> wait)),
            new InjectedFault(
                    "unmap.part-of-superpage",
                    "One page of a superpage is unmapped, which ends the other's mapping, too, and that page alone is invalidated.",
                    "CVE-2026-31735 (2026): Linux iommupt unmaps more than it was asked for and gathered what it was asked for; derived:"
                            + " iommu_unmap may unmap more, so nobody asks for a part",
                    List.of("live-mapping-is-readable", "no-stale"),
                    "operation",
                    e -> e.decide("unmap.part-allowed", (s, superpage, b, c) -> 1)));
}
