package dev.moat.xen.abstraction;

import dev.moat.grant.Pins;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.xen.call.CopyCall;
import dev.moat.xen.host.CopySide;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The holds of copies in flight: for every CPU its source, its destination and, where entries may be transitive, the entries
 * that these lead to. They have pins and references, and no right of any device hangs on them.
 */
final class CopyHolds {
    private static final int SIDES = 2;

    private final XenState xen;
    private final int perCpu;

    CopyHolds(XenState xen) {
        this.xen = xen;
        perCpu = !xen.setting.grantTables().copy()
                ? 0
                : xen.setting.grantTables().partial() ? 2 * SIDES : SIDES;
    }

    List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (String cpu :
                perCpu == 0 ? List.<String>of() : xen.pc.index().get(0).labels()) {
            labels.add(cpu + ".source");
            labels.add(cpu + ".destination");
            if (perCpu > SIDES) {
                labels.add(cpu + ".source-origin");
                labels.add(cpu + ".destination-origin");
            }
        }
        return labels;
    }

    /**
     * What copies in flight still touch, by which entries, and whose it was.
     *
     * @param first the first of these holds among all
     */
    void declare(Abstraction to, Sort holds, Sort entries, int first, IntUnaryOperator entryIndex) {
        Relation.Reads reads = (p, k, b, c, d, e) -> {
            if (k >= first) {
                read(p, k - first);
            }
        };
        List<Sort> frame = List.of(holds, xen.memory.frames);
        to.relation("copyR", frame, (s, k, f, c, d, e) -> k >= first && touches(s, k - first, f, false), reads);
        to.relation("copyW", frame, (s, k, f, c, d, e) -> k >= first && touches(s, k - first, f, true), reads);
        to.relation(
                "lentBy",
                List.of(holds, xen.domains),
                (s, k, d, c, e, f) -> k >= first && isLentBy(s, k - first, d),
                reads);
        to.relation(
                "via",
                List.of(holds, entries),
                (s, k, g, c, d, e) -> k >= first && via(s, k - first) == entryIndex.applyAsInt(g),
                reads);
    }

    /**
     * What copies write next: their checks are behind them, and nothing stands between them and the frame.
     *
     * @param move the program counter of a copy that moves its bytes next
     */
    void declareStores(Abstraction to, Sort holds, int first, int move) {
        to.relation(
                "copyStores",
                List.of(holds, xen.memory.frames),
                (s, k, f, c, d, e) ->
                        k >= first && xen.pc.get(s, cpu(k - first)) == move && touches(s, k - first, f, true),
                (p, k, f, c, d, e) -> {
                    if (k >= first) {
                        read(p, k - first);
                    }
                });
    }

    private int cpu(int hold) {
        return hold / perCpu;
    }

    /** {@link CopyCall#SOURCE} or {@link CopyCall#DESTINATION}. */
    int bit(int hold) {
        return hold % SIDES == 0 ? CopyCall.SOURCE : CopyCall.DESTINATION;
    }

    private boolean isOrigin(int hold) {
        return hold % perCpu >= SIDES;
    }

    private int side(long[] s, int hold) {
        return (int) (bit(hold) == CopyCall.SOURCE ? xen.copy.source : xen.copy.destination).get(s, cpu(hold));
    }

    private boolean isTaken(long[] s, int hold) {
        return xen.pc.get(s, cpu(hold)) != 0 && xen.copy.has(s, cpu(hold), bit(hold));
    }

    /** The entry that the copy was let in by, whether it is pinned or not; -1 for none. */
    int via(long[] s, int hold) {
        int side = side(s, hold);
        boolean copies = xen.pc.get(s, cpu(hold)) != 0 && xen.hypercall.hasCaller(s, cpu(hold));
        if (!copies || !CopySide.isGrant(side) || CopySide.domain(side, 0) >= xen.domains.size()) {
            return -1;
        }
        int entry = xen.grants.index(CopySide.domain(side, xen.hypercall.caller(s, cpu(hold))), CopySide.number(side));
        if (!isOrigin(hold)) {
            return entry;
        }
        int origin = xen.grants.ranges.origin(s, entry);
        return origin < 0 ? -1 : xen.grants.index(origin, xen.grants.ranges.originRef(s, entry));
    }

    /** The sides that are pinned: the host's, or none. */
    int sides(long[] s, int hold) {
        return isTaken(s, hold) && via(s, hold) >= 0 ? Pins.HOST : 0;
    }

    /** References to a frame. */
    int references(long[] s, int hold, int frame) {
        if (isOrigin(hold) || !isTaken(s, hold)) {
            return 0;
        }
        int via = via(s, hold);
        boolean is = via < 0
                ? CopySide.number(side(s, hold)) == frame
                : xen.grants.pin.get(s, via) != 0 && xen.grants.activeFrame.get(s, via) == frame;
        return is ? 1 : 0;
    }

    /** Whether one of them is for writing, which the frame's type counts. */
    boolean isUse(long[] s, int hold) {
        return bit(hold) == CopyCall.DESTINATION && xen.copy.has(s, cpu(hold), CopyCall.TYPE);
    }

    /** Whether the frame will be read, or written, by this hold's side of a copy. */
    private boolean touches(long[] s, int hold, int frame, boolean write) {
        return !isOrigin(hold)
                && xen.pc.get(s, cpu(hold)) != 0
                && (bit(hold) == CopyCall.DESTINATION) == write
                && xen.copy.touched(s, cpu(hold), bit(hold)) == frame;
    }

    /** Whether that frame was this domain's when it was taken. */
    private boolean isLentBy(long[] s, int hold, int domain) {
        return !isOrigin(hold)
                && xen.pc.get(s, cpu(hold)) != 0
                && xen.copy.touched(s, cpu(hold), bit(hold)) >= 0
                && xen.copy.lender(s, cpu(hold), bit(hold)) == domain;
    }

    void read(Footprint p, int hold) {
        p.one(xen.pc, cpu(hold));
        xen.copy.read(p, cpu(hold));
        xen.hypercall.readCaller(p, cpu(hold));
        xen.grants.ranges.read(p);
    }
}
