package dev.moat.iommu.amdvi.interrupt;

/** How an entry in use is changed. {@code @source} Linux modify_irte_ga; Xen update_intremap_entry and its callers. */
final class EntryUpdate {
    /** By one store, as by Linux since 5.9 (2020) and by Xen since 2025. */
    static final String ONE_STORE = "one-store";
    /** RemapEn is cleared first, as by Linux before 5.9. */
    static final String DISABLED = "disabled";
    /** RemapEn is cleared first and the unit forgets the entry before it is changed, as by Xen until 2025. */
    static final String FORGOTTEN = "disabled-forgotten";

    private EntryUpdate() {}
}
