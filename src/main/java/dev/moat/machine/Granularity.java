package dev.moat.machine;

import java.util.Locale;

/** The size of a transition. */
public enum Granularity {
    /** The steps of an operation run back to back; devices, walks and evictions act between operations. */
    OPERATION,
    /** Devices, the IOMMU's own machinery and other CPUs act between any two steps. */
    STEP;

    /** As written in scenarios. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
