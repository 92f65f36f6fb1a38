package dev.moat.dma.layer.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** What can go wrong with the types of default domains, where a device is not trusted. */
final class TypeFaults {
    private TypeFaults() {}

    /** The number of IDENTITY among the types of domains. */
    private static final int IDENTITY = 1;

    static final List<InjectedFault> ALL = List.of(
            whole(
                    "type.untrusted-ignored",
                    "A group's default domain has the system's type although one of its devices is untrusted.",
                    "Linux before 5.12 (2021): lazy flushes for devices that are not trusted (known since 5.0); derived: 6.1 iommu.c, such a device's group: IOMMU_DOMAIN_DMA",
                    e -> e.decide("type.of-group", (s, group, type, trusting) -> trusting)),
            whole(
                    "type.disagreement-is-told",
                    "A group that needs both an untrusted and an identity domain gets the system's default type.",
                    "Linux 5.11 to 6.6 iommu.c, probe_get_default_domain_type: 'using default'; 6.7 refuses to probe",
                    e -> e.decide("type.refused", (s, group, told, c) -> told)),
            whole(
                    "type.driver-wins",
                    "A driver that asks for identity gets it for a device that is not trusted.",
                    "derived: Linux 6.7 iommu.c, iommu_get_default_domain_type: 'driver is overriding group, refusing to probe'",
                    e -> e.decide("type.refused", (s, group, told, c) -> IDENTITY)),
            whole(
                    "map.part-not-bounced",
                    "Part of a page is mapped for a device that is not trusted by an entry for all of it.",
                    "Linux before 5.11 (generic; intel-iommu since 5.4): no bounce page; derived: dma-iommu.c, dev_use_swiotlb",
                    e -> e.decide("map.bounced", (s, group, part, c) -> 0)),
            new InjectedFault(
                    "unmap.bounce-frame-lost",
                    "An unmap does not give the frame back that part of a page was bounced through.",
                    "derived: Linux dma-iommu.c, iommu_dma_unmap_page: swiotlb_tbl_unmap_single",
                    List.of("buffers-balance"),
                    "operation",
                    e -> e.drop("dma_unmap_page", "free-bounced")),
            rest(
                    "bounce.page-copied",
                    "The whole page is copied to the bounce frame of a part of it, as if the page was mapped.",
                    "derived: Linux dma-iommu.c: swiotlb_tbl_map_single is told the size, and beside it the aligned size",
                    "operation",
                    e -> e.decide("bounce.copies-page", (s, a, b, c) -> 1)),
            rest(
                    "bounce.rest-not-cleared",
                    "Old data stays in the bounce frame around the copied part of a page.",
                    "derived: Linux dma-iommu.c, iommu_dma_map_page: memset of the padding",
                    "operation",
                    e -> e.decide("bounce.clears", (s, place, b, c) -> 0)),
            rest(
                    "bounce.front-not-cleared",
                    "Zeros are stored after a bounced part, and old data stays before it in the frame.",
                    "Linux 5.11 to 6.9 dma-iommu.c; 2650073f1b58 (6.10): 'fix zeroing of bounce buffer padding used by untrusted devices'",
                    "operation",
                    e -> e.decide("bounce.clears", (s, place, b, c) -> place == 0 ? 0 : 1)),
            rest(
                    "bounce.cleared-late",
                    "An entry points to a bounce frame before the rest of the frame is cleared.",
                    "derived: Linux dma-iommu.c, iommu_dma_map_page: memset of the padding before __iommu_dma_map",
                    "step",
                    e -> e.moveBefore("dma_map_page", "clear-rest", "return")));

    private static InjectedFault rest(String id, String says, String bug, String at, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of("only-the-part-shows"), at, edit);
    }

    private static InjectedFault whole(String id, String says, String bug, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of("untrusted-is-confined"), "operation", edit);
    }
}
