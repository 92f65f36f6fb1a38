package dev.moat.p2m.state;

import dev.moat.state.Sort;
import java.util.List;

/** Types of p2m entries, as numbers of a slot. {@code @source} Xen asm-x86/p2m.h: p2m_type_t. */
public final class P2mType {
    private P2mType() {}

    /** Nothing is there. */
    public static final int INVALID = 0;
    /** The guest's own memory. */
    public static final int RAM_RW = 1;
    /** The same, which the guest may not write. */
    public static final int RAM_RO = 2;
    /** Another guest's, mapped by a grant. */
    public static final int GRANT_MAP_RW = 3;

    public static final int GRANT_MAP_RO = 4;

    static final Sort SORT =
            new Sort("P2mType", List.of("invalid", "ram_rw", "ram_ro", "grant_map_rw", "grant_map_ro"));

    /** Whether it is memory of the guest's own. */
    public static boolean isRam(int type) {
        return type == RAM_RW || type == RAM_RO;
    }

    /** Whether it is a mapping of a grant. */
    public static boolean isGrant(int type) {
        return type == GRANT_MAP_RW || type == GRANT_MAP_RO;
    }
}
