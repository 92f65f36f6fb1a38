package dev.moat.audit.result;

/** What is judged. Each row of the report is one of these. */
public enum Rule {
    RETURN_PAGE(
            "strict-return",
            "page unmaps",
            "no unmap returns while the hardware may still translate what it removed",
            "dma_unmap_page and unmap_page_ret (probes on iommu_dma_unmap_page) or dma:dma_unmap_page (tracepoint of"
                    + " Linux 6.12), intel_iommu:qi_submit"),
    RETURN_SG(
            "strict-return",
            "scatter-gather unmaps",
            "no unmap returns while the hardware may still translate what it removed",
            "dma_unmap_sg and unmap_sg_ret (probes on iommu_dma_unmap_sg), intel_iommu:qi_submit"),
    RETURN_FREE(
            "strict-return",
            "buffers freed",
            "no unmap returns while the hardware may still translate what it removed",
            "dma_free and free_ret (probes on iommu_dma_free), intel_iommu:qi_submit"),
    RETURN_LINKED(
            "strict-return",
            "linked ranges",
            "no unmap returns while the hardware may still translate what it removed",
            "iova_destroy, iova_unlink and their returns (probes on dma_iova_destroy, dma_iova_unlink), intel_iommu:qi_submit"),
    IOVA_REUSE(
            "iova-reuse",
            "maps",
            "no address is mapped again before its invalidation",
            "iommu:map, iommu:unmap, intel_iommu:qi_submit; iommu_map and iommu_unmap tell domains apart"),
    FRAME_REUSE(
            "frame-reuse",
            "maps",
            "no frame is mapped for one domain while another may still reach it",
            "two domains that iommu_map and iommu_unmap tell apart, intel_iommu:qi_submit"),
    COVERS(
            "invalidation-covers",
            "flushes",
            "an invalidation drops all the pages that it was asked for",
            "tlb_sync and tlb_sync_ret (probes on intel_iommu_tlb_sync), intel_iommu:qi_submit"),
    OVERLAP(
            "no-overlap",
            "maps",
            "no page is mapped that is mapped already",
            "iommu:map, iommu:unmap and iommu_map, which tells domains apart"),
    EXACT(
            "unmap-exact",
            "unmaps",
            "an unmap by the DMA layer removes what it was asked to remove, no more and no less",
            "iommu:unmap inside dma_unmap_page, dma_unmap_sg, dma_free or iova_destroy"),
    RIGHTS(
            "direction",
            "maps",
            "a mapping gives no right that the direction of the transfer does not ask for",
            "iommu_map (prot) inside dma_map_page (dir)"),
    LEADS(
            "leads-to-buffer",
            "DMA addresses",
            "the address that a driver is given leads to its buffer, page by page, with the rights of the transfer",
            "dma:dma_map_page (dma_map_phys from Linux 6.18) or dma:dma_map_sg (tracepoints of Linux 6.12), iommu:map;"
                    + " iommu_map tells rights"),
    SYNC(
            "sync-mapped",
            "syncs",
            "no buffer is synced that was unmapped or freed",
            "dma:dma_sync_* and dma:dma_map_*, dma:dma_unmap_* (tracepoints of Linux 6.12)"),
    ONCE(
            "unmap-once",
            "unmaps and frees",
            "no buffer is unmapped or freed that was already, and not mapped or allocated since",
            "dma:dma_map_*, dma:dma_unmap_*, dma:dma_alloc* and dma:dma_free* (tracepoints of Linux 6.12)"),
    AS_MAPPED(
            "unmap-as-mapped",
            "unmaps and frees",
            "a buffer is unmapped or freed with the size and the direction that it was mapped or allocated with",
            "dma:dma_map_*, dma:dma_unmap_*, dma:dma_alloc* and dma:dma_free* (tracepoints of Linux 6.12)"),
    DIRECT(
            "direct-first",
            "direct maps",
            "a direct mapping (address and frame are the same) is made before its device is attached",
            "iommu:map and iommu:attach_device_to_domain; attach (probe on __iommu_attach_device) tells the domain"),
    BOUNCE_NEED(
            "bounce-needed",
            "bounces",
            "no buffer bounces that lies in one page and within the device's mask, unless bouncing is forced",
            "swiotlb:swiotlb_bounced"),
    BOUNCE_SIZE(
            "bounce-size",
            "bounces",
            "no bounce asks for more than a segment of slots holds, 256 KiB",
            "swiotlb:swiotlb_bounced"),
    BOUNCE_FORCE(
            "bounce-force",
            "bounces",
            "a device bounces everything because it is forced to, or nothing for that reason",
            "swiotlb:swiotlb_bounced; mappings of a forced device also dma:dma_map_page (tracepoint of Linux 6.12)"),
    BOUNCE_REACH(
            "bounce-reach",
            "page maps",
            "what a device is given lies within the mask that it last bounced with, in slots or not",
            "swiotlb:swiotlb_bounced and dma:dma_map_page (tracepoint of Linux 6.12)");

    private final String id;
    private final String counts;
    private final String says;
    private final String needs;

    Rule(String id, String counts, String says, String needs) {
        this.id = id;
        this.counts = counts;
        this.says = says;
        this.needs = needs;
    }

    /** Its place in arrays. */
    @SuppressWarnings("EnumOrdinal") // an index of arrays that live as long as one audit, stored nowhere
    int index() {
        return ordinal();
    }

    /** The rule; several rows may be one rule for several kinds of operation. */
    public String id() {
        return id;
    }

    /** What is counted. */
    public String counts() {
        return counts;
    }

    /** The rule as a sentence. */
    public String says() {
        return says;
    }

    /** The events without which it cannot be judged. */
    public String needs() {
        return needs;
    }

    /** Whether it is about maps and unmaps alone, whatever the hardware has cached. */
    public boolean ofTables() {
        return this == OVERLAP || this == EXACT || this == RIGHTS || ofTransfers();
    }

    /** Whether it is about what drivers ask of the DMA layer, and what they are given. */
    public boolean ofTransfers() {
        return this == LEADS || this == SYNC || this == ONCE || this == AS_MAPPED || this == DIRECT;
    }

    /** Whether it is about bounced mappings, whatever IOMMU there is. */
    public boolean ofBounces() {
        return id.startsWith("bounce-");
    }

    /** Whether it speaks of what the hardware may have cached: of one of the promises. */
    public boolean ofPromises() {
        return !ofTables() && !ofBounces();
    }

    /** Whether it belongs to the strict promise only; all others belong to the lazy one, too. */
    public boolean strictOnly() {
        return id.equals("strict-return");
    }
}
