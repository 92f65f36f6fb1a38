package dev.moat.xen.abstraction;

import dev.moat.grant.Pins;
import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import dev.moat.xen.state.XenState;
import java.util.List;

/** What grant entries offer, as their granters left them, in both versions. */
final class Offers {
    private final XenState xen;
    private final Abstraction to;
    private final List<Integer> granters;

    Offers(XenState xen, Abstraction to, List<Integer> granters) {
        this.xen = xen;
        this.to = to;
        this.granters = granters;
    }

    private int granter(int gref) {
        return granters.get(gref / xen.setting.refs());
    }

    private int index(int gref) {
        return xen.grants.index(granter(gref), gref % xen.setting.refs());
    }

    /** While an entry is pinned, what it offered when it was, whatever its granter has stored there since. */
    void whilePinned(Abstraction own) {
        Relation offer = to.relation("offer").orElseThrow();
        own.relation(
                "offer",
                offer.places(),
                (s, g, e, f, c, d) -> isPinned(s, g)
                        ? xen.grants.activeDomain.get(s, index(g)) == e && xen.grants.activeFrame.get(s, index(g)) == f
                        : offer.code().holds(s, g, e, f, 0, 0),
                (p, g, e, f, c, d) -> {
                    offer.reads().add(p, g, e, f, 0, 0);
                    p.one(xen.grants.pin, index(g));
                    p.one(xen.grants.activeDomain, index(g)).one(xen.grants.activeFrame, index(g));
                });
        Relation writes = to.relation("offerW").orElseThrow();
        Relation by = to.relation("by").orElseThrow();
        Relation holdW = to.relation("holdW").orElseThrow();
        int holds = by.places().get(0).size();
        RelationCode offered = (s, g, b, c, d, e) -> {
            boolean written = writes.code().holds(s, g, 0, 0, 0, 0);
            for (int k = 0; k < holds && !written; k++) {
                written = by.code().holds(s, k, g, 0, 0, 0) && holdW.code().holds(s, k, 0, 0, 0, 0);
            }
            return written || (isPinned(s, g) && hasWriter(s, g));
        };
        own.relation("offerW", writes.places(), offered, (p, g, b, c, d, e) -> {
            writes.reads().add(p, g, 0, 0, 0, 0);
            for (int k = 0; k < holds; k++) {
                by.reads().add(p, k, g, 0, 0, 0);
                holdW.reads().add(p, k, 0, 0, 0, 0);
            }
            p.one(xen.grants.pin, index(g));
        });
    }

    private boolean isPinned(long[] s, int gref) {
        return xen.grants.pin.get(s, index(gref)) != 0;
    }

    private boolean hasWriter(long[] s, int gref) {
        long pins = xen.grants.pin.get(s, index(gref));
        return xen.grants.pins.count(pins, Pins.HOST_WRITE) > 0 || xen.grants.pins.count(pins, Pins.DEVICE_WRITE) > 0;
    }

    /** A part of a page, and what another domain grants, is offered to copies only. */
    void declare(Sort entries) {
        Relation.Reads shared = (p, g, b, c, d, e) -> xen.grants.versions.read(p, granter(g), index(g));
        to.relation(
                "offer",
                List.of(entries, xen.domains, xen.memory.frames),
                (s, g, e, f, c, d) -> {
                    long entry = xen.grants.shared.get(s, index(g));
                    return SharedEntry.GTF_TYPE.get(entry) == SharedEntry.PERMIT_ACCESS
                            && !SharedEntry.GTF_SUB_PAGE.isSet(entry)
                            && SharedEntry.DOMID.get(entry) == e
                            && xen.grants.versions.frame(s, granter(g), index(g)) == f;
                },
                shared);
        to.relation(
                "offerW",
                List.of(entries),
                (s, g, b, c, d, e) -> {
                    long entry = xen.grants.shared.get(s, index(g));
                    long type = SharedEntry.GTF_TYPE.get(entry);
                    return (type == SharedEntry.PERMIT_ACCESS || type == SecondEntry.TRANSITIVE)
                            && !SharedEntry.GTF_READONLY.isSet(entry);
                },
                shared);
    }
}
