package dev.moat.state;

/** Who writes a slot. */
public enum Writer {
    GUEST,
    HYPERVISOR,
    DEVICE,
    IOMMU,
    GHOST
}
