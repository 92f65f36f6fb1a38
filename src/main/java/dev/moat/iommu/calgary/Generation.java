package dev.moat.iommu.calgary;

/** The two chips. {@code @source} CALGARY-REGISTERS. */
public enum Generation {
    /** For PCI-X. */
    CALGARY(0x2a1, 0xa0),
    /** For PCI Express. */
    CALIOC2(0x308, 0);

    private final int device;
    private final int avoidedFrom;

    Generation(int device, int avoidedFrom) {
        this.device = device;
        this.avoidedFrom = avoidedFrom;
    }

    /** PCI device number; the vendor is IBM. */
    public int device() {
        return device;
    }

    /** {@code @unit} first 4 KiB page below 1 MiB that drivers do not use: they avoid all from there to 1 MiB. */
    public int avoidedFrom() {
        return avoidedFrom;
    }

    /** {@code @unit} first 4 KiB page, at 640 KiB, of those below 1 MiB that are not translated. */
    public static int holeFrom() {
        return 0xa0;
    }

    /** {@code @unit} the 4 KiB page at 1 MiB. */
    public static int holeEnd() {
        return 0x100;
    }
}
