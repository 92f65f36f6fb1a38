package dev.moat.xen.twin;

import dev.moat.state.Slots;
import dev.moat.xen.host.CopySide;

/** Transfers, guests' own mappings, and domains that end. */
final class TwinFrames {
    private final TwinMachines t;
    private final Slots owner = TwinMachines.family("owner");

    TwinFrames(TwinMachines t) {
        this.t = t;
    }

    /** Not where a guest has cleared the page table entry of a mapping: what the pins mean then was not recorded. */
    String transfer() {
        int caller = t.alive();
        int frame = t.roll(4) > 0 ? t.ownedBy(caller) : t.roll(TwinMachines.PAGES + 2);
        int to = t.roll(8) == 0 ? t.pick(TwinMachines.DOMAINS, CopySide.DOMID_SELF) : t.roll(TwinMachines.DOMAINS);
        int ref = t.roll(20) == 0 ? 5000 : t.ref();
        int[] accepting = t.accepting(caller);
        if (accepting != null && t.roll(4) > 0) {
            to = accepting[0];
            ref = accepting[1];
        }
        if (t.hasLostMapping(caller)) {
            return "";
        }
        int expected = t.slow.frames.transfer(caller, frame, to == CopySide.DOMID_SELF ? SlowGrants.SELF : to, ref);
        return t.answers("transfer", t.call("transfer", caller, frame, to, ref), expected);
    }

    /** A guest changes one of its own page table entries. */
    String store() {
        int domain = t.alive();
        int slot = t.roll(TwinMachines.SLOTS);
        int frame = t.ownedBy(domain);
        boolean readOnly = t.roll(3) == 0;
        if (t.isLeftByTheDead(domain, slot)) {
            return "";
        }
        if (t.roll(3) == 0) {
            t.slow.frames.ownUnmap(domain, slot);
            return t.answers("own_unmap", t.call("own_unmap", domain, slot), 0);
        }
        if (!t.slow.owns(domain, frame) || (t.slow.isTable[frame] && !readOnly)) {
            return "";
        }
        t.slow.frames.ownMap(domain, slot, frame, readOnly);
        return t.answers("own_map", t.call("own_map", domain, slot, frame, readOnly ? 0 : 1), 0);
    }

    /** Not where a guest has cleared the page table entry of a mapping; as for transfers. */
    String destroy() {
        int domain = 1 + t.roll(TwinMachines.DOMAINS - 1);
        if (t.slow.dying[domain] || t.hasLostMapping(domain)) {
            return "";
        }
        t.slow.frames.destroy(domain);
        int fast = t.call("destroy", domain);
        t.slow.frames.settle();
        t.coverage.outcomes.add(t.slow.exists(domain) ? "zombie" : "gone");
        return t.answers("destroy", fast, 0);
    }

    /** Pages whose owners differ. */
    String owners() {
        for (int f = 0; f < TwinMachines.PAGES; f++) {
            if (owner.get(t.s, f) - 1 != t.slow.owner[f]) {
                return "owner of " + f + ": d" + (owner.get(t.s, f) - 1) + ", not d" + t.slow.owner[f];
            }
        }
        return "";
    }
}
