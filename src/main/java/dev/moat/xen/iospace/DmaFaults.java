package dev.moat.xen.iospace;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.xen.iospace.dma.TransferCalls;
import java.util.List;
import java.util.function.Consumer;

/** What can go wrong in the kernel's DMA layer on the hypercalls; faults of the hypercalls are {@link SpaceFaults}. */
final class DmaFaults {
    private DmaFaults() {}

    private static final String SWIOTLB =
            "xen-devel 2006, Xen Calgary IOMMU support: integration with grant tables and swiotlb";

    static final List<InjectedFault> ALL = List.of(
            whole(
                    "dma.not-bounced",
                    "On a bus that is not translated a buffer is used directly whose frames do not follow each other.",
                    SWIOTLB,
                    "direct-is-the-buffer",
                    e -> e.decide("dma.follows", (s, first, second, c) -> 1)),
            whole(
                    "dma.pool-by-frame",
                    "A buffer bounces on a translated bus, but the device gets the slots' untranslated frame address.",
                    SWIOTLB,
                    "bounce-is-reachable",
                    e -> e.decide("dma.pool-address", (s, slot, translated, c) -> slot)),
            whole(
                    "dma.not-copied",
                    "A buffer that bounces is not copied to its slots.",
                    "derived: Linux kernel/dma/swiotlb.c, swiotlb_tbl_map_single bounces at map",
                    "buffer-reaches-device",
                    e -> e.decide("dma.copies", (s, ends, b, c) -> ends)),
            whole(
                    "dma.first-page-copied",
                    "Of a buffer that bounces only the first page is copied, to its slots and back.",
                    "derived: Linux kernel/dma/swiotlb.c, swiotlb_bounce copies the whole size",
                    "buffer-reaches-device",
                    e -> e.decide("dma.copies", (s, ends, part, c) -> part == 0 ? 1 : 0)),
            whole(
                    "dma.not-copied-back",
                    "A device's data in the slots is not copied to the buffer.",
                    "derived: Linux kernel/dma/swiotlb.c, swiotlb_tbl_unmap_single bounces back",
                    "device-data-arrives",
                    e -> e.decide("dma.copies", (s, ends, b, c) -> 1 - ends)),
            whole(
                    "dma.first-address-for-all",
                    "Every buffer of a list gets the address of the first.",
                    "derived: sg_dma_address is an element's own",
                    "direct-is-the-buffer",
                    e -> e.decide("dma.list-address", (s, part, page, c) -> part == 0 ? page : page - 1)),
            whole(
                    "dma.not-rolled-back",
                    "If an element of a list is refused, the elements before it stay mapped.",
                    "derived: Linux 6.1 dma-iommu.c, iommu_dma_map_sg: out_restore_sg",
                    "mapping-has-its-transfer",
                    e -> e.redirect(TransferCalls.MAP_LIST, "element-refused", Outcome.NEXT, "give-up")),
            whole(
                    "dma.unmapped-in-name",
                    "The layer reports a buffer as unmapped, but makes no hypercall.",
                    "derived: the DMA API's unmap is a hypercall (xen-devel 2006, Xen Calgary IOMMU support)",
                    "mapping-has-its-transfer",
                    e -> e.redirect(TransferCalls.UNMAP, "end-transfer", Outcome.NEXT, "released")),
            whole(
                    "dma.mapped-frame-given-up",
                    "A kernel gives up a frame that a driver has mapped, so the device's address leads nowhere.",
                    "derived: Linux drivers/xen/balloon.c, decrease_reservation: pages are allocated before they are given up",
                    "buffer-reaches-device",
                    e -> e.decide("dma.keeps-frames", (s, kept, b, c) -> 0)),
            new InjectedFault(
                    "dma.address-freed-first",
                    "A driver's unmap frees the address before it clears the entry, which is another driver's by then.",
                    "derived: Linux pci-calgary_64.c, iommu_free: tce_free before bitmap_clear",
                    List.of("buffer-reaches-device"),
                    "step",
                    e -> e.drop(TransferCalls.UNMAP, "unmap-lock-spaces")
                            .moveBefore(TransferCalls.UNMAP, "unmap-free-addresses", "unmap-clear-entry")
                            .stopAfter(TransferCalls.UNMAP, "unmap-free-addresses")));

    private static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }
}
