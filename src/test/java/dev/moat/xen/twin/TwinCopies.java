package dev.moat.xen.twin;

import dev.moat.xen.host.CopySide;

/** Copies. */
final class TwinCopies {
    private final TwinMachines t;

    TwinCopies(TwinMachines t) {
        this.t = t;
    }

    private SlowCopies.Side side(int caller, int length) {
        boolean grant = t.roll(3) > 0;
        int domain = grant
                ? t.pick(
                        SlowGrants.SELF,
                        (caller + 1) % TwinMachines.DOMAINS,
                        (caller + 2) % TwinMachines.DOMAINS,
                        (caller + 1) % TwinMachines.DOMAINS)
                : SlowGrants.SELF;
        domain = t.roll(15) == 0 ? t.pick(TwinMachines.DOMAINS, 0, 1) : domain;
        int number = grant
                ? (t.roll(20) == 0 ? 5000 : t.ref())
                : t.roll(8) == 0 ? t.roll(TwinMachines.PAGES + 2) : caller + TwinMachines.DOMAINS;
        int[] granted = t.grantedTo(caller);
        if (grant && granted != null && t.roll(2) == 0) {
            domain = granted[0];
            number = granted[1];
        }
        int offset = t.pick(0, 0, 8, 16, length > 64 ? 0 : 4090);
        return new SlowCopies.Side(grant, domain, number, offset);
    }

    /** A first writer of what a domain that has been destroyed granted: no answer to that was recorded. */
    private boolean isDoubtful(int caller, SlowCopies.Side to) {
        int domain = to.domain() == SlowGrants.SELF ? caller : to.domain();
        if (!to.grant() || domain >= TwinMachines.DOMAINS || to.number() >= t.slow.entries(domain)) {
            return false;
        }
        SlowGrants.Entry e = t.slow.entry(domain, to.number());
        boolean leads = t.slow.version[domain] == 2 && (e.flags & 3) == 3 && e.tdom < TwinMachines.DOMAINS;
        return t.slow.dying[domain] || (leads && t.slow.dying[e.tdom]);
    }

    private static int argument(SlowCopies.Side side) {
        return side.grant()
                ? CopySide.grant(side.domain(), side.number())
                : CopySide.frame(side.domain(), side.number());
    }

    String copy() {
        int caller = t.alive();
        int length = t.pick(0, 1, 16, 64, 4096);
        SlowCopies.Side from = side(caller, length);
        SlowCopies.Side to = side(caller, length);
        if (isDoubtful(caller, to)) {
            return "";
        }
        int expected = t.slow.copies.copy(caller, from, to, length);
        noteKind(caller, from, expected);
        int offsets = from.offset() | to.offset() << Short.SIZE;
        return t.answers("copy", t.call("copy", caller, argument(from), argument(to), offsets, length), expected);
    }

    private void noteKind(int caller, SlowCopies.Side side, int expected) {
        int domain = side.domain() == SlowGrants.SELF ? caller : side.domain();
        if (side.grant()
                && domain < TwinMachines.DOMAINS
                && side.number() < TwinMachines.REFS
                && t.slow.version[domain] == 2) {
            int flags = t.slow.entry(domain, side.number()).flags;
            if ((flags & 3) == 3) {
                t.coverage.outcomes.add("copy through " + expected);
            } else if ((flags & 0x100) != 0) {
                t.coverage.outcomes.add("copy of a part " + expected);
            }
        }
    }
}
