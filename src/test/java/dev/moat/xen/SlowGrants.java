package dev.moat.xen;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The grant-table rules once more, slow and obvious, from the recorder's summary of what a real Xen answered and not from the
 * product: objects, lists and maps, and pins counted afresh from the live mappings. Pages are whole, guests have no other
 * mappings than grants, and host addresses are slots.
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

    static final int SELF = 0x7ff0;
    /** No host address is given. */
    static final int NO_ADDRESS = -2;

    private static final int RD = 0x08;
    private static final int WR = 0x10;
    private static final int READONLY = 0x04;
    private static final int SUB_PAGE = 0x100;
    private static final int RESERVED = 8;
    private static final int PAGE = 4096;

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

    /** What a slot of a mapper's address space shows. */
    record Shown(int frame, boolean readOnly) {}

    final int domains;
    final int refs;
    final int pages;
    final int[] version;
    final int[] grantFrames;
    final List<Map<Integer, Entry>> tables = new ArrayList<>();
    /** Live mappings of each domain by the name that the caller gives them. */
    final List<Map<Integer, Mapping>> mappings = new ArrayList<>();

    final List<Map<Integer, Shown>> slots = new ArrayList<>();
    final int[] owner;
    /** Pages that are page tables. */
    final boolean[] isTable;
    /** Reference and what it was pinned to, kept while a mapping or a copy in flight holds it. */
    private final Map<List<Integer>, Pinned> pinned = new LinkedHashMap<>();

    /** What is fixed while an entry is in use. */
    private static final class Pinned {
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
    SlowGrants(int domains, int refs, int[] owner, boolean[] isTable) {
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
        }
    }

    int entries(int domain) {
        return Math.min(refs, grantFrames[domain] * (version[domain] == 2 ? 256 : 512));
    }

    Entry entry(int domain, int ref) {
        return tables.get(domain).computeIfAbsent(ref, r -> new Entry());
    }

    private boolean second(int domain) {
        return version[domain] == 2;
    }

    private void set(int domain, Entry e, int bits) {
        if (second(domain)) {
            e.status |= bits;
        } else {
            e.flags |= bits;
        }
    }

    private void clear(int domain, Entry e, int bits) {
        if (second(domain)) {
            e.status &= ~bits;
        } else {
            e.flags &= ~bits;
        }
    }

    private Pinned pins(int granter, int ref) {
        return pinned.get(List.of(granter, ref));
    }

    private boolean owns(int domain, long frame) {
        return frame >= 0 && frame < pages && owner[(int) frame] == domain;
    }

    int map(int mapper, int granter, int ref, int flags, int slot, boolean byEntry, int name) {
        boolean device = (flags & 1) != 0;
        boolean host = (flags & 2) != 0;
        boolean readOnly = (flags & 4) != 0;
        if (!device && !host) {
            return BAD_GNTREF;
        }
        if (granter >= domains) {
            return BAD_DOMAIN;
        }
        if (ref >= entries(granter)) {
            return BAD_GNTREF;
        }
        Entry e = entry(granter, ref);
        Pinned held = pins(granter, ref);
        if (held != null && (held.by != mapper || isFull(mapper, granter, ref, host, device, readOnly))) {
            return GENERAL_ERROR;
        }
        if (held == null && ((e.flags & 3) != 1 || (e.flags & SUB_PAGE) != 0 || e.domid != mapper)) {
            return GENERAL_ERROR;
        }
        boolean firstWriter = !readOnly && (held == null || held.writers == 0);
        if (firstWriter && (e.flags & READONLY) != 0) {
            return GENERAL_ERROR;
        }
        if (held == null && !owns(granter, e.frame)) {
            return rolledBack(granter, e, readOnly, BAD_PAGE);
        }
        int frame = held == null ? (int) e.frame : held.frame;
        if (!readOnly && isTable[frame]) {
            return failed(granter, e, held, readOnly);
        }
        if (host && slot < 0) {
            return failed(granter, e, held, readOnly);
        }
        if (held == null) {
            held = new Pinned(mapper, frame, 0, PAGE, List.of());
            pinned.put(List.of(granter, ref), held);
            set(granter, e, RD);
        }
        if (firstWriter) {
            set(granter, e, RD | WR);
        }
        count(held, readOnly, 1);
        mappings.get(mapper).put(name, new Mapping(granter, ref, frame, host, device, readOnly, byEntry));
        if (host) {
            slots.get(mapper).put(slot, new Shown(frame, readOnly));
        }
        return OKAY;
    }

    /** A failure after the bits were set: they are taken back, those that nothing else justifies. */
    private int failed(int granter, Entry e, Pinned held, boolean readOnly) {
        if (held == null) {
            return rolledBack(granter, e, readOnly, GENERAL_ERROR);
        }
        if (!readOnly && held.writers == 0) {
            set(granter, e, RD);
            clear(granter, e, WR);
        }
        return GENERAL_ERROR;
    }

    private int rolledBack(int granter, Entry e, boolean readOnly, int status) {
        clear(granter, e, readOnly ? RD : RD | WR);
        return status;
    }

    private boolean isFull(int mapper, int granter, int ref, boolean host, boolean device, boolean readOnly) {
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

    private static void count(Pinned held, boolean readOnly, int by) {
        if (readOnly) {
            held.readers += by;
        } else {
            held.writers += by;
        }
    }

    private void unpin(int granter, int ref, boolean readOnly) {
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

    /** @param bus the frame whose bus address is given, -1 for none; a page that does not exist is a wrong one */
    int unmap(int mapper, int name, int slot, boolean byEntry, int bus) {
        Mapping m = mappings.get(mapper).get(name);
        if (m == null) {
            return BAD_HANDLE;
        }
        if (m.device && bus >= 0 && bus != m.frame) {
            return BAD_DEV_ADDR;
        }
        boolean takesHost = m.host && slot != NO_ADDRESS;
        if (takesHost) {
            Shown there = slots.get(mapper).get(slot);
            if (byEntry != m.byEntry || !new Shown(m.frame, m.readOnly).equals(there)) {
                return GENERAL_ERROR;
            }
            slots.get(mapper).remove(slot);
        }
        boolean host = m.host && !takesHost;
        boolean device = m.device && bus < 0;
        Mapping left = new Mapping(m.granter, m.ref, m.frame, host, device, m.readOnly, m.byEntry);
        mappings.get(mapper).put(name, left);
        if (!host && !device) {
            mappings.get(mapper).remove(name);
            unpin(m.granter, m.ref, m.readOnly);
        }
        return OKAY;
    }

    /** One side of a copy: a grant of a domain, or a frame given as a domain's. */
    record Side(boolean grant, int domain, int number, int offset) {}

    /** A side that is pinned: which entries, and what may be reached. */
    private record Held(List<int[]> entries, int frame, int from, int bytes) {}

    private int problem = OKAY;

    int copy(int caller, Side source, Side destination, int length) {
        for (Side side : List.of(source, destination)) {
            int domain = side.domain == SELF ? caller : side.domain;
            if (domain >= domains) {
                return BAD_DOMAIN;
            }
        }
        Held from = hold(caller, source, true);
        if (from == null) {
            return problem;
        }
        Held to = hold(caller, destination, false);
        int status = to == null ? problem : OKAY;
        if (to != null && isTable[to.frame]) {
            status = GENERAL_ERROR;
        } else if (to != null && (source.offset + length > PAGE || destination.offset + length > PAGE)) {
            status = BAD_COPY_ARG;
        } else if (to != null && (!within(source, from, length) || !within(destination, to, length))) {
            status = GENERAL_ERROR;
        }
        if (to != null) {
            to.entries.forEach(e -> unpin(e[0], e[1], false));
        }
        from.entries.forEach(e -> unpin(e[0], e[1], true));
        return status;
    }

    private static boolean within(Side side, Held held, int length) {
        return side.offset >= held.from && side.offset + length <= held.from + held.bytes;
    }

    private Held hold(int caller, Side side, boolean readOnly) {
        int domain = side.domain == SELF ? caller : side.domain;
        if (side.grant) {
            return hold(caller, domain, side.number, readOnly, true);
        }
        if (side.domain != SELF) {
            return refuse(PERMISSION_DENIED);
        }
        if (!owns(caller, side.number)) {
            return refuse(BAD_PAGE);
        }
        return new Held(List.of(), side.number, 0, PAGE);
    }

    private Held refuse(int status) {
        problem = status;
        return null;
    }

    private Held hold(int caller, int granter, int ref, boolean readOnly, boolean mayLead) {
        if (ref >= entries(granter)) {
            return refuse(BAD_GNTREF);
        }
        Entry e = entry(granter, ref);
        Pinned held = pins(granter, ref);
        if (held != null && (held.by != caller || isFull(caller, granter, ref, true, false, readOnly))) {
            return refuse(GENERAL_ERROR);
        }
        int type = e.flags & 3;
        boolean leads = type == 3 && second(granter);
        if (held == null && ((type != 1 && !leads) || e.domid != caller)) {
            return refuse(GENERAL_ERROR);
        }
        boolean firstWriter = !readOnly && (held == null || held.writers == 0);
        if (firstWriter && (e.flags & READONLY) != 0) {
            return refuse(GENERAL_ERROR);
        }
        if (held == null || firstWriter) {
            set(granter, e, readOnly ? RD : RD | WR);
        }
        Held found = leads ? lead(granter, e, readOnly, mayLead) : whole(granter, e, held, held == null || firstWriter);
        List<Integer> way = leads ? List.of(e.tdom, e.tref) : List.of();
        if (leads && found != null && held != null && !isSame(held, found, way)) {
            // pinned as something else before it became transitive: Xen would try again for ever
            found.entries.forEach(p -> unpin(p[0], p[1], readOnly));
            found = refuse(EAGAIN);
        }
        if (found == null) {
            takeBack(granter, e, held, readOnly);
            return null;
        }
        if (held == null) {
            held = new Pinned(caller, found.frame, found.from, found.bytes, way);
            pinned.put(List.of(granter, ref), held);
        }
        count(held, readOnly, 1);
        List<int[]> all = new ArrayList<>();
        all.add(new int[] {granter, ref});
        all.addAll(found.entries);
        return new Held(all, held.frame, held.from, held.bytes);
    }

    private static boolean isSame(Pinned held, Held found, List<Integer> way) {
        return held.way.equals(way) && held.from == found.from && held.bytes == found.bytes;
    }

    private void takeBack(int granter, Entry e, Pinned held, boolean readOnly) {
        if (!readOnly && (held == null || held.writers == 0)) {
            clear(granter, e, WR);
        }
        if (held == null) {
            clear(granter, e, RD);
        }
    }

    private Held lead(int granter, Entry e, boolean readOnly, boolean mayLead) {
        if (!mayLead || e.tdom == granter || e.tdom >= domains) {
            return refuse(GENERAL_ERROR);
        }
        return hold(granter, e.tdom, e.tref, readOnly, false);
    }

    private Held whole(int granter, Entry e, Pinned held, boolean looks) {
        if (looks && !owns(granter, e.frame)) {
            return refuse(BAD_PAGE);
        }
        if (looks && held != null && held.frame != e.frame) {
            return refuse(GENERAL_ERROR);
        }
        boolean part = second(granter) && (e.flags & SUB_PAGE) != 0;
        return new Held(List.of(), held == null ? (int) e.frame : held.frame, part ? e.off : 0, part ? e.len : PAGE);
    }

    boolean inUse(int domain, int ref) {
        return pins(domain, ref) != null;
    }

    /** @return 0 or an error number */
    int setVersion(int domain, int wanted) {
        if (wanted != 1 && wanted != 2) {
            return 22;
        }
        if (wanted == version[domain]) {
            return 0;
        }
        for (int ref = RESERVED; ref < entries(domain); ref++) {
            if (inUse(domain, ref)) {
                return 16;
            }
        }
        for (int ref = 0; ref < RESERVED; ref++) {
            if (wanted == 1 && (entry(domain, ref).flags & 3) == 3) {
                return 34;
            }
        }
        Map<Integer, Entry> old = new LinkedHashMap<>(tables.get(domain));
        tables.get(domain).clear();
        for (int ref = 0; ref < RESERVED; ref++) {
            if (old.containsKey(ref)) {
                tables.get(domain).put(ref, carried(old.get(ref), wanted));
            }
        }
        version[domain] = wanted;
        return 0;
    }

    private static Entry carried(Entry from, int wanted) {
        Entry to = new Entry();
        if (wanted == 1 && (from.flags & 3) != 1) {
            return to;
        }
        to.domid = from.domid;
        to.frame = from.frame;
        if (wanted == 2) {
            to.tref = (int) from.frame;
            to.flags = from.flags & ~(RD | WR);
            to.status = from.flags & (RD | WR);
        } else {
            to.flags = from.flags | from.status;
        }
        return to;
    }

    int swap(int domain, int a, int b) {
        if (a >= entries(domain) || b >= entries(domain)) {
            return BAD_GNTREF;
        }
        if (a == b) {
            return OKAY;
        }
        if (inUse(domain, a) || inUse(domain, b)) {
            return EAGAIN;
        }
        Entry first = entry(domain, a);
        tables.get(domain).put(a, entry(domain, b));
        tables.get(domain).put(b, first);
        return OKAY;
    }

    int setUp(int caller, int domid, int wanted, int most) {
        int domain = domid == SELF ? caller : domid;
        if (domain >= domains) {
            return BAD_DOMAIN;
        }
        if (caller != 0 && caller != domain) {
            return PERMISSION_DENIED;
        }
        if (wanted > most) {
            return GENERAL_ERROR;
        }
        grantFrames[domain] = Math.max(grantFrames[domain], wanted);
        return OKAY;
    }
}
