package dev.moat.xen.twin;

import static dev.moat.xen.twin.SlowGrants.AVAILABLE;
import static dev.moat.xen.twin.SlowGrants.BAD_DEV_ADDR;
import static dev.moat.xen.twin.SlowGrants.BAD_DOMAIN;
import static dev.moat.xen.twin.SlowGrants.BAD_GNTREF;
import static dev.moat.xen.twin.SlowGrants.BAD_HANDLE;
import static dev.moat.xen.twin.SlowGrants.BAD_PAGE;
import static dev.moat.xen.twin.SlowGrants.GENERAL_ERROR;
import static dev.moat.xen.twin.SlowGrants.NO_ADDRESS;
import static dev.moat.xen.twin.SlowGrants.NO_SPACE;
import static dev.moat.xen.twin.SlowGrants.OKAY;
import static dev.moat.xen.twin.SlowGrants.PAGE;
import static dev.moat.xen.twin.SlowGrants.RD;
import static dev.moat.xen.twin.SlowGrants.READONLY;
import static dev.moat.xen.twin.SlowGrants.SUB_PAGE;
import static dev.moat.xen.twin.SlowGrants.USER;
import static dev.moat.xen.twin.SlowGrants.WR;

import dev.moat.xen.twin.SlowGrants.Entry;
import dev.moat.xen.twin.SlowGrants.Mapping;
import dev.moat.xen.twin.SlowGrants.Pinned;
import dev.moat.xen.twin.SlowGrants.Shown;
import java.util.List;

/** Map and unmap, from the recorder's summary; see {@link SlowGrants}. */
final class SlowMaps {
    private static final int DEVICE = 1;
    private static final int HOST = 2;
    private static final int READ_ONLY = 4;
    private static final int BY_ENTRY = 0x10;

    private final SlowGrants g;

    SlowMaps(SlowGrants g) {
        this.g = g;
    }

    /** The handle of the last map that succeeded. */
    int handle;

    /** @param slot -1 for an address at which nothing can be mapped in the way that the flags say */
    int map(int mapper, int granter, int ref, int flags, int slot) {
        if ((flags & (DEVICE | HOST)) == 0) {
            return BAD_GNTREF;
        }
        if (!g.exists(granter)) {
            return BAD_DOMAIN;
        }
        int taken = g.handles.get(mapper).take();
        if (taken < 0) {
            return NO_SPACE;
        }
        int status = map(mapper, granter, ref, flags, slot, taken);
        if (status == OKAY) {
            handle = taken;
        } else {
            g.handles.get(mapper).put(taken);
        }
        return status;
    }

    private int map(int mapper, int granter, int ref, int flags, int slot, int taken) {
        boolean device = (flags & DEVICE) != 0;
        boolean host = (flags & HOST) != 0;
        boolean readOnly = (flags & READ_ONLY) != 0;
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
        if (held != null && !g.owns(granter, frame)) {
            return failed(granter, e, held, readOnly);
        }
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
        g.mappings
                .get(mapper)
                .put(taken, new Mapping(granter, ref, frame, host, device, readOnly, (flags & BY_ENTRY) != 0));
        if (host) {
            g.slots.get(mapper).put(slot, new Shown(frame, readOnly, flags & (USER | AVAILABLE)));
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
    int unmap(int mapper, int handle, int slot, boolean byEntry, int bus) {
        Mapping m = g.mappings.get(mapper).get(handle);
        if (m == null) {
            return BAD_HANDLE;
        }
        if (m.device() && bus >= 0 && bus != m.frame()) {
            return BAD_DEV_ADDR;
        }
        boolean takesHost = m.host() && slot != NO_ADDRESS;
        if (takesHost) {
            if (!isAt(mapper, m, slot, byEntry)) {
                return GENERAL_ERROR;
            }
            g.slots.get(mapper).remove(slot);
        }
        leave(mapper, handle, m.host() && !takesHost, m.device() && bus < 0);
        return OKAY;
    }

    private boolean isAt(int mapper, Mapping m, int slot, boolean byEntry) {
        Shown there = g.slots.get(mapper).get(slot);
        return byEntry == m.byEntry() && there != null && there.maps(m);
    }

    /** The halves of a mapping that stay; without any it is over. */
    private void leave(int mapper, int handle, boolean host, boolean device) {
        Mapping m = g.mappings.get(mapper).get(handle);
        g.mappings
                .get(mapper)
                .put(handle, new Mapping(m.granter(), m.ref(), m.frame(), host, device, m.readOnly(), m.byEntry()));
        if (!host && !device) {
            g.mappings.get(mapper).remove(handle);
            g.handles.get(mapper).put(handle);
            g.unpin(m.granter(), m.ref(), m.readOnly());
        }
    }

    /** @param replacement the slot whose mapping is moved, {@link SlowGrants#NO_ADDRESS} for none, -1 for a bad address */
    int unmapAndReplace(int mapper, int handle, int slot, boolean byEntry, int replacement) {
        Mapping m = g.mappings.get(mapper).get(handle);
        if (m == null) {
            return BAD_HANDLE;
        }
        if (!m.host() || slot == NO_ADDRESS) {
            return OKAY;
        }
        if (replacement == NO_ADDRESS) {
            return unmap(mapper, handle, slot, byEntry, -1);
        }
        if (replacement < 0 || m.byEntry()) {
            return GENERAL_ERROR;
        }
        Shown moved = g.slots.get(mapper).remove(replacement);
        if (!isAt(mapper, m, slot, byEntry)) {
            return GENERAL_ERROR;
        }
        if (moved == null) {
            g.slots.get(mapper).remove(slot);
        } else {
            g.slots.get(mapper).put(slot, moved);
        }
        leave(mapper, handle, false, m.device());
        return OKAY;
    }
}
