package dev.moat.snapshot;

/** The forms that are read, with the source files that print them. */
public enum SnapshotForm {
    XEN_GRANTS("grant tables of Xen (debug key 'g')", "Xen common/grant_table.c, gnttab_usage_print_all"),
    XEN_TABLES(
            "I/O page tables of Xen (debug key 'o')",
            "Xen drivers/passthrough/vtd/iommu.c and amd/pci_amd_iommu.c, dump_page_tables"),
    XEN_INTERRUPTS(
            "interrupt entries of Xen (debug key 'V')", "Xen drivers/passthrough/vtd/utils.c, vtd_dump_iommu_info"),
    VTD_TABLES(
            "device entries and I/O page tables of VT-d (dmar_translation_struct, domain_translation_struct)",
            "Linux drivers/iommu/intel/debugfs.c"),
    VTD_QUEUE("invalidation queues of VT-d (invalidation_queue)", "Linux drivers/iommu/intel/debugfs.c"),
    VTD_INTERRUPTS("interrupt entries of VT-d (ir_translation_struct)", "Linux drivers/iommu/intel/debugfs.c"),
    AMD_FILES(
            "device entries, commands and interrupts of AMD-Vi (devtbl, cmdbuf, irqtbl)",
            "Linux drivers/iommu/amd/debugfs.c"),
    GROUPS("listings of iommu_groups", "Linux drivers/iommu/iommu.c");

    private final String title;
    private final String source;

    SnapshotForm(String title, String source) {
        this.title = title;
        this.source = source;
    }

    /** What it shows, and how it is called. */
    public String title() {
        return title;
    }

    /** The source files that print it. */
    public String source() {
        return source;
    }
}
