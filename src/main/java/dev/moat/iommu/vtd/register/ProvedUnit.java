package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Capabilities;

/**
 * A unit that a layout describes.
 *
 * @param cap the CAP register
 * @param ecap the ECAP register
 * @param host bits of a machine address
 */
record ProvedUnit(String name, long cap, long ecap, int host) {
    Capabilities can() {
        return new Capabilities(cap, ecap, host, true);
    }

    /** Answers its numbers from a place on; the file makes of them what the unit can do, and not the code that is proved. */
    void tell(long[] x, int at) {
        x[at] = cap;
        x[at + 1] = ecap;
        x[at + 2] = host;
    }
}
