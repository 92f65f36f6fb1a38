package dev.moat.xen.twin;

import static dev.moat.xen.twin.SlowGrants.BAD_DOMAIN;
import static dev.moat.xen.twin.SlowGrants.BAD_GNTREF;
import static dev.moat.xen.twin.SlowGrants.EAGAIN;
import static dev.moat.xen.twin.SlowGrants.GENERAL_ERROR;
import static dev.moat.xen.twin.SlowGrants.OKAY;
import static dev.moat.xen.twin.SlowGrants.PERMISSION_DENIED;
import static dev.moat.xen.twin.SlowGrants.RD;
import static dev.moat.xen.twin.SlowGrants.RESERVED;
import static dev.moat.xen.twin.SlowGrants.SELF;
import static dev.moat.xen.twin.SlowGrants.WR;

import dev.moat.xen.twin.SlowGrants.Entry;
import java.util.LinkedHashMap;
import java.util.Map;

/** Versions and sizes of tables, and entries that change places; see {@link SlowGrants}. */
final class SlowTables {
    private final SlowGrants g;

    SlowTables(SlowGrants g) {
        this.g = g;
    }

    /** @return 0 or an error number */
    int setVersion(int domain, int wanted) {
        if (wanted != 1 && wanted != 2) {
            return 22;
        }
        if (wanted == 2 && g.configuration.firstOnly()[domain]) {
            return 38;
        }
        if (wanted == g.version[domain]) {
            return 0;
        }
        for (int ref = RESERVED; ref < g.entries(domain); ref++) {
            if (g.inUse(domain, ref)) {
                return 16;
            }
        }
        for (int ref = 0; ref < RESERVED; ref++) {
            if (wanted == 1 && (g.entry(domain, ref).flags & 3) == 3) {
                return 34;
            }
        }
        Map<Integer, Entry> old = new LinkedHashMap<>(g.tables.get(domain));
        g.tables.get(domain).clear();
        for (int ref = 0; ref < RESERVED; ref++) {
            if (old.containsKey(ref)) {
                g.tables.get(domain).put(ref, carried(old.get(ref), wanted));
            }
        }
        g.version[domain] = wanted;
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
        if (a >= g.entries(domain) || b >= g.entries(domain)) {
            return BAD_GNTREF;
        }
        if (a == b) {
            return OKAY;
        }
        if (g.inUse(domain, a) || g.inUse(domain, b)) {
            return EAGAIN;
        }
        Entry first = g.entry(domain, a);
        g.tables.get(domain).put(a, g.entry(domain, b));
        g.tables.get(domain).put(b, first);
        return OKAY;
    }

    int setUp(int caller, int domid, int wanted, int most) {
        int domain = domid == SELF ? caller : domid;
        if (!g.exists(domain)) {
            return BAD_DOMAIN;
        }
        if (caller != 0 && caller != domain) {
            return PERMISSION_DENIED;
        }
        if (wanted > most) {
            return GENERAL_ERROR;
        }
        g.grantFrames[domain] = Math.max(g.grantFrames[domain], wanted);
        return OKAY;
    }

    /** The version, or an error number's negative. */
    int getVersion(int caller, int domid) {
        int domain = domid == SELF ? caller : domid;
        if (!g.exists(domain)) {
            return -3;
        }
        return caller != 0 && caller != domain ? -1 : g.version[domain];
    }

    /** A status; {@link SlowGrants#grantFrames} has the answer. */
    int querySize(int caller, int domid) {
        return setUp(caller, domid, 0, 0);
    }

    int statusFrames(int caller, int domid, int wanted) {
        int status = setUp(caller, domid, 0, 0);
        int domain = domid == SELF ? caller : domid;
        if (status != OKAY) {
            return status;
        }
        return wanted <= (g.second(domain) ? (g.entries(domain) + 2047) / 2048 : 0) ? OKAY : GENERAL_ERROR;
    }
}
