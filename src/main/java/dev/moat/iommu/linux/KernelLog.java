package dev.moat.iommu.linux;

/** Where a driver complains about its callers or its hardware. */
@FunctionalInterface
public interface KernelLog {
    /** One warning. */
    void warn(String message);
}
