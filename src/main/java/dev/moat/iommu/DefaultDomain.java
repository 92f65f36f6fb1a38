package dev.moat.iommu;

import java.util.List;

/**
 * The domain that a driver has every device in, unless an owner takes it: software asks for it and makes none of its own. {@code @source}
 * Joerg Roedel 2011, Changing IOMMU-API for generic DMA-mapping; Linux iommu_get_dma_domain.
 *
 * @param space the address space whose tables it has
 * @param aperture which addresses its tables translate, and what becomes of the others
 * @param wish what the driver asks of its type, {@code def_domain_type}
 * @param regions addresses of the device that are not to be handed out, {@code get_resv_regions}
 */
public record DefaultDomain(int space, Capabilities.Aperture aperture, Wish wish, List<Region> regions) {
    public DefaultDomain {
        regions = List.copyOf(regions);
    }

    /** What a driver asks of the type of a device's default domain. */
    public enum Wish {
        /** Nothing: whatever the system was told. */
        NONE,
        /** Addresses are the memory's own, whether the device is trusted or not. */
        IDENTITY,
        /** IDENTITY for a device that is trusted, TRANSLATED for one that is not. */
        IDENTITY_IF_TRUSTED,
        /** Addresses are translated, and what is unmapped is forgotten before unmap returns. */
        TRANSLATED
    }

    /**
     * A reserved region of a device. {@code @unit} 4 KiB page numbers, both ends included.
     *
     * @param locks whether the driver refuses the domain of another owner because of it; of Linux 6.1's, Intel's does (since 6.6 software
     *     refuses, for every DIRECT one)
     */
    public record Region(long first, long last, Kind kind, boolean locks) {
        /** Whether it has a page. */
        public boolean has(long page) {
            return first <= page && page <= last;
        }

        /** Whether firmware has the device use it at its own addresses. */
        public boolean isDirect() {
            return kind == Kind.DIRECT || kind == Kind.DIRECT_RELAXABLE;
        }
    }

    /** What a reserved region is for. {@code @source} Linux iommu.h: enum iommu_resv_type. */
    public enum Kind {
        /** The device uses it from the start at its own addresses: an RMRR, a unity map. */
        DIRECT,
        /** The same of a device that an owner can do without it: USB, graphics. */
        DIRECT_RELAXABLE,
        /** Tables are not asked there, or lead nowhere. */
        RESERVED,
        /** Writes there are interrupts. */
        MSI
    }
}
