package dev.moat.xen.twin;

import static dev.moat.xen.twin.SlowGrants.BAD_DOMAIN;
import static dev.moat.xen.twin.SlowGrants.BAD_PAGE;
import static dev.moat.xen.twin.SlowGrants.GENERAL_ERROR;
import static dev.moat.xen.twin.SlowGrants.OKAY;
import static dev.moat.xen.twin.SlowGrants.SELF;

import dev.moat.xen.twin.SlowGrants.Entry;
import dev.moat.xen.twin.SlowGrants.Mapping;
import dev.moat.xen.twin.SlowGrants.Shown;
import java.util.ArrayList;

/** Pages that change hands, guests' own mappings, and domains that end; see {@link SlowGrants}. */
final class SlowFrames {
    private static final int ACCEPTS = 2;
    private static final int COMPLETED = 0xe;

    private final SlowGrants g;

    SlowFrames(SlowGrants g) {
        this.g = g;
    }

    /** Whether a page is mapped anywhere, by a guest's page table entry or for its devices. */
    boolean isReferred(int frame) {
        for (int d = 0; d < g.domains; d++) {
            boolean shown = g.slots.get(d).values().stream().anyMatch(at -> at.frame() == frame);
            if (shown || g.mappings.get(d).values().stream().anyMatch(m -> m.device() && m.frame() == frame)) {
                return true;
            }
        }
        return false;
    }

    /** A page that is not given back was lost: it is nobody's. */
    int transfer(int caller, long frame, int to, int ref) {
        if (!g.owns(caller, frame) || g.isTable[(int) frame] || isReferred((int) frame)) {
            return BAD_PAGE;
        }
        g.owner[(int) frame] = -1;
        if (to == SELF || !g.exists(to)) {
            return BAD_DOMAIN;
        }
        if (g.dying[to] || ref >= g.entries(to)) {
            return GENERAL_ERROR;
        }
        Entry e = g.entry(to, ref);
        if (e.flags != ACCEPTS || e.domid != caller) {
            return GENERAL_ERROR;
        }
        e.flags = COMPLETED;
        e.frame = frame;
        e.tref = (int) frame;
        g.owner[(int) frame] = to;
        return OKAY;
    }

    /** A guest maps a page of its own, in place of whatever was there. */
    void ownMap(int domain, int slot, int frame, boolean readOnly) {
        g.slots.get(domain).put(slot, new Shown(frame, readOnly, SlowGrants.USER));
    }

    void ownUnmap(int domain, int slot) {
        g.slots.get(domain).remove(slot);
    }

    /**
     * What it has mapped is unmapped at once; its own pages go, but for those that others have mapped, and
     * none of them is a page table any more.
     */
    void destroy(int domain) {
        g.dying[domain] = true;
        for (Mapping m : new ArrayList<>(g.mappings.get(domain).values())) {
            g.unpin(m.granter(), m.ref(), m.readOnly());
        }
        for (int f = 0; f < g.pages; f++) {
            g.isTable[f] &= g.owner[f] != domain;
        }
        g.mappings.get(domain).clear();
        g.slots.get(domain).clear();
    }

    /** Pages of a domain that ends go with the last that refers to them, and the domain with the last page. */
    void settle() {
        for (int f = 0; f < g.pages; f++) {
            if (g.owner[f] >= 0 && g.dying[g.owner[f]] && !isReferred(f)) {
                g.owner[f] = -1;
            }
        }
    }
}
