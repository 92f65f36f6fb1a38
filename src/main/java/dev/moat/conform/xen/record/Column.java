package dev.moat.conform.xen.record;

import java.util.Locale;

/** What the cells of recorded answers say; {@link RecordFormat} has the order in a file. */
public enum Column {
    SUITE,
    CONFIG,
    CASE,
    STEP,
    ACTOR_VER,
    ACTOR,
    OP,
    BATCH,
    ARGS,
    HRC,
    STATUS,
    STATUS_NAME,
    OUT,
    ENTRIES,
    PTES,
    DEV,
    FRAME,
    DMA_READ,
    DMA_WRITE,
    INV,
    INSNS;

    /** The name in the file's first line, which is also how comparisons name the column. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
