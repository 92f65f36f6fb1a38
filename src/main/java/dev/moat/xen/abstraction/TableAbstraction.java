package dev.moat.xen.abstraction;

import dev.moat.iommu.vtd.Translation;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * The I/O tables in the vocabulary, as software has stored them: what the walker sees late has to be stale, not right.
 * Where tables are there from the start, entries above level 1 are written at the start only, so a page's leaf is the one of
 * its own tree; where they are frames, also which frames are tables, and which of them a walk can come to.
 */
final class TableAbstraction {
    private final XenState x;
    private final Abstraction to;

    TableAbstraction(XenState x, Abstraction to) {
        this.x = x;
        this.to = to;
    }

    void declare() {
        List<Sort> places = List.of(x.unit.geometry().trees(), x.unit.geometry().pages(), x.memory.frames);
        Relation.Reads reads = (footprint, sp, p, f, d, e) -> {
            footprint.all(x.unit.directory);
            if (x.pool.on()) {
                footprint.all(x.unit.leaf);
            } else {
                footprint.one(x.unit.leaf, x.unit.map().leafElement(sp, p));
            }
        };
        to.relation("mapR", places, (s, sp, p, f, d, e) -> maps(s, sp, p, f, false), reads);
        to.relation("mapW", places, (s, sp, p, f, d, e) -> maps(s, sp, p, f, true), reads);
        pages();
    }

    private boolean maps(long[] s, int space, int page, int frame, boolean write) {
        long answer = x.units.walk(0).lookUpStored(s, space, x.unit.geometry().pageNumber(page), write);
        return Translation.reachesMemory(answer) && x.unit.geometry().frameAt(Translation.FRAME.get(answer)) == frame;
    }

    private void pages() {
        List<Sort> frame = List.of(x.memory.frames);
        to.relation(
                "ioTable", frame, (s, f, b, c, d, e) -> x.pool.isTable(s, x.memory, f), (footprint, f, b, c, d, e) -> {
                    if (x.pool.on()) {
                        footprint.one(x.memory.state, f);
                    }
                });
        to.relation(
                "walked",
                frame,
                (s, f, b, c, d, e) -> x.pool.on() && x.unit.leaves.isWalked(s, f),
                (footprint, f, b, c, d, e) -> {
                    if (x.pool.on()) {
                        footprint
                                .all(x.unit.directory)
                                .all(x.unit.paging.rights)
                                .all(x.unit.paging.table);
                    }
                });
    }
}
