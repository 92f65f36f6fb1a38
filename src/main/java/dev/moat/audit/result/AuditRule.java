package dev.moat.audit.result;

/** What is judged. Each row of the report is one of these. */
public enum AuditRule {
    RETURN_PAGE(
            Group.STRICT,
            "strict-return",
            "page unmaps",
            "no unmap returns while the hardware may still translate what it removed",
            "dma_unmap_page and unmap_page_ret (probes on iommu_dma_unmap_page) or dma:dma_unmap_page (tracepoint of"
                    + " Linux 6.12), intel_iommu:qi_submit"),
    RETURN_SG(
            Group.STRICT,
            "strict-return",
            "scatter-gather unmaps",
            "no unmap returns while the hardware may still translate what it removed",
            "dma_unmap_sg and unmap_sg_ret (probes on iommu_dma_unmap_sg), intel_iommu:qi_submit"),
    RETURN_FREE(
            Group.STRICT,
            "strict-return",
            "buffers freed",
            "no unmap returns while the hardware may still translate what it removed",
            "dma_free and free_ret (probes on iommu_dma_free), intel_iommu:qi_submit"),
    RETURN_LINKED(
            Group.STRICT,
            "strict-return",
            "linked ranges",
            "no unmap returns while the hardware may still translate what it removed",
            "iova_destroy, iova_unlink and their returns (probes on dma_iova_destroy, dma_iova_unlink), intel_iommu:qi_submit"),
    IOVA_REUSE(
            Group.PROMISES,
            "iova-reuse",
            "maps",
            "no address is mapped again before its invalidation",
            "iommu:map, iommu:unmap, intel_iommu:qi_submit; iommu_map and iommu_unmap tell domains apart"),
    FRAME_REUSE(
            Group.PROMISES,
            "frame-reuse",
            "maps",
            "no frame is mapped for one domain while another may still reach it",
            "two domains that iommu_map and iommu_unmap tell apart, intel_iommu:qi_submit"),
    COVERS(
            Group.PROMISES,
            "invalidation-covers",
            "flushes",
            "an invalidation drops all the pages that it was asked for",
            "tlb_sync and tlb_sync_ret (probes on intel_iommu_tlb_sync), intel_iommu:qi_submit"),
    OVERLAP(
            Group.TABLES,
            "no-overlap",
            "maps",
            "no page is mapped that is mapped already",
            "iommu:map, iommu:unmap and iommu_map, which tells domains apart"),
    EXACT(
            Group.TABLES,
            "unmap-exact",
            "unmaps",
            "an unmap by the DMA layer removes what it was asked to remove, no more and no less",
            "iommu:unmap inside dma_unmap_page, dma_unmap_sg, dma_free or iova_destroy"),
    RIGHTS(
            Group.TABLES,
            "direction",
            "maps",
            "a mapping gives no right that the direction of the transfer does not ask for",
            "iommu_map (prot) inside dma_map_page (dir)"),
    LEADS(
            Group.TRANSFERS,
            "leads-to-buffer",
            "DMA addresses",
            "the address that a driver is given leads to its buffer, page by page, with the rights of the transfer",
            "dma:dma_map_page (dma_map_phys from Linux 6.18) or dma:dma_map_sg (tracepoints of Linux 6.12), iommu:map;"
                    + " iommu_map tells rights"),
    SYNC(
            Group.TRANSFERS,
            "sync-mapped",
            "syncs",
            "no buffer is synced that was unmapped or freed",
            "dma:dma_sync_* and dma:dma_map_*, dma:dma_unmap_* (tracepoints of Linux 6.12)"),
    ONCE(
            Group.TRANSFERS,
            "unmap-once",
            "unmaps and frees",
            "no buffer is unmapped or freed that was already, and not mapped or allocated since",
            "dma:dma_map_*, dma:dma_unmap_*, dma:dma_alloc* and dma:dma_free* (tracepoints of Linux 6.12)"),
    AS_MAPPED(
            Group.TRANSFERS,
            "unmap-as-mapped",
            "unmaps and frees",
            "a buffer is unmapped or freed with the size and the direction that it was mapped or allocated with",
            "dma:dma_map_*, dma:dma_unmap_*, dma:dma_alloc* and dma:dma_free* (tracepoints of Linux 6.12)"),
    DIRECT(
            Group.TRANSFERS,
            "direct-first",
            "direct maps",
            "a direct mapping (address and frame are the same) is made before its device is attached",
            "iommu:map and iommu:attach_device_to_domain; attach (probe on __iommu_attach_device) tells the domain"),
    BOUNCE_NEED(
            Group.BOUNCES,
            "bounce-needed",
            "bounces",
            "no buffer bounces that lies in one page and within the device's mask, unless bouncing is forced",
            "swiotlb:swiotlb_bounced"),
    BOUNCE_SIZE(
            Group.BOUNCES,
            "bounce-size",
            "bounces",
            "no bounce asks for more than a segment of slots holds, 256 KiB",
            "swiotlb:swiotlb_bounced"),
    BOUNCE_FORCE(
            Group.BOUNCES,
            "bounce-force",
            "bounces",
            "a device bounces everything because it is forced to, or nothing for that reason",
            "swiotlb:swiotlb_bounced; mappings of a forced device also dma:dma_map_page (tracepoint of Linux 6.12)"),
    BOUNCE_REACH(
            Group.BOUNCES,
            "bounce-reach",
            "page maps",
            "what a device is given lies within the mask that it last bounced with, in slots or not",
            "swiotlb:swiotlb_bounced and dma:dma_map_page (tracepoint of Linux 6.12)"),

    CALL_RETURN(
            Group.EVENTS_STRICT,
            "strict-return",
            "unmap calls",
            "no unmap returns while the hardware may still translate what it removed",
            "function NAME unmap, call, return, store to the tables, write of the tail"),
    CALL_DEVICE_TLB(
            Group.EVENTS_STRICT,
            "strict-return",
            "device TLBs",
            "no unmap returns while a device may still keep a translation that it removed",
            "the same, and device UNIT REQUESTER ats=on"),
    CALL_REUSE(
            Group.EVENTS,
            "iova-reuse",
            "map calls",
            "when a map returns, no cache serves what was at its addresses before",
            "function NAME map, call, return, store to the tables, write of the tail"),
    FLUSH_COVERS(
            Group.EVENTS,
            "invalidation-covers",
            "flush calls",
            "when a flush returns, no cache serves what its caller took away before, or what is in the range that it names",
            "function NAME flush, call, return"),
    FREED_LINGERING(
            Group.EVENTS_STRICT,
            "freed-lingering",
            "frames freed",
            "no frame is freed while a cache may still lead to it",
            "free, store to the tables"),
    FREED_MAPPED(
            Group.EVENTS_TABLES,
            "freed-mapped",
            "frames freed",
            "no frame is free while tables lead to it",
            "free, store to the tables"),
    FOREIGN(
            Group.EVENTS,
            "foreign-frame",
            "frames of owners",
            "no table or cache leads to a frame of another owner",
            "owner, domain, store to the tables"),
    TABLE_REUSE(
            Group.EVENTS,
            "table-reuse",
            "tables",
            "no page is used again that was a table while a walk may still come to it",
            "store to the tables; free of the pages that they are in"),
    REQUESTER_FORGOTTEN(
            Group.EVENTS,
            "requester-forgotten",
            "tables",
            "no table is used again while the cached entry of a requester may still lead to it",
            "store to the tables of devices; free of the pages that tables are in"),
    WAIT_DONE(
            Group.EVENTS,
            "wait-done",
            "wait calls",
            "when a wait returns, the commands that its CPU has given are done",
            "function NAME wait, call, return, write of the tail, records waits"),
    TORN(
            Group.EVENTS_TABLES,
            "torn-entry",
            "entries in parts",
            "no entry that a unit may read is seen half changed",
            "store to the tables"),
    TAG(
            Group.EVENTS_TABLES,
            "tag-means-one-space",
            "device entries",
            "no two tables are cached under one tag",
            "store to the tables of devices"),
    ENTRY_FORM(
            Group.EVENTS_TABLES,
            "entry-form",
            "entries",
            "no entry that a unit may read makes it report an error",
            "store to the tables"),
    COMMAND_FORM(
            Group.EVENTS_TABLES,
            "command-form",
            "commands",
            "no command is one that the unit does not know, or has a reserved bit set",
            "store to the queue, write of the tail"),
    COMMAND_FIRST(
            Group.EVENTS_TABLES,
            "written-first",
            "commands",
            "no command is written after the unit was told that it is there",
            "store to the queue, write of the tail"),
    ANSWER(
            Group.EVENTS_TABLES,
            "answer-possible",
            "requests of devices",
            "a device gets what tables or caches may give it",
            "request, store to the tables");

    /** What a rule is about. */
    private enum Group {
        /** Of the strict promise only. */
        STRICT,
        PROMISES,
        TABLES,
        TRANSFERS,
        BOUNCES,
        /** The same three of the event text. */
        EVENTS_STRICT,
        EVENTS,
        EVENTS_TABLES
    }

    private final Group group;
    private final String id;
    private final String counts;
    private final String says;
    private final String needs;

    AuditRule(Group group, String id, String counts, String says, String needs) {
        this.group = group;
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

    /** Whether it is about what software does itself, whatever the hardware has cached. */
    public boolean ofTables() {
        return group == Group.TABLES || group == Group.EVENTS_TABLES || ofTransfers();
    }

    /** Whether it is about what drivers ask of the DMA layer, and what they are given. */
    public boolean ofTransfers() {
        return group == Group.TRANSFERS;
    }

    /** Whether it is about bounced mappings, whatever IOMMU there is. */
    public boolean ofBounces() {
        return group == Group.BOUNCES;
    }

    /** Whether it speaks of what the hardware may have cached: of one of the promises. */
    public boolean ofPromises() {
        return !ofTables() && !ofBounces();
    }

    /** Whether it belongs to the strict promise only; all others belong to the lazy one, too. */
    public boolean strictOnly() {
        return group == Group.STRICT || group == Group.EVENTS_STRICT;
    }

    /** Whether it is judged in the event text; the others are judged in traces of a kernel. */
    public boolean ofEvents() {
        return group == Group.EVENTS_STRICT || group == Group.EVENTS || group == Group.EVENTS_TABLES;
    }
}
