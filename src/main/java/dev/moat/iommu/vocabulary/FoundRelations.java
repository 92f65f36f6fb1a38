package dev.moat.iommu.vocabulary;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import java.util.List;

/** What the discipline asks of software that keeps no books of it, read off the units where its actions are found from what differs. */
public final class FoundRelations {
    private FoundRelations() {}

    /** {@code undrained}: a device has an entry, in memory or cached, or something in flight. */
    public static void drains(Iommu iommu, Abstraction to) {
        Sizes sizes = iommu.sizes();
        Sort units = sizes.requesters().units();
        Sort requesters = sizes.requesters().sort();
        to.relation(
                "undrained",
                List.of(units, requesters),
                (s, u, q, c, d, e) -> isLed(iommu, s, u, q),
                (footprint, u, q, c, d, e) -> {
                    iommu.meaning().readEntry(footprint, q);
                    iommu.meaning().readCachedEntry(footprint, u, q);
                    iommu.meaning().readFlight(footprint, u, q);
                });
    }

    private static boolean isLed(Iommu iommu, long[] s, int unit, int requester) {
        if (iommu.meaning().isWalking(s, unit, requester)) {
            return true;
        }
        for (int space = 0; space < iommu.sizes().spaces().sort().size(); space++) {
            for (int tag = 0; tag < iommu.tags().sort().size(); tag++) {
                boolean there =
                        iommu.unitOf(requester) == unit && iommu.meaning().leads(s, requester, space, tag);
                if (there || iommu.meaning().mayLead(s, unit, requester, space, tag)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * {@code mayR}, {@code mayW} where a store may be unseen for a while: the entry that a unit still reads is as good as cached, for
     * devices that are led to its table. Elsewhere they stay as they are.
     */
    public static void unseenStores(Iommu iommu, Abstraction from, Abstraction to) {
        if (iommu.capabilities().stores().late()) {
            unseenStores(iommu, from.relation("mayR").orElseThrow(), Rights.READ, to);
            unseenStores(iommu, from.relation("mayW").orElseThrow(), Rights.WRITE, to);
        }
    }

    private static void unseenStores(Iommu iommu, Relation may, int right, Abstraction to) {
        to.relation(
                may.name(),
                may.places(),
                (s, u, t, p, f, e) -> {
                    boolean found = may.code().holds(s, u, t, p, f, 0);
                    for (int space = 0; space < iommu.sizes().spaces().sort().size() && !found; space++) {
                        found = iommu.tags().of(s, space, u) == t
                                && (iommu.meaning().unseenRights(s, space, p) & right) != 0
                                && iommu.meaning().unseenFrame(s, space, p) == f
                                && isAnyLed(iommu, s, u, space, t);
                    }
                    return found;
                },
                (footprint, u, t, p, f, e) -> {
                    may.reads().add(footprint, u, t, p, f, 0);
                    iommu.tags().read(footprint);
                    for (int space = 0; space < iommu.sizes().spaces().sort().size(); space++) {
                        iommu.meaning().readUnseen(footprint, space, p);
                    }
                    for (int q = 0; q < iommu.sizes().requesters().sort().size(); q++) {
                        iommu.meaning().readEntry(footprint, q);
                        iommu.meaning().readCachedEntry(footprint, u, q);
                    }
                });
    }

    private static boolean isAnyLed(Iommu iommu, long[] s, int unit, int space, int tag) {
        for (int q = 0; q < iommu.sizes().requesters().sort().size(); q++) {
            boolean there = iommu.unitOf(q) == unit && iommu.meaning().leads(s, q, space, tag);
            if (there || iommu.meaning().mayLead(s, unit, q, space, tag)) {
                return true;
            }
        }
        return false;
    }

    /** {@code dirtyW}: what is owed is owed for the right to write too. */
    public static void debtsForWriting(Abstraction from, Abstraction to) {
        Relation dirty = from.relation("dirty").orElseThrow();
        to.relation("dirtyW", dirty.places(), dirty.code(), dirty.reads());
    }

    /**
     * {@code names}, where a domain's space has its number: a page is where a frame is found while the table, a cache or a request in flight
     * knows the frame there.
     *
     * @param from has relations of the same name for invariants
     */
    public static void known(Iommu iommu, Abstraction from, Abstraction to) {
        Sizes sizes = iommu.sizes();
        List<Relation> entries = List.of(relation("mapR", from, to), relation("mapW", from, to));
        List<Relation> caches = List.of(relation("mayR", from, to), relation("mayW", from, to));
        List<Relation> flights = List.of(relation("flyR", from, to), relation("flyW", from, to));
        int requesters = sizes.requesters().sort().size();
        int units = sizes.requesters().units().size();
        to.relation(
                "names",
                from.relation("names").orElseThrow().places(),
                (s, d, p, f, c, e) -> {
                    boolean known = entries.stream().anyMatch(r -> r.code().holds(s, d, p, f, 0, 0));
                    for (int u = 0; u < units && !known; u++) {
                        int unit = u;
                        int tag = iommu.tags().of(s, d, u);
                        known = tag >= 0
                                && caches.stream().anyMatch(r -> r.code().holds(s, unit, tag, p, f, 0));
                        for (int q = 0; q < requesters && tag >= 0 && !known; q++) {
                            int requester = q;
                            known = flights.stream().anyMatch(r -> r.code().holds(s, unit, requester, tag, p, f));
                        }
                    }
                    return known;
                },
                (footprint, d, p, f, c, e) -> {
                    iommu.tags().read(footprint);
                    entries.forEach(r -> r.reads().add(footprint, d, p, f, 0, 0));
                    for (int u = 0; u < units; u++) {
                        for (int t = 0; t < iommu.tags().sort().size(); t++) {
                            int unit = u;
                            int tag = t;
                            caches.forEach(r -> r.reads().add(footprint, unit, tag, p, f, 0));
                            for (int q = 0; q < requesters; q++) {
                                int requester = q;
                                flights.forEach(r -> r.reads().add(footprint, unit, requester, tag, p, f));
                            }
                        }
                    }
                });
    }

    /** One that means something else to the discipline, or what it means to invariants. */
    private static Relation relation(String name, Abstraction from, Abstraction to) {
        return to.relation(name).orElseGet(() -> from.relation(name).orElseThrow());
    }

    /** Some relation whose atoms read nothing. */
    public static void constant(Abstraction to, String name, List<Sort> places, RelationCode code) {
        to.relation(name, places, code, (footprint, a, b, c, d, e) -> {});
    }
}
