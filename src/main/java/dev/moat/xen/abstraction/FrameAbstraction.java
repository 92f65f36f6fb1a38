package dev.moat.xen.abstraction;

import dev.moat.iommu.Rights;
import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.xen.state.XenState;
import java.util.List;

/** What frames are used for, in the vocabulary. Without page types every owned frame is writable. */
final class FrameAbstraction {
    private final XenState xen;
    private final Abstraction to;

    FrameAbstraction(XenState xen, Abstraction to) {
        this.xen = xen;
        this.to = to;
    }

    void declare() {
        List<Sort> frame = List.of(xen.memory.frames);
        Relation.Reads type = (p, f, b, c, d, e) -> {
            if (xen.types.on()) {
                p.one(xen.types.type, f).one(xen.types.changing, f);
            }
        };
        to.relation("notdma", frame, (s, f, b, c, d, e) -> isOutOfReach(s, f), (p, f, b, c, d, e) -> {
            type.add(p, f, b, c, d, e);
            xen.statusFrames.read(p);
        });
        to.relation(
                "ownPte",
                List.of(xen.domains, xen.memory.frames),
                (s, d, f, b, c, e) -> xen.statusFrames.isMapped(s, d, f),
                (p, d, f, b, c, e) -> xen.statusFrames.read(p));
        to.relation(
                "free",
                frame,
                (s, f, b, c, d, e) -> xen.memory.state.get(s, f) == Frames.FREE,
                (p, f, b, c, d, e) -> p.one(xen.memory.state, f));
        to.relation("table", frame, (s, f, b, c, d, e) -> xen.types.isTable(s, f), type);
        to.relation(
                "givenUp",
                frame,
                (s, f, b, c, d, e) -> xen.memory.isUnused(s, f),
                (p, f, b, c, d, e) -> p.one(xen.memory.state, f).one(xen.memory.references, f));
        to.relation("goesBack", frame, (s, f, b, c, d, e) -> goesBack(s, f), (p, f, b, c, d, e) -> readCalls(p, f));
        to.relation("settling", frame, (s, f, b, c, d, e) -> isSettling(s, f), (p, f, b, c, d, e) -> {
            p.one(xen.memory.state, f).one(xen.memory.references, f);
            xen.unity.read(p, f);
            if (xen.types.on()) {
                p.one(xen.types.changing, f);
            }
            if (xen.dying.size() > 0) {
                p.one(xen.memory.owner, f).all(xen.dying);
            }
        });
    }

    /** A page table, once it is one completely, and Xen's own memory. */
    private boolean isOutOfReach(long[] s, int frame) {
        return xen.types.isTable(s, frame)
                || (xen.types.on() && xen.types.type.get(s, frame) == PageTypes.SHARED)
                || xen.statusFrames.isOne(s, frame);
    }

    /** A call has it; or one left it, as a wait was given up, in the tables of its owner, whose devices may reach it, and it is there. */
    private boolean goesBack(long[] s, int frame) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            boolean hands = xen.hypercall.frame.size() > 0 && xen.hypercall.frame.get(s, cpu) == frame;
            if (xen.pc.get(s, cpu) != 0 && (hands || xen.operation.frame.get(s, cpu) == frame)) {
                return true;
            }
        }
        int owner = (int) xen.memory.owner.get(s, frame) - 1;
        return xen.memory.isLeft(s, frame)
                && owner >= 0
                && xen.domainTables.space(owner) >= 0
                && xen.ioTables.rights(s, xen.domainTables.space(owner), frame) != Rights.NONE;
    }

    private void readCalls(Footprint p, int frame) {
        p.all(xen.pc).all(xen.operation.frame).all(xen.hypercall.frame);
        if (xen.setting.framesMayBeLeft()) {
            p.one(xen.memory.owner, frame).one(xen.memory.left, frame);
            xen.ioTables.read(p);
        }
    }

    private boolean isSettling(long[] s, int frame) {
        int owner = (int) xen.memory.owner.get(s, frame) - 1;
        return xen.types.isChanging(s, frame)
                || xen.memory.isUnused(s, frame)
                || xen.unity.isSettling(s, frame)
                || (owner >= 0 && xen.isDying(s, owner));
    }
}
