package dev.moat.dma;

/** Which way the data of a mapping goes, as a driver says it; numbered as in Linux. */
public enum Direction {
    BIDIRECTIONAL,
    /** The device only reads. */
    TO_DEVICE,
    /** The device only writes. */
    FROM_DEVICE,
    NONE
}
