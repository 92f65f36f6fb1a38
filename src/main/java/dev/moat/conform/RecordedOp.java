package dev.moat.conform;

import dev.moat.model.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a recorded row did. */
enum RecordedOp {
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
    RAW;

    /** The name in the file. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The operation that a cell names; InputException with a suggestion when there is none. */
    static RecordedOp of(Cell cell) {
        List<String> known = new ArrayList<>();
        for (RecordedOp op : values()) {
            if (op.label().equals(cell.text())) {
                return op;
            }
            known.add(op.label());
        }
        throw cell.error("unknown operation '" + cell.text() + "'" + Suggestion.phrase(cell.text(), known) + " (known: "
                + String.join(", ", known) + ")");
    }
}
