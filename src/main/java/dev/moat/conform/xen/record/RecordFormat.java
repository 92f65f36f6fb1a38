package dev.moat.conform.xen.record;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The formats of recorded answers, told apart by their first line. */
public enum RecordFormat {
    /** Grant tables without an IOMMU. */
    GRANTS,
    /** The same domains with devices behind a VT-d unit. */
    VTD;

    private static final List<Column> GRANT_COLUMNS = List.of(
            Column.SUITE,
            Column.CASE,
            Column.STEP,
            Column.ACTOR_VER,
            Column.ACTOR,
            Column.OP,
            Column.BATCH,
            Column.ARGS,
            Column.HRC,
            Column.STATUS,
            Column.STATUS_NAME,
            Column.OUT,
            Column.ENTRIES,
            Column.PTES);

    private static final List<Column> VTD_COLUMNS = List.of(
            Column.CONFIG,
            Column.CASE,
            Column.STEP,
            Column.ACTOR,
            Column.OP,
            Column.BATCH,
            Column.ARGS,
            Column.HRC,
            Column.STATUS,
            Column.STATUS_NAME,
            Column.OUT,
            Column.ENTRIES,
            Column.DEV,
            Column.FRAME,
            Column.DMA_READ,
            Column.DMA_WRITE,
            Column.INV,
            Column.INSNS);

    /** The columns in order; the first one groups the cases. */
    public List<Column> columns() {
        return this == GRANTS ? GRANT_COLUMNS : VTD_COLUMNS;
    }

    /** The first line of a file. */
    public String header() {
        return columns().stream().map(Column::label).collect(Collectors.joining(","));
    }

    /** The format with this first line, or null. */
    static @Nullable RecordFormat of(@Nullable String header) {
        for (RecordFormat format : values()) {
            if (format.header().equals(header)) {
                return format;
            }
        }
        return null;
    }
}
