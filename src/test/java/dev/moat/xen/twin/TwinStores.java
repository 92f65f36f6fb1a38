package dev.moat.xen.twin;

import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.state.Slots;

/** What guests store to their entries. */
final class TwinStores {
    private final TwinMachines t;
    private final Slots shared = TwinMachines.family("shared");
    private final Slots high = TwinMachines.family("shared.high");

    TwinStores(TwinMachines t) {
        this.t = t;
    }

    String store() {
        int domain = t.alive();
        int ref = t.ref();
        if (ref >= t.slow.entries(domain)) {
            return "";
        }
        SlowGrants.Entry e = t.slow.entry(domain, ref);
        e.flags = t.pick(1, 1, 1, 5, 1, 5, 0x101, 0x101, 0x101, 3, 3, 3, 2, 2, 2, 0x19, 7);
        e.domid = t.roll(5) > 0 ? (domain + 1 + t.roll(2)) % TwinMachines.DOMAINS : t.roll(TwinMachines.DOMAINS + 1);
        e.frame = t.roll(6) > 0
                ? domain + TwinMachines.DOMAINS * t.roll(4)
                : t.pick(0, TwinMachines.PAGES, 0x7fffffff, 5);
        e.off = t.roll(2) * 8;
        e.len = t.pick(0, 64, 4096);
        e.tdom = t.roll(5) > 0 ? (domain + 1 + t.roll(2)) % TwinMachines.DOMAINS : t.roll(TwinMachines.DOMAINS + 1);
        e.tref = t.roll(6) == 0 ? 5000 : t.ref();
        int[] origin = t.grantedTo(domain);
        if ((e.flags & 3) == 3 && origin != null && t.roll(4) > 0) {
            e.tdom = origin[0];
            e.tref = origin[1];
        }
        write(domain, ref, e);
        return "";
    }

    /** The members overlap: what is the frame in one kind of entry is the reference in another. */
    private void write(int domain, int ref, SlowGrants.Entry e) {
        boolean leads = t.slow.version[domain] == 2 && (e.flags & 3) == 3;
        boolean part = t.slow.version[domain] == 2 && !leads && (e.flags & 0x100) != 0;
        e.frame = leads ? e.tref : e.frame;
        e.tref = (int) e.frame;
        e.off = leads ? e.tdom : part ? e.off : 0;
        e.len = part ? e.len : 0;
        e.tdom = e.off;
        t.note("store to d" + domain + " r" + ref + " " + Integer.toHexString(e.flags) + " d" + e.domid + " "
                + e.frame);
        if (t.slow.version[domain] == 2) {
            shared.set(t.s, domain, ref, SecondEntry.of(e.flags, e.domid, e.off, e.len));
            high.set(t.s, domain, ref, e.frame);
        } else {
            shared.set(t.s, domain, ref, SharedEntry.of(e.flags, e.domid, e.frame));
            e.off = 0;
            e.len = 0;
            e.tdom = 0;
        }
    }

    String storeFlags() {
        int domain = t.alive();
        int ref = t.ref();
        if (ref < t.slow.entries(domain)) {
            SlowGrants.Entry e = t.slow.entry(domain, ref);
            e.flags = t.pick(0, 1, 5, 0x101, 3);
            shared.set(t.s, domain, ref, SharedEntry.FLAGS.set(shared.get(t.s, domain, ref), e.flags));
        }
        return "";
    }

    /** Only the frame changes, as when a guest replaces a page while it is mapped. */
    String storeFrame() {
        int domain = t.alive();
        int ref = t.ref();
        if (ref < t.slow.entries(domain)) {
            SlowGrants.Entry e = t.slow.entry(domain, ref);
            e.frame = domain + TwinMachines.DOMAINS * (1 + t.roll(4));
            write(domain, ref, e);
        }
        return "";
    }
}
