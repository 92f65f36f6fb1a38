package dev.moat.iommu;

/**
 * The domain that a driver has every device in, unless an owner takes it: software asks for it and makes none of its own. {@code @source}
 * seed 001 (2011): the default-domain concept; Linux iommu_get_dma_domain.
 *
 * @param space the address space whose tables it has
 * @param aperture which addresses its tables translate, and what becomes of the others
 */
public record DefaultDomain(int space, Capabilities.Aperture aperture) {}
