package dev.moat.dma.map;

/** What a domain is for. {@code @source} Linux 6.1 iommu.h: IOMMU_DOMAIN_BLOCKED to IOMMU_DOMAIN_DMA_FQ. */
public enum DomainType {
    /** Every request is refused. */
    BLOCKED(false, false, false),
    /** An address is the memory's own. */
    IDENTITY(false, false, false),
    /** Its owner maps and unmaps. */
    UNMANAGED(true, false, false),
    /** The DMA layer's, with an invalidation in each unmap. */
    DMA(true, true, false),
    /** The DMA layer's, with a flush queue. */
    DMA_FQ(true, true, true);

    private final boolean paging;
    private final boolean layers;
    private final boolean deferred;

    DomainType(boolean paging, boolean layers, boolean deferred) {
        this.paging = paging;
        this.layers = layers;
        this.deferred = deferred;
    }

    /** Whether it has tables that map and unmap change. */
    public boolean isPaging() {
        return paging;
    }

    /** Whether it is the DMA layer that maps in it. */
    public boolean isLayers() {
        return layers;
    }

    /** Whether an unmap leaves its invalidation to a queue. */
    public boolean isDeferred() {
        return deferred;
    }

    /**
     * The type of a device's default domain: what the driver requires, else strict for a device that is not trusted, else what the
     * system was told.
     *
     * @param required the driver's, or null
     * @throws IllegalArgumentException when a device that is not trusted would not be isolated
     */
    public static DomainType ofDefault(
            @org.jspecify.annotations.Nullable DomainType required, boolean trusted, DomainType told) {
        if (!trusted) {
            if (required == IDENTITY) {
                throw new IllegalArgumentException("a device that is not trusted must be translated");
            }
            return DMA;
        }
        return required == null ? told : required;
    }
}
