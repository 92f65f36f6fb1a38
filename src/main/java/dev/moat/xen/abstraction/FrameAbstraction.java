package dev.moat.xen.abstraction;

import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.xen.state.XenState;
import java.util.List;

/** What frames are used for, in the vocabulary. Without page types every owned frame is writable. */
final class FrameAbstraction {
    private final XenState x;
    private final Abstraction to;

    FrameAbstraction(XenState x, Abstraction to) {
        this.x = x;
        this.to = to;
    }

    void declare() {
        List<Sort> frame = List.of(x.memory.frames);
        Relation.Reads type = (p, f, b, c, d, e) -> {
            if (x.types.on()) {
                p.one(x.types.type, f).one(x.types.changing, f);
            }
        };
        to.relation("notdma", frame, (s, f, b, c, d, e) -> isOutOfReach(s, f), (p, f, b, c, d, e) -> {
            type.add(p, f, b, c, d, e);
            x.statusFrames.read(p);
        });
        to.relation(
                "ownPte",
                List.of(x.domains, x.memory.frames),
                (s, d, f, b, c, e) -> x.statusFrames.isMapped(s, d, f),
                (p, d, f, b, c, e) -> x.statusFrames.read(p));
        to.relation(
                "free",
                frame,
                (s, f, b, c, d, e) -> x.memory.state.get(s, f) == Frames.FREE,
                (p, f, b, c, d, e) -> p.one(x.memory.state, f));
        to.relation("table", frame, (s, f, b, c, d, e) -> x.types.isTable(s, f), type);
        to.relation("settling", frame, (s, f, b, c, d, e) -> isSettling(s, f), (p, f, b, c, d, e) -> {
            p.one(x.memory.state, f).one(x.memory.references, f);
            if (x.types.on()) {
                p.one(x.types.changing, f);
            }
            if (x.dying.size() > 0) {
                p.one(x.memory.owner, f).all(x.dying);
            }
        });
    }

    /** A page table, once it is one completely, and Xen's own memory. */
    private boolean isOutOfReach(long[] s, int frame) {
        return x.types.isTable(s, frame)
                || (x.types.on() && x.types.type.get(s, frame) == PageTypes.SHARED)
                || x.statusFrames.isOne(s, frame);
    }

    private boolean isSettling(long[] s, int frame) {
        int owner = (int) x.memory.owner.get(s, frame) - 1;
        return x.types.isChanging(s, frame) || x.memory.isUnused(s, frame) || (owner >= 0 && x.isDying(s, owner));
    }
}
