package dev.moat.iommu.gart.family;

import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.gart.DmaAnswer;
import dev.moat.iommu.gart.GartGeometry;
import dev.moat.iommu.gart.GartGeometry.Part;
import dev.moat.iommu.gart.GartUnit;
import dev.moat.iommu.gart.GartWalk;
import dev.moat.iommu.gart.Gpte;
import dev.moat.iommu.gart.PtesInState;
import dev.moat.state.Footprint;

/** What the state of northbridges means. What leads to the scratch page gives no right to any memory that is modelled. */
final class GartMeaning implements Meaning {
    private final GartUnit unit;
    private final GartGeometry g;
    private final GartWalk walk;
    private final PtesInState ptes;
    private final GartTables tables;
    private final int pages;
    private final boolean flights;

    GartMeaning(GartUnit unit, GartWalk walk, PtesInState ptes, GartTables tables) {
        this.unit = unit;
        this.walk = walk;
        this.ptes = ptes;
        this.tables = tables;
        g = unit.geometry();
        pages = g.pages().size();
        flights = g.has(Part.REQUESTS_IN_FLIGHT);
    }

    @Override
    public boolean leads(long[] s, int requester, int space, int tag) {
        return true;
    }

    @Override
    public void readEntry(Footprint footprint, int requester) {}

    @Override
    public int cachedRights(long[] s, int node, int tag, int page) {
        boolean cached = unit.cachedPte.get(s, node, page) != 0;
        return cached && cachedFrame(s, node, tag, page) >= 0 ? Rights.ALL : Rights.NONE;
    }

    @Override
    public int cachedFrame(long[] s, int node, int tag, int page) {
        return unit.cachedFrame(s, node, page);
    }

    @Override
    public void readCached(Footprint footprint, int node, int tag, int page) {
        footprint.one(unit.cachedPte, node * pages + page);
    }

    @Override
    public boolean hasFlights() {
        return flights;
    }

    @Override
    public boolean isWalking(long[] s, int node, int requester) {
        return flights && g.behind().get(requester) == node && unit.flight.get(s, requester) != 0;
    }

    @Override
    public int flightRights(long[] s, int node, int requester) {
        return isWalking(s, node, requester) && flightFrame(s, node, requester) >= 0 ? Rights.ALL : Rights.NONE;
    }

    @Override
    public int flightTag(long[] s, int node, int requester) {
        return 0;
    }

    @Override
    public int flightPage(long[] s, int node, int requester) {
        return (int) unit.flightPage.get(s, requester);
    }

    @Override
    public int flightFrame(long[] s, int node, int requester) {
        return g.frameAt(Gpte.frame(unit.flightPte.get(s, requester)));
    }

    @Override
    public void readFlight(Footprint footprint, int node, int requester) {
        if (flights && g.behind().get(requester) == node) {
            footprint
                    .one(unit.flight, requester)
                    .one(unit.flightPage, requester)
                    .one(unit.flightPte, requester);
        }
    }

    @Override
    public int gets(long[] s, int requester, int page, boolean write) {
        long answer = walk.answer(s, requester, g.pageNumber(page));
        return DmaAnswer.reachesMemory(answer) ? g.frameAt(DmaAnswer.FRAME.get(answer)) : BLOCKED;
    }

    /**
     * What the tables allow and a request does not get, because the scratch page or an older entry is cached, or the northbridge
     * does not translate: the data is lost.
     */
    @Override
    public boolean isRefused(long[] s, int requester, int page, boolean write) {
        return tables.rights(s, 0, page) != Rights.NONE && gets(s, requester, page, write) != tables.frame(s, 0, page);
    }

    @Override
    public void readRequest(Footprint footprint, int requester, int page) {
        footprint.all(unit.apertureControl).all(unit.apertureBase).all(unit.tableBase);
        footprint.one(unit.cachedPte, g.behind().get(requester) * pages + page).one(ptes.pte, page);
    }
}
