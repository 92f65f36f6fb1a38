package dev.moat.dma.layer.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/**
 * What can go wrong with reach and rights: a GART, whose driver leaves memory in reach at its own address, and entries for writing only.
 */
final class ReachFaults {
    private ReachFaults() {}

    private static final String RETURNED = "returned-leads-nowhere-else";

    static final List<InjectedFault> ALL = List.of(
            whole(
                    "region.not-asked",
                    "The layer ignores the driver's reserved regions: it reserves no address and maps no direct region.",
                    "derived: Linux dma-iommu.c, iova_reserve_iommu_regions; iommu.c, iommu_create_device_direct_mappings",
                    "live-mapping-is-readable",
                    e -> e.decide("region.asked", (s, page, direct, c) -> 0)),
            whole(
                    "region.reserved-ignored",
                    "The layer takes direct regions from the driver's list and passes over the others: windows of interrupts, exclusion ranges.",
                    "derived: Linux dma-iommu.c, iova_reserve_iommu_regions: every region but SW_MSI is reserved",
                    "reserved-is-not-handed",
                    e -> e.decide("region.asked", (s, page, direct, c) -> direct)),
            whole(
                    "owner.window-mapped",
                    "VFIO maps an address at which units ask no table, and its owner's device gets something else there.",
                    "derived: Linux vfio_iommu_type1.c, vfio_iommu_iova_dma_valid: -EINVAL",
                    "reserved-is-not-handed",
                    e -> e.decide("owner.refused", (s, page, window, c) -> 0)),
            whole(
                    "unmap.clears-neighbour",
                    "An unmap of one page clears two entries, the second of which may be another mapping's.",
                    "derived: Linux amd_gart_64.c, gart_unmap_page: for (i = 0; i < npages; i++)",
                    "live-mapping-is-readable",
                    e -> e.decide("unmap.pages-cleared", (s, pages, b, c) -> 2)),
            whole(
                    "map.write-only-readable",
                    "A device may also read a buffer that is mapped for device writes.",
                    "derived: Linux dma_info_to_prot: DMA_FROM_DEVICE is IOMMU_WRITE alone",
                    "write-only-is-kept",
                    e -> e.decide("map.direction", (s, direction, b, c) -> direction == 2 ? 0 : direction)),
            whole(
                    "map.own-address-beyond-mask",
                    "Memory that a device does not reach keeps its own address, which the device cannot send.",
                    "derived: Linux amd_gart_64.c, need_iommu: !dma_capable(dev, addr, size)",
                    "handed-is-in-reach",
                    e -> e.decide("map.own-address", (s, frame, reached, c) -> 1)),
            whole(
                    "aperture.over-memory",
                    "The aperture lies over memory that the kernel uses: a device that is given the memory's own address is translated.",
                    "Linux aperture_64.c: aperture_valid asks the e820 map, gart_fixup_northbridges; derived: memblock_reserve of an allocated aperture",
                    RETURNED,
                    e -> e.decide("aperture.hole", (s, frame, b, c) -> 0)),
            whole(
                    "unmap.range-not-checked",
                    "An unmap of identity-mapped memory points the entry of another address to the scratch page, and frees that address.",
                    "derived: Linux amd_gart_64.c, gart_unmap_page: dma_addr < iommu_bus_base || dma_addr >= iommu_bus_base + iommu_size",
                    "live-mapping-is-readable",
                    e -> e.decide("unmap.in-aperture", (s, page, inside, c) -> 1)),
            whole(
                    "list.merged-within-page",
                    "Pieces of a list are merged although the first ends within a page, so the second seems to begin there.",
                    "derived: Linux amd_gart_64.c, gart_map_sg: s->offset and previous end & ~PAGE_MASK",
                    RETURNED,
                    e -> e.decide("list.merged", (s, within, b, c) -> 1)),
            whole(
                    "claim.isolation-claimed",
                    "A driver claims isolation for hardware with one space for all devices, and a group is given to an owner.",
                    "derived: gart.md G12; Linux iommu_group_claim_dma_owner is for drivers with domains, which amd_gart_64.c has none of",
                    "quarantine",
                    e -> e.decide("claim.refused", (s, group, why, c) -> why == 3 ? 0 : 1)));

    private static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }
}
