package dev.moat.conform.record;

import dev.moat.model.setting.Suggestion;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a recorded row did. */
public enum RecordedOp {
    CREATE,
    DESTROY,
    GT_WRITE,
    GT_WRITE_SUB,
    GT_WRITE_TRANS,
    GT_FLAGS,
    END_ACCESS,
    MEM_READ,
    MEM_WRITE,
    OWN_MAP,
    OWN_UNMAP,
    SLOT_CLEAR,
    MAP,
    UNMAP,
    UNMAP_REPLACE,
    COPY,
    TRANSFER,
    SWAP,
    SET_VERSION,
    GET_VERSION,
    QUERY_SIZE,
    SETUP_TABLE,
    GET_STATUS_FRAMES,
    CACHE_FLUSH,
    RAW,
    PROBE,
    OWN_MAP_RO,
    PIN_TABLE,
    UNPIN_TABLE,
    FOREIGN_CPU_MAP,
    FOREIGN_CPU_UNMAP,
    DECREASE_RESERVATION,
    POPULATE_PHYSMAP,
    MEMORY_EXCHANGE,
    ASSIGN_DEVICE,
    DEASSIGN_DEVICE,
    /** Something else, which is known by its cell only. */
    OTHER;

    private static final Map<String, RecordedOp> BY_LABEL = new LinkedHashMap<>();

    static {
        for (RecordedOp op : values()) {
            BY_LABEL.put(op.label(), op);
        }
        BY_LABEL.remove(OTHER.label());
    }

    /** The name in the file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The operation that a cell names; InputException when it is empty. */
    static RecordedOp of(Cell cell) {
        if (cell.isEmpty()) {
            throw cell.error("unknown operation ''" + Suggestion.among("", BY_LABEL.keySet()));
        }
        return BY_LABEL.getOrDefault(cell.text(), OTHER);
    }

    /** What is said of a cell that looks like a known operation misspelt, with its place; nothing of another one. */
    public static Optional<String> misspelt(Cell cell) {
        Set<String> known = BY_LABEL.keySet();
        return known.contains(cell.text())
                        || Suggestion.nearest(cell.text(), known).isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(
                        cell.error("unknown operation '" + cell.text() + "'" + Suggestion.among(cell.text(), known))
                                .getMessage());
    }
}
