package dev.moat.xen.abstraction;

import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.xen.state.XenState;
import java.util.List;

/** What devices are refused although the tables allow it, and what is still owed before a map returns, in the vocabulary. */
final class RefusalAbstraction {
    private final XenState x;
    private final Abstraction to;
    private final Sort tags;
    private final Sort pages;

    RefusalAbstraction(XenState x, Abstraction to) {
        this.x = x;
        this.to = to;
        tags = x.unit.geometry().tags();
        pages = x.unit.geometry().pages();
    }

    /** Whether a request is refused although the stored tables allow it. It may depend on everything that the unit keeps. */
    void declare() {
        List<Sort> places = List.of(x.requesters, pages);
        Relation.Reads reads = (footprint, q, p, c, d, e) -> {
            VtdUnit at = x.units.state(x.units.of(q));
            footprint.all(at.gsts).all(at.rtAddr).all(at.rootLo).all(at.rootHi);
            footprint.all(at.contextLo).all(at.contextHi).all(at.cachedLo).all(at.cachedHi);
            footprint.all(at.leaf).all(at.directory);
            footprint.all(at.cachedFailure).all(at.paging.rights).all(at.paging.table);
            footprint.all(at.late.stage).all(at.late.contextLoSeen).all(at.late.contextHiSeen);
            footprint.all(at.late.leafSeen).all(at.late.directorySeen);
            for (int t = 0; t < tags.size(); t++) {
                int i = t * pages.size() + p;
                footprint.one(at.iotlbRights, i).one(at.iotlbFrame, i);
                if (at.iotlbDenied.size() > 0) {
                    footprint.one(at.iotlbDenied, i);
                }
            }
        };
        to.relation(
                "blockedR", places, (s, q, p, c, d, e) -> x.units.cachesOf(q).blocked(s, q, p, false), reads);
        to.relation(
                "blockedW", places, (s, q, p, c, d, e) -> x.units.cachesOf(q).blocked(s, q, p, true), reads);
        to.relation(
                "owing",
                List.of(x.domains, pages),
                (s, d, p, c, e, f) -> owes(s, d, p),
                (footprint, d, p, c, e, f) -> x.batch.readDebts(footprint));
    }

    /** The lock of the domain's table is held until a batch has paid, so no other call returns before it with the page. */
    private boolean owes(long[] s, int domain, int page) {
        for (int cpu = 0; cpu < x.setting.cpus(); cpu++) {
            if (x.batch.owes(s, cpu, page) && x.batch.mapper(s, cpu) == domain) {
                return true;
            }
        }
        return false;
    }
}
