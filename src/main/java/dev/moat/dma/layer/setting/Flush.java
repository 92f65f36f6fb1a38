package dev.moat.dma.layer.setting;

import java.util.Arrays;
import java.util.Locale;

/** The type of default domains: when what was unmapped is invalidated. */
public enum Flush {
    /** Before unmap returns: Linux's type DMA. */
    STRICT,
    /** By a queue for each CPU, a flush for many: Linux's type DMA_FQ. */
    QUEUE,
    /**
     * When the search for an address has come to the end of the aperture, before that map returns; freeing an address moves the
     * next search behind it. Linux's GART.
     */
    WRAP,
    /** Before each map returns, on a search as with {@link #WRAP}: Linux's GART with iommu_fullflush=1. */
    FULL_FLUSH,
    /** With {@link #WRAP}'s addresses, before the search begins at the start again, and freeing moves nothing: Linux's Calgary. */
    WRAP_CALGARY,
    /** Never, as every frame is mapped at its own number from the start: Linux's type IDENTITY. */
    IDENTITY;

    static String[] words() {
        return Arrays.stream(values())
                .map(f -> f.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toArray(String[]::new);
    }

    /** Whether addresses are handed out one after the other until there is none left. */
    public boolean wraps() {
        return flushesAtReturn() || this == WRAP_CALGARY;
    }

    /** Whether a map pays what its search owes before it returns, as a GART's does, also when it fails. */
    public boolean flushesAtReturn() {
        return this == WRAP || this == FULL_FLUSH;
    }
}
