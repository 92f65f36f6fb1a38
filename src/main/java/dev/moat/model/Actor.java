package dev.moat.model;

/** Who acts. */
public enum Actor {
    GUEST,
    HYPERVISOR,
    DEVICE,
    IOMMU
}
