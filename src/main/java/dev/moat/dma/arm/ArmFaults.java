package dev.moat.dma.arm;

import dev.moat.iommu.Rights;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** What can go wrong in the client: its lock, its order, its caches, who holds the mapping. */
final class ArmFaults {
    private static final String READABLE = "live-mapping-is-readable";

    private ArmFaults() {}

    /** Every fault, as {@code --inject} names it. */
    static final List<InjectedFault> ALL = List.of(
            between(
                    "mapping.lock-dropped",
                    "Two CPUs look through the bitmap without the mapping's lock, and find the same area.",
                    "derived: seed 001 (2011): \"a bitmap and a lock\"; Linux arm dma-mapping.c, __alloc_iova",
                    READABLE,
                    e -> e.drop(ArmCalls.MAP, "lock-mapping").stopAfter(ArmCalls.MAP, "find-area")),
            between(
                    "unmap.area-freed-first",
                    "An unmap frees its area before the entry there is cleared, which may be the next mapping's by then.",
                    "derived: Linux arm dma-mapping.c, arm_iommu_unmap_page: iommu_unmap stands before __free_iova",
                    READABLE,
                    e -> e.moveBefore(ArmCalls.UNMAP, "free-area", "clear-entry")
                            .stopAfter(ArmCalls.UNMAP, "free-area")),
            whole(
                    "mapping.released-with-first",
                    "The mapping is released when its maker gives it up, with a device still attached: the reference of the attachment is not counted.",
                    "derived: Linux arm dma-mapping.c, kref_get in __arm_iommu_attach_device",
                    READABLE,
                    e -> e.decide("mapping.released", (s, devices, b, c) -> devices <= 1 ? 1 : 0)),
            whole(
                    "detach.entry-kept",
                    "A device is detached in name, and its entry goes on leading to the mapping's domain.",
                    "derived: Linux arm dma-mapping.c, iommu_detach_device in arm_iommu_detach_device",
                    "quarantine",
                    e -> e.drop("arm_iommu_detach_device", "clear-entry")),
            whole(
                    "map.ignores-direction",
                    "What is mapped for one direction may be read and written by the device.",
                    "derived: Linux arm dma-mapping.c, __dma_info_to_prot",
                    "no-foreign",
                    e -> e.decide("map.rights", (s, direction, needed, c) -> Rights.ALL)),
            whole(
                    "map.line-not-written-back",
                    "A buffer goes to a device that does not snoop, and what the CPU wrote stays in its cache.",
                    "derived: Linux cache-v7.S, v7_dma_map_area: clean",
                    "buffer-reaches-device",
                    e -> e.decide(
                            "map.maintains",
                            (s, direction, snoops, c) -> direction == ArmState.FROM && snoops == 0
                                    ? BufferLines.DROP
                                    : BufferLines.NOTHING)),
            whole(
                    "map.line-not-dropped",
                    "A buffer that the device is to write keeps what the CPU wrote in the cache, which goes to memory later, over it.",
                    "derived: Linux cache-v7.S, v7_dma_map_area: invalidate for DMA_FROM_DEVICE",
                    "device-data-arrives",
                    e -> e.decide(
                            "map.maintains",
                            (s, direction, snoops, c) -> direction != ArmState.FROM && snoops == 0
                                    ? BufferLines.WRITE_BACK
                                    : BufferLines.NOTHING)),
            whole(
                    "unmap.line-not-dropped",
                    "A buffer that the device has written comes back, and a line that was fetched meanwhile is not dropped.",
                    "derived: Linux cache-v7.S, v7_dma_unmap_area: invalidate unless DMA_TO_DEVICE",
                    "device-data-arrives",
                    e -> e.decide("unmap.maintains", (s, direction, snoops, c) -> BufferLines.NOTHING)),
            whole(
                    "map.taken-for-snooping",
                    "Caches are maintained for no device, as if all snooped.",
                    "derived: Linux of_dma_is_coherent: dev->dma_coherent of each device",
                    "buffer-reaches-device",
                    e -> e.decide("map.maintains", (s, direction, snoops, c) -> BufferLines.NOTHING)
                            .decide("unmap.maintains", (s, direction, snoops, c) -> BufferLines.NOTHING)));

    private static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }

    private static InjectedFault between(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "step", edit);
    }
}
