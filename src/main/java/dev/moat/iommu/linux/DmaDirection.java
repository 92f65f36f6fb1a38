package dev.moat.iommu.linux;

/** Which way the data of a mapping goes; the order is that of Linux's numbers. */
public enum DmaDirection {
    BIDIRECTIONAL,
    TO_DEVICE,
    FROM_DEVICE,
    NONE;

    /** Whether the device reads. */
    public boolean isToDevice() {
        return this == BIDIRECTIONAL || this == TO_DEVICE;
    }

    /** Whether the device writes. */
    public boolean isFromDevice() {
        return this == BIDIRECTIONAL || this == FROM_DEVICE;
    }
}
