package dev.moat.xen.twin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The grant-table rules once more, slow and obvious, from the recorder's summary of what a real Xen answered and not from the
 * product: objects, lists and maps, and pins counted afresh from the live mappings. Host addresses are slots, in which a guest
 * has grants and pages of its own. {@link SlowMaps}, {@link SlowCopies}, {@link SlowTables} and {@link SlowFrames} have the
 * operations.
 */
final class SlowGrants {
    static final int OKAY = 0;
    static final int GENERAL_ERROR = 1;
    static final int BAD_DOMAIN = 2;
    static final int BAD_GNTREF = 3;
    static final int BAD_HANDLE = 4;
    static final int BAD_DEV_ADDR = 6;
    static final int PERMISSION_DENIED = 8;
    static final int BAD_PAGE = 9;
    static final int BAD_COPY_ARG = 10;
    static final int EAGAIN = 12;
    static final int NO_SPACE = 13;

    static final int SELF = 0x7ff0;
    /** No host address is given. */
    static final int NO_ADDRESS = -2;

    static final int RD = 0x08;
    static final int WR = 0x10;
    static final int READONLY = 0x04;
    static final int SUB_PAGE = 0x100;
    static final int RESERVED = 8;
    static final int PAGE = 4096;
    /** Flag of a map that makes its page table entry one for user space, as those of a guest's own pages are. */
    static final int USER = 0x08;
    /** Flags of a map that are the guest's to use in its page table entry. */
    static final int AVAILABLE = 0x70000;

    /** What a guest wrote, and the status word of version 2. */
    static final class Entry {
        int flags;
        int domid;
        long frame;
        int off;
        int len;
        int tdom;
        int tref;
        int status;
    }

    /** A successful map. */
    record Mapping(int granter, int ref, int frame, boolean host, boolean device, boolean readOnly, boolean byEntry) {}

    /**
     * What a slot of a mapper's address space shows.
     *
     * @param bits {@link #USER} and those of {@link #AVAILABLE}, which no rule looks at
     */
    record Shown(int frame, boolean readOnly, int bits) {
        boolean maps(Mapping m) {
            return frame == m.frame && readOnly == m.readOnly;
        }
    }

    /** The machine's configuration: maptrack frames of each domain, those that must keep to version 1, transitive copies. */
    record Configuration(int[] maptrackFrames, boolean[] firstOnly, boolean transitive) {}

    final int domains;
    final int refs;
    final int pages;
    final int[] version;
    final int[] grantFrames;
    final List<Map<Integer, Entry>> tables = new ArrayList<>();
    /** Live mappings of each domain by handle. */
    final List<Map<Integer, Mapping>> mappings = new ArrayList<>();

    final List<Map<Integer, Shown>> slots = new ArrayList<>();
    final List<SlowHandles> handles = new ArrayList<>();
    final Configuration configuration;
    /** Domains that have been destroyed; they exist as long as pages are left to them. */
    final boolean[] dying;

    final int[] owner;
    /** Pages that are page tables. */
    final boolean[] isTable;
    /** Reference and what it was pinned to, kept while a mapping or a copy in flight holds it. */
    final Map<List<Integer>, Pinned> pinned = new LinkedHashMap<>();

    final SlowMaps maps = new SlowMaps(this);
    final SlowCopies copies = new SlowCopies(this);
    final SlowTables sizes = new SlowTables(this);
    final SlowFrames frames = new SlowFrames(this);

    /** What is fixed while an entry is in use. */
    static final class Pinned {
        final int by;
        final int frame;
        final int from;
        final int bytes;
        /** The entries behind a transitive one. */
        final List<Integer> way;

        int readers;
        int writers;

        Pinned(int by, int frame, int from, int bytes, List<Integer> way) {
            this.way = way;
            this.by = by;
            this.frame = frame;
            this.from = from;
            this.bytes = bytes;
        }
    }

    /** @param owner of each page, -1 for nobody */
    SlowGrants(int domains, int refs, int[] owner, boolean[] isTable, Configuration configuration) {
        this.configuration = configuration;
        dying = new boolean[domains];
        this.domains = domains;
        this.refs = refs;
        this.owner = owner;
        this.isTable = isTable;
        pages = owner.length;
        version = new int[domains];
        grantFrames = new int[domains];
        for (int d = 0; d < domains; d++) {
            version[d] = 1;
            grantFrames[d] = 1;
            tables.add(new LinkedHashMap<>());
            mappings.add(new LinkedHashMap<>());
            slots.add(new LinkedHashMap<>());
            handles.add(new SlowHandles(configuration.maptrackFrames[d]));
        }
    }

    /** Whether a number is a domain's, and something is left of it. */
    boolean exists(int domain) {
        if (domain >= domains) {
            return false;
        }
        boolean hasPages = false;
        for (int d : owner) {
            hasPages |= d == domain;
        }
        return !dying[domain] || hasPages;
    }

    int entries(int domain) {
        return Math.min(refs, grantFrames[domain] * (version[domain] == 2 ? 256 : 512));
    }

    Entry entry(int domain, int ref) {
        return tables.get(domain).computeIfAbsent(ref, r -> new Entry());
    }

    boolean second(int domain) {
        return version[domain] == 2;
    }

    void set(int domain, Entry e, int bits) {
        if (second(domain)) {
            e.status |= bits;
        } else {
            e.flags |= bits;
        }
    }

    void clear(int domain, Entry e, int bits) {
        if (second(domain)) {
            e.status &= ~bits;
        } else {
            e.flags &= ~bits;
        }
    }

    Pinned pins(int granter, int ref) {
        return pinned.get(List.of(granter, ref));
    }

    boolean owns(int domain, long frame) {
        return frame >= 0 && frame < pages && owner[(int) frame] == domain;
    }

    boolean isFull(int mapper, int granter, int ref, boolean host, boolean device, boolean readOnly) {
        int hosts = 0;
        int devices = 0;
        for (Mapping m : mappings.get(mapper).values()) {
            if (m.granter == granter && m.ref == ref && m.readOnly == readOnly) {
                hosts += m.host ? 1 : 0;
                devices += m.device ? 1 : 0;
            }
        }
        return (host && hosts >= 128) || (device && devices >= 128);
    }

    static void count(Pinned held, boolean readOnly, int by) {
        if (readOnly) {
            held.readers += by;
        } else {
            held.writers += by;
        }
    }

    void unpin(int granter, int ref, boolean readOnly) {
        Pinned held = pins(granter, ref);
        Entry e = entry(granter, ref);
        count(held, readOnly, -1);
        if (!readOnly && held.writers == 0) {
            clear(granter, e, WR);
        }
        if (held.readers + held.writers == 0) {
            clear(granter, e, RD);
            pinned.remove(List.of(granter, ref));
        }
    }

    boolean inUse(int domain, int ref) {
        return pins(domain, ref) != null;
    }
}
