package dev.moat.xen.abstraction;

import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
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
