package dev.moat.pv;

import java.util.Locale;

/**
 * What answers a kernel's DMA calls: the backends that the DMA API has on x86, and which of them a kernel takes when it boots. Under Xen a
 * paravirtual kernel has Xen-SWIOTLB or nothing between its drivers and their devices; native swiotlb stands down, because its bus addresses
 * are the kernel's own, and so do drivers of IOMMUs, which are Xen's.
 *
 * <p>{@code @source} LINUX-XEN-SWIOTLB; Linux 6.1 arch/x86/kernel/pci-dma.c: {@code pci_iommu_alloc}, {@code pci_xen_swiotlb_init}; what
 * looks for IOMMUs there reads {@code no_iommu}, and nothing of swiotlb: {@code detect_intel_iommu}, {@code amd_iommu_detect}.
 */
public enum DmaBackend {
    /** A bus address is the page's own; what the device cannot address is refused. */
    NATIVE,
    /** The same, and what the device cannot address bounces. */
    NATIVE_SWIOTLB,
    /** An IOMMU that the kernel itself programs. */
    IOMMU,
    /** Bus addresses are machine addresses; what is scattered, or cannot be addressed, bounces. */
    XEN_SWIOTLB;

    /**
     * What the kernel runs on.
     *
     * @param xen whether it is a paravirtual domain
     * @param initial whether it is domain 0
     * @param iommu whether it finds an IOMMU
     * @param high whether there is memory above 4 GiB
     */
    public record Platform(boolean xen, boolean initial, boolean iommu, boolean high) {}

    /** The word that scenarios have for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The backend that a kernel takes when it boots. On bare metal an IOMMU that is found is used whatever is asked for: since Linux 5.19
     * {@code iommu=soft} has a pool made and keeps no driver from looking for an IOMMU; before, the search ended with swiotlb then.
     *
     * @param asked whether swiotlb is asked for on the command line ({@code iommu=soft}): a domain other than domain 0 gets
     *     Xen-SWIOTLB only then, unless it is given a device later (Linux 6.1; 6.12 and 7.3 have it at boot, of a domain that could be)
     */
    public static DmaBackend atBoot(Platform platform, boolean asked) {
        if (platform.xen()) {
            return platform.initial() || asked ? XEN_SWIOTLB : NATIVE;
        }
        if (platform.iommu()) {
            return IOMMU;
        }
        return asked || platform.high() ? NATIVE_SWIOTLB : NATIVE;
    }

    /**
     * Why this one must not be used on a platform, or nothing.
     *
     * @return a sentence without a full stop; empty where it may
     */
    public String refusal(Platform platform) {
        return switch (this) {
            case XEN_SWIOTLB ->
                platform.xen()
                        ? ""
                        : "this is bare metal: Xen-SWIOTLB is used under Xen only, and here a bus address is the page's own";
            case NATIVE_SWIOTLB ->
                platform.xen()
                        ? "this is Xen: native swiotlb stands down, for its bus addresses are the kernel's own page numbers"
                        : "";
            case IOMMU -> platform.xen() ? "this is Xen: the IOMMU is Xen's, and no kernel's" : "";
            case NATIVE -> "";
        };
    }
}
