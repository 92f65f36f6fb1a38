package dev.moat.model.program;

/** Who acts. */
public enum Actor {
    GUEST,
    HYPERVISOR,
    DEVICE,
    IOMMU
}
