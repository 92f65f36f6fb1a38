package dev.moat.reference;

import static dev.moat.reference.R1State.READ;
import static dev.moat.reference.R1State.READ_WRITE;

import dev.moat.model.ModelBuilder;
import dev.moat.state.relation.Claim;

/**
 * Which abstract actions R1's atomic actions are: each is several, one after the other. What a map takes out of a cache
 * without having to counts as an eviction.
 */
final class R1Claims {
    private static final int UNIT = 0;

    private final R1State r1;

    R1Claims(R1State r1) {
        this.r1 = r1;
    }

    void declare(ModelBuilder model) {
        model.claim("grant", (before, after, d, r, to, f, ro, claim) -> {
            claim.add(ro == 0 ? "grant" : "grant-ro", entry(d, r), to, f);
        });
        model.claim("end-access", (before, after, d, r, c, e, g, claim) -> claim.add("end-access", entry(d, r)));
        model.claim("map", this::map);
        model.claim("unmap", (before, after, x, h, c, e, g, claim) -> unmap(before, after, x, h, claim));
        model.claim("dma", (before, after, d, f, write, e, g, claim) -> {
            if (r1.tlb.get(before, d, f) != 0) {
                claim.add("evict", UNIT, d, f);
            }
            claim.add("walk", UNIT, d, d, d, f, f);
            claim.add("fill", UNIT, d, d, f, f);
        });
        model.claim("evict", (before, after, d, f, c, e, g, claim) -> claim.add("evict", UNIT, d, f));
        model.claim("free", (before, after, d, f, c, e, g, claim) -> {
            change(before, after, d, f, claim);
            claim.add("free", f, d);
        });
        model.claim("alloc", (before, after, d, f, c, e, g, claim) -> {
            claim.add("allocate", f, d);
            change(before, after, d, f, claim);
        });
    }

    private int entry(int domain, int ref) {
        return domain * r1.refCount + ref;
    }

    private void map(long[] before, long[] after, int x, int h, int d, int r, int ro, Claim claim) {
        int hold = x * r1.handleCount + h;
        int f = (int) r1.grantFrame.get(after, d, r);
        claim.add(ro == 0 ? "begin-open" : "begin-open-ro", hold, entry(d, r), d, x, f);
        change(before, after, x, f, claim);
        if (r1.tlb.get(before, x, f) != 0 && r1.tlb.get(after, x, f) == 0) {
            claim.add("evict", UNIT, x, f);
        }
        claim.add("open", hold);
    }

    private void unmap(long[] before, long[] after, int x, int h, Claim claim) {
        int hold = x * r1.handleCount + h;
        int granter = (int) r1.trackDomain.get(before, x, h) - 1;
        int f = (int) r1.grantFrame.get(before, granter, (int) r1.trackRef.get(before, x, h));
        claim.add("begin-close", hold);
        change(before, after, x, f, claim);
        claim.add("end-hold", hold, x, f);
    }

    /** An entry's change, and where it lost a right and nothing is cached any more, the invalidation from end to end. */
    private void change(long[] before, long[] after, int domain, int frame, Claim claim) {
        long old = r1.pte.get(before, domain, frame);
        long now = r1.pte.get(after, domain, frame);
        if (now > old && old == 0) {
            claim.add(now == READ_WRITE ? "set-entry" : "set-entry-ro", domain, frame, frame, domain);
        } else if (now > old) {
            claim.add("promote-entry", domain, frame, frame, domain);
        } else if (now < old) {
            claim.add(now != 0 ? "demote-entry" : old == READ ? "clear-entry-ro" : "clear-entry", domain, frame);
            if (r1.tlb.get(after, domain, frame) == 0) {
                int token = domain * r1.frameCount + frame;
                claim.add("submit", token);
                claim.add("complete-invalidation", token);
                claim.add("acknowledge", token);
            }
        }
    }
}
