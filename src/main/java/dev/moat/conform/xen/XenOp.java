package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.input.InputException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a recorded row did, with the names of the arguments that it may have. */
enum XenOp {
    CREATE("dom max_grant_frames max_maptrack_frames max_version iommu"),
    DESTROY("dom"),
    GT_WRITE("ref flags domid frame"),
    GT_WRITE_SUB("ref flags domid frame off len"),
    GT_WRITE_TRANS("ref flags domid tdom tref"),
    GT_FLAGS("ref flags"),
    END_ACCESS("ref"),
    MEM_READ("at val"),
    MEM_WRITE("at val"),
    OWN_MAP("va frame"),
    OWN_UNMAP("page"),
    SLOT_CLEAR("slot va page"),
    MAP("dom ref flags host"),
    UNMAP("handle host dev"),
    UNMAP_REPLACE("handle host new"),
    COPY("src dst len"),
    TRANSFER("frame dom ref"),
    SWAP("a b"),
    SET_VERSION("version"),
    GET_VERSION("dom"),
    QUERY_SIZE("dom"),
    SETUP_TABLE("dom nr_frames nr frames"),
    GET_STATUS_FRAMES("dom nr_frames nr frames"),
    CACHE_FLUSH("a dev off len op"),
    RAW("cmd count ptr"),
    PROBE(""),
    OWN_MAP_RO("va frame"),
    PIN_TABLE("frame level"),
    UNPIN_TABLE("frame"),
    FOREIGN_CPU_MAP("dom frame rw ro"),
    FOREIGN_CPU_UNMAP("dom frame off"),
    DECREASE_RESERVATION("frame"),
    POPULATE_PHYSMAP("newpage"),
    MEMORY_EXCHANGE("frame"),
    ASSIGN_DEVICE("dev to"),
    DEASSIGN_DEVICE("dev from");

    /** What only a machine with devices does. */
    private static final Set<XenOp> WITH_DEVICES = EnumSet.of(
            PROBE,
            PIN_TABLE,
            UNPIN_TABLE,
            FOREIGN_CPU_MAP,
            FOREIGN_CPU_UNMAP,
            DECREASE_RESERVATION,
            POPULATE_PHYSMAP,
            MEMORY_EXCHANGE,
            ASSIGN_DEVICE,
            DEASSIGN_DEVICE);

    private static final Map<String, XenOp> BY_LABEL = new LinkedHashMap<>();
    private static final Map<XenOp, Set<String>> ARGUMENTS = new EnumMap<>(XenOp.class);

    static {
        for (XenOp op : values()) {
            BY_LABEL.put(op.label(), op);
            ARGUMENTS.put(op, new LinkedHashSet<>(List.of(op.arguments.split(" "))));
        }
    }

    /** The names, with blanks between them. */
    private final String arguments;

    XenOp(String arguments) {
        this.arguments = arguments;
    }

    /** The name in the file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names of the arguments that it may have. */
    Set<String> arguments() {
        return Collections.unmodifiableSet(ARGUMENTS.getOrDefault(this, Set.of()));
    }

    /**
     * The operation that a cell names.
     *
     * @param devices whether the recorded machine has some
     * @throws InputException for none that such a machine has
     */
    static XenOp of(Cell cell, boolean devices) {
        XenOp op = BY_LABEL.get(cell.text());
        if (op == null || (!devices && WITH_DEVICES.contains(op))) {
            throw cell.unknown("operation", BY_LABEL.keySet());
        }
        return op;
    }
}
