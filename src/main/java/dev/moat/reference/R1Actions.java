package dev.moat.reference;

import static dev.moat.reference.R1State.READ_WRITE;

import dev.moat.model.Action;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Decision;
import dev.moat.model.program.Filter;
import dev.moat.state.Sort;
import java.util.List;

/** The eight actions of R1; guards and effects in the order of the reference page's table. */
final class R1Actions {
    private static final Decision NO = (s, a, b, c) -> 0;

    private final R1State r1;
    private final ModelBuilder model;
    /** Each answers 1 when the named defect is injected. */
    private final Decision freeKeepsTable;

    private final Decision freeKeepsCache;
    private final Decision unmapKeepsTable;
    private final Decision unmapNoInvalidation;
    private final Decision demotionNotInvalidated;
    private final Decision ignoresReadOnly;

    R1Actions(R1State r1, ModelBuilder model) {
        this.r1 = r1;
        this.model = model;
        freeKeepsTable = model.decision("free.keeps-table-entry", NO);
        freeKeepsCache = model.decision("free.keeps-cache-entry", NO);
        unmapKeepsTable = model.decision("unmap.keeps-table-entry", NO);
        unmapNoInvalidation = model.decision("unmap.no-invalidation", NO);
        demotionNotInvalidated = model.decision("unmap.demotion-not-invalidated", NO);
        ignoresReadOnly = model.decision("map.ignores-read-only", NO);
    }

    void declare() {
        Argument d = new Argument("d", r1.domains);
        Argument r = new Argument("r", r1.refs);
        Argument f = new Argument("f", r1.frames);
        Argument to = new Argument("to", r1.domains);
        Argument x = new Argument("x", r1.domains);
        Argument h = new Argument("h", r1.handles);
        Argument mode = new Argument("mode", new Sort("Mode", List.of("rw", "ro")));
        Argument access = new Argument("access", new Sort("Access", List.of("read", "write")));
        add("grant", Actor.GUEST, List.of(d, r, to, f, mode), (a, b, c, e, g) -> a != c, this::grant);
        add("endAccess", Actor.GUEST, List.of(d, r), ModelBuilder.all(), (s, a, b, c, e, g) -> endAccess(s, a, b));
        add("map", Actor.HYPERVISOR, List.of(x, h, d, r, mode), (a, b, c, e, g) -> a != c, this::map);
        add("unmap", Actor.HYPERVISOR, List.of(x, h), ModelBuilder.all(), (s, a, b, c, e, g) -> unmap(s, a, b));
        add("dma", Actor.DEVICE, List.of(d, f, access), ModelBuilder.all(), (s, a, b, c, e, g) -> dma(s, a, b, c));
        add("evict", Actor.IOMMU, List.of(d, f), ModelBuilder.all(), (s, a, b, c, e, g) -> evict(s, a, b));
        add("free", Actor.HYPERVISOR, List.of(d, f), ModelBuilder.all(), (s, a, b, c, e, g) -> free(s, a, b));
        add("alloc", Actor.HYPERVISOR, List.of(d, f), ModelBuilder.all(), (s, a, b, c, e, g) -> alloc(s, a, b));
    }

    private void add(String name, Actor actor, List<Argument> arguments, Filter filter, Guarded code) {
        model.action(new Action(
                name, actor, arguments, filter, code, false, name.equals("endAccess") ? "end-access" : name));
    }

    private boolean grant(long[] s, int d, int r, int to, int f, int ro) {
        if (r1.grantTo.get(s, d, r) != 0 || r1.owner.get(s, f) != d + 1) {
            return false;
        }
        r1.grantTo.set(s, d, r, to + 1);
        r1.grantFrame.set(s, d, r, f);
        r1.grantReadOnly.set(s, d, r, ro);
        return true;
    }

    private boolean endAccess(long[] s, int d, int r) {
        if (r1.grantTo.get(s, d, r) == 0 || r1.isNamed(s, d, r)) {
            return false;
        }
        r1.grantTo.set(s, d, r, 0);
        r1.grantFrame.set(s, d, r, 0);
        r1.grantReadOnly.set(s, d, r, 0);
        return true;
    }

    private boolean map(long[] s, int x, int h, int d, int r, int ro) {
        if (r1.grantTo.get(s, d, r) != x + 1 || r1.trackDomain.get(s, x, h) != 0) {
            return false;
        }
        int f = (int) r1.grantFrame.get(s, d, r);
        boolean permitted = ro >= r1.grantReadOnly.get(s, d, r) || ignoresReadOnly.decide(s, d, r, ro) != 0;
        if (!permitted || r1.owner.get(s, f) != d + 1) {
            return false;
        }
        r1.trackDomain.set(s, x, h, d + 1);
        r1.trackRef.set(s, x, h, r);
        r1.trackReadOnly.set(s, x, h, ro);
        int rights = r1.rights(s, x, f);
        long old = r1.pte.get(s, x, f);
        if (old != 0 && old != rights) {
            r1.tlb.set(s, x, f, 0);
        }
        r1.pte.set(s, x, f, rights);
        return true;
    }

    private boolean unmap(long[] s, int x, int h) {
        int granter = (int) r1.trackDomain.get(s, x, h) - 1;
        if (granter < 0) {
            return false;
        }
        int f = (int) r1.grantFrame.get(s, granter, (int) r1.trackRef.get(s, x, h));
        r1.trackDomain.set(s, x, h, 0);
        r1.trackRef.set(s, x, h, 0);
        r1.trackReadOnly.set(s, x, h, 0);
        int rights = r1.rights(s, x, f);
        boolean kept = unmapNoInvalidation.decide(s, x, f, rights) != 0
                || (rights > 0 && demotionNotInvalidated.decide(s, x, f, rights) != 0);
        if (rights < r1.pte.get(s, x, f) && !kept) {
            r1.tlb.set(s, x, f, 0);
        }
        if (unmapKeepsTable.decide(s, x, f, rights) == 0) {
            r1.pte.set(s, x, f, rights);
        }
        return true;
    }

    private boolean dma(long[] s, int d, int f, int write) {
        int wanted = write + 1;
        long entry = r1.pte.get(s, d, f);
        if (entry < wanted || r1.tlb.get(s, d, f) >= wanted) {
            return false;
        }
        r1.tlb.set(s, d, f, entry);
        return true;
    }

    private boolean evict(long[] s, int d, int f) {
        if (r1.tlb.get(s, d, f) == 0) {
            return false;
        }
        r1.tlb.set(s, d, f, 0);
        return true;
    }

    private boolean free(long[] s, int d, int f) {
        if (r1.owner.get(s, f) != d + 1 || r1.isMapped(s, f)) {
            return false;
        }
        r1.owner.set(s, f, 0);
        if (freeKeepsTable.decide(s, d, f, 0) == 0) {
            r1.pte.set(s, d, f, 0);
        }
        if (freeKeepsCache.decide(s, d, f, 0) == 0) {
            r1.tlb.set(s, d, f, 0);
        }
        return true;
    }

    private boolean alloc(long[] s, int d, int f) {
        if (r1.owner.get(s, f) != 0) {
            return false;
        }
        r1.owner.set(s, f, d + 1);
        r1.pte.set(s, d, f, READ_WRITE);
        return true;
    }
}
