package dev.moat.xen.twin;

import static dev.moat.xen.twin.SlowGrants.BAD_DEV_ADDR;
import static dev.moat.xen.twin.SlowGrants.BAD_DOMAIN;
import static dev.moat.xen.twin.SlowGrants.BAD_GNTREF;
import static dev.moat.xen.twin.SlowGrants.BAD_HANDLE;
import static dev.moat.xen.twin.SlowGrants.BAD_PAGE;
import static dev.moat.xen.twin.SlowGrants.GENERAL_ERROR;
import static dev.moat.xen.twin.SlowGrants.NO_ADDRESS;
import static dev.moat.xen.twin.SlowGrants.OKAY;
import static dev.moat.xen.twin.SlowGrants.PAGE;
import static dev.moat.xen.twin.SlowGrants.RD;
import static dev.moat.xen.twin.SlowGrants.READONLY;
import static dev.moat.xen.twin.SlowGrants.SUB_PAGE;
import static dev.moat.xen.twin.SlowGrants.WR;

import dev.moat.xen.twin.SlowGrants.Entry;
import dev.moat.xen.twin.SlowGrants.Mapping;
import dev.moat.xen.twin.SlowGrants.Pinned;
import dev.moat.xen.twin.SlowGrants.Shown;
import java.util.List;

/** Map and unmap, from the recorder's summary; see {@link SlowGrants}. */
final class SlowMaps {
    private final SlowGrants g;

    SlowMaps(SlowGrants g) {
        this.g = g;
    }

    int map(int mapper, int granter, int ref, int flags, int slot, boolean byEntry, int name) {
        boolean device = (flags & 1) != 0;
        boolean host = (flags & 2) != 0;
        boolean readOnly = (flags & 4) != 0;
        if (!device && !host) {
            return BAD_GNTREF;
        }
        if (granter >= g.domains) {
            return BAD_DOMAIN;
        }
        if (ref >= g.entries(granter)) {
            return BAD_GNTREF;
        }
        Entry e = g.entry(granter, ref);
        Pinned held = g.pins(granter, ref);
        if (held != null && (held.by != mapper || g.isFull(mapper, granter, ref, host, device, readOnly))) {
            return GENERAL_ERROR;
        }
        if (held == null && ((e.flags & 3) != 1 || (e.flags & SUB_PAGE) != 0 || e.domid != mapper)) {
            return GENERAL_ERROR;
        }
        boolean firstWriter = !readOnly && (held == null || held.writers == 0);
        if (firstWriter && (e.flags & READONLY) != 0) {
            return GENERAL_ERROR;
        }
        if (held == null && !g.owns(granter, e.frame)) {
            return rolledBack(granter, e, readOnly, BAD_PAGE);
        }
        int frame = held == null ? (int) e.frame : held.frame;
        if (!readOnly && g.isTable[frame]) {
            return failed(granter, e, held, readOnly);
        }
        if (host && slot < 0) {
            return failed(granter, e, held, readOnly);
        }
        if (held == null) {
            held = new Pinned(mapper, frame, 0, PAGE, List.of());
            g.pinned.put(List.of(granter, ref), held);
            g.set(granter, e, RD);
        }
        if (firstWriter) {
            g.set(granter, e, RD | WR);
        }
        SlowGrants.count(held, readOnly, 1);
        g.mappings.get(mapper).put(name, new Mapping(granter, ref, frame, host, device, readOnly, byEntry));
        if (host) {
            g.slots.get(mapper).put(slot, new Shown(frame, readOnly));
        }
        return OKAY;
    }

    /** A failure after the bits were set: they are taken back, those that nothing else justifies. */
    private int failed(int granter, Entry e, Pinned held, boolean readOnly) {
        if (held == null) {
            return rolledBack(granter, e, readOnly, GENERAL_ERROR);
        }
        if (!readOnly && held.writers == 0) {
            g.set(granter, e, RD);
            g.clear(granter, e, WR);
        }
        return GENERAL_ERROR;
    }

    private int rolledBack(int granter, Entry e, boolean readOnly, int status) {
        g.clear(granter, e, readOnly ? RD : RD | WR);
        return status;
    }

    /** @param bus the frame whose bus address is given, -1 for none; a page that does not exist is a wrong one */
    int unmap(int mapper, int name, int slot, boolean byEntry, int bus) {
        Mapping m = g.mappings.get(mapper).get(name);
        if (m == null) {
            return BAD_HANDLE;
        }
        if (m.device() && bus >= 0 && bus != m.frame()) {
            return BAD_DEV_ADDR;
        }
        boolean takesHost = m.host() && slot != NO_ADDRESS;
        if (takesHost) {
            Shown there = g.slots.get(mapper).get(slot);
            if (byEntry != m.byEntry() || !new Shown(m.frame(), m.readOnly()).equals(there)) {
                return GENERAL_ERROR;
            }
            g.slots.get(mapper).remove(slot);
        }
        boolean host = m.host() && !takesHost;
        boolean device = m.device() && bus < 0;
        Mapping left = new Mapping(m.granter(), m.ref(), m.frame(), host, device, m.readOnly(), m.byEntry());
        g.mappings.get(mapper).put(name, left);
        if (!host && !device) {
            g.mappings.get(mapper).remove(name);
            g.unpin(m.granter(), m.ref(), m.readOnly());
        }
        return OKAY;
    }
}
