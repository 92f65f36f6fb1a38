package dev.moat.audit.read;

import java.util.Arrays;
import java.util.List;

/**
 * The events that the audit understands, by the name that stands in the line. {@code map}, {@code unmap} and {@code
 * io_page_fault} are tracepoints of the system {@code iommu}, {@code qi_submit} and {@code cache_tag_*} of {@code
 * intel_iommu}, {@code dma_map_phys} and {@code dma_unmap_phys} (before Linux 6.18 {@code dma_map_page}, {@code
 * dma_unmap_page}) of {@code dma}, {@code swiotlb_bounced} of {@code swiotlb}; the others are the probes that {@code
 * Recipe} sets up.
 */
public enum EventKind {
    MAP("map", "iommu:map"),
    UNMAP("unmap", "iommu:unmap"),
    IO_PAGE_FAULT("io_page_fault", "iommu:io_page_fault"),
    QI_SUBMIT("qi_submit", "intel_iommu:qi_submit"),
    CACHE_TAG_FLUSH_RANGE("cache_tag_flush_range", "intel_iommu:cache_tag_flush_range"),
    /** A flush behind a map, where the hardware may have cached that nothing was there ("np": not present). */
    CACHE_TAG_FLUSH_RANGE_NP("cache_tag_flush_range_np", "intel_iommu:cache_tag_flush_range_np"),
    CACHE_TAG_FLUSH_ALL("cache_tag_flush_all", "intel_iommu:cache_tag_flush_all"),
    CACHE_TAG_ASSIGN("cache_tag_assign", "intel_iommu:cache_tag_assign"),
    CACHE_TAG_UNASSIGN("cache_tag_unassign", "intel_iommu:cache_tag_unassign"),
    MAP_ENTRY("iommu_map", "p:__iommu_map"),
    MAP_RETURN("map_ret", "r:__iommu_map"),
    UNMAP_ENTRY("iommu_unmap", "p:__iommu_unmap"),
    UNMAP_FAST("unmap_fast", "p:iommu_unmap_fast"),
    SYNC_ENTRY("tlb_sync", "p:intel_iommu_tlb_sync"),
    SYNC_RETURN("tlb_sync_ret", "r:intel_iommu_tlb_sync"),
    FLUSH_ALL_ENTRY("flush_all", "p:intel_flush_iotlb_all"),
    FLUSH_ALL_RETURN("flush_all_ret", "r:intel_flush_iotlb_all"),
    QI_FLUSH_IOTLB("qi_flush_iotlb", "p:qi_flush_iotlb"),
    DMA_MAP_PAGE("dma_map_page", "p:iommu_dma_map_page"),
    DMA_MAP_PAGE_RETURN("dma_map_page_ret", "r:iommu_dma_map_page"),
    DMA_UNMAP_PAGE("dma_unmap_page", "p:iommu_dma_unmap_page"),
    DMA_UNMAP_PAGE_RETURN("unmap_page_ret", "r:iommu_dma_unmap_page"),
    DMA_UNMAP_SG("dma_unmap_sg", "p:iommu_dma_unmap_sg"),
    DMA_UNMAP_SG_RETURN("unmap_sg_ret", "r:iommu_dma_unmap_sg"),
    DMA_FREE("dma_free", "p:iommu_dma_free"),
    DMA_FREE_RETURN("free_ret", "r:iommu_dma_free"),
    /** Of a range that was mapped by dma_iova_link (from Linux 6.16): all of it, and its address; or a part. */
    IOVA_DESTROY("iova_destroy", "p:dma_iova_destroy"),
    IOVA_DESTROY_RETURN("iova_destroy_ret", "r:dma_iova_destroy"),
    IOVA_UNLINK("iova_unlink", "p:dma_iova_unlink"),
    IOVA_UNLINK_RETURN("iova_unlink_ret", "r:dma_iova_unlink"),
    /** In bare kernels the last act of unmapping a page: the tracepoint comes after everything else. */
    DMA_UNMAPPED("dma_unmap_phys", "dma:dma_unmap_phys"),
    /** In bare kernels the last act of mapping a page. */
    DMA_MAPPED("dma_map_phys", "dma:dma_map_phys"),
    RESOURCE_MAPPED("dma_map_resource", "dma:dma_map_resource"),
    RESOURCE_UNMAPPED("dma_unmap_resource", "dma:dma_unmap_resource"),
    LIST_MAPPED("dma_map_sg", "dma:dma_map_sg"),
    /** Printed before the unmap. It has the name of a probe, and so has {@link #FREED}. */
    LIST_UNMAPPED("dma:dma_unmap_sg", "dma:dma_unmap_sg"),
    ALLOCATED("dma_alloc", "dma:dma_alloc"),
    PAGES_ALLOCATED("dma_alloc_pages", "dma:dma_alloc_pages"),
    LIST_ALLOCATED("dma_alloc_sgt", "dma:dma_alloc_sgt"),
    /** Printed before anything is freed, as the two that follow. */
    FREED("dma:dma_free", "dma:dma_free"),
    PAGES_FREED("dma_free_pages", "dma:dma_free_pages"),
    LIST_FREED("dma_free_sgt", "dma:dma_free_sgt"),
    SYNCED_FOR_CPU("dma_sync_single_for_cpu", "dma:dma_sync_single_for_cpu"),
    SYNCED_FOR_DEVICE("dma_sync_single_for_device", "dma:dma_sync_single_for_device"),
    LIST_SYNCED_FOR_CPU("dma_sync_sg_for_cpu", "dma:dma_sync_sg_for_cpu"),
    LIST_SYNCED_FOR_DEVICE("dma_sync_sg_for_device", "dma:dma_sync_sg_for_device"),
    /** A device has been given a domain; which one, only a probe tells. */
    ATTACHED("attach_device_to_domain", "iommu:attach_device_to_domain"),
    ATTACH_ENTRY("attach", "p:__iommu_attach_device"),
    /** A buffer is to bounce; slots are looked for afterwards. */
    BOUNCED("swiotlb_bounced", "swiotlb:swiotlb_bounced"),
    DOMAIN_FREE("domain_free", "p:iommu_domain_free"),
    /** A name that is not in this list; counted, and a sign that its CPU went on. */
    UNKNOWN("", ""),
    /** Not an event: {@code CPU:n [LOST m EVENTS]}. */
    LOST("", ""),
    /** Not an event: {@code [LINE TOO BIG]} in place of one, a long list. */
    TOO_BIG("", ""),
    /** Not an event: {@code # recorded:} and names, {@code swiotlb/swiotlb_bounced} among them. */
    BOUNCES_RECORDED("", ""),
    /** Not an event: the first header line of a recording. */
    HEADER("", "");

    private static final List<EventKind> NAMED =
            Arrays.stream(values()).filter(k -> !k.label.isEmpty()).toList();
    private static final NameTable NAMES =
            new NameTable(NAMED.stream().map(k -> k.label).toList());

    private final String label;
    private final String origin;
    private final boolean probe;
    private final boolean dma;

    EventKind(String label, String origin) {
        this.label = label;
        this.origin = origin;
        probe = origin.startsWith("p:") || origin.startsWith("r:");
        dma = origin.startsWith("dma:");
    }

    /** Its place in arrays. */
    @SuppressWarnings("EnumOrdinal") // an index of arrays that live as long as one audit, stored nowhere
    int index() {
        return ordinal();
    }

    /** The name in the line; empty for what has none. */
    public String label() {
        return label;
    }

    /** The tracepoint with its system, or {@code p:} (entry) or {@code r:} (return) and the function probed. */
    String origin() {
        return origin;
    }

    /** Whether it comes from a probe, which prints the place in brackets before its values. */
    boolean probe() {
        return probe;
    }

    /** The tracepoint that has the same name as this probe; UNKNOWN where there is none, or none of use. */
    EventKind namesake() {
        return switch (this) {
            case DMA_UNMAP_PAGE -> DMA_UNMAPPED;
            case DMA_MAP_PAGE -> DMA_MAPPED;
            case DMA_UNMAP_SG -> LIST_UNMAPPED;
            case DMA_FREE -> FREED;
            default -> UNKNOWN;
        };
    }

    /** Whether it is of the system {@code dma}: its text begins with the device. */
    public boolean ofDma() {
        return dma;
    }

    /** Whether a flush goes on when its task shows this. */
    public boolean insideFlush() {
        return this == QI_SUBMIT
                || this == QI_FLUSH_IOTLB
                || this == CACHE_TAG_FLUSH_RANGE
                || this == CACHE_TAG_FLUSH_RANGE_NP
                || this == CACHE_TAG_FLUSH_ALL;
    }

    /** Whether a task that shows this is not, or no longer, in the flush of a range: it maps, unmaps, attaches, or begins one. */
    public boolean outsideFlush() {
        return switch (this) {
            case SYNC_RETURN, FLUSH_ALL_ENTRY, FLUSH_ALL_RETURN, IO_PAGE_FAULT, UNKNOWN -> false;
            default -> !insideFlush();
        };
    }

    /** The kind that these bytes name; UNKNOWN for others. */
    static EventKind of(byte[] b, int from, int to) {
        int found = NAMES.find(b, from, to);
        return found < 0 ? UNKNOWN : NAMED.get(found);
    }
}
