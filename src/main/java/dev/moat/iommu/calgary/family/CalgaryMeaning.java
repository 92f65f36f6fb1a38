package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.calgary.CalgaryGeometry;
import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.CalgaryUnit;
import dev.moat.iommu.calgary.DmaAnswer;
import dev.moat.iommu.calgary.Tce;
import dev.moat.iommu.calgary.TceWalk;
import dev.moat.iommu.calgary.TcesInState;
import dev.moat.state.Footprint;
import java.util.List;

/** What the state of a chip means. Where a bus is led stands in registers: nothing of it is cached. */
final class CalgaryMeaning implements Meaning {
    private final CalgaryUnit unit;
    private final CalgaryGeometry g;
    private final TceWalk walk;
    private final TcesInState tces;
    private final BusEntries entries;
    private final CalgaryTables tables;
    private final int pages;
    private final boolean flights;
    private final List<BlastPort> ports;

    CalgaryMeaning(CalgaryUnit unit, TceWalk walk, TcesInState tces, CalgaryTables tables, List<BlastPort> ports) {
        this.unit = unit;
        this.ports = List.copyOf(ports);
        this.walk = walk;
        this.tces = tces;
        entries = ports.get(0).entries();
        this.tables = tables;
        g = unit.geometry();
        pages = g.pages().size();
        flights = g.has(Part.REQUESTS_IN_FLIGHT);
    }

    @Override
    public boolean leads(long[] s, int requester, int space, int tag) {
        int bus = entries.group(requester);
        return entries.leadsTo(s, requester, space) && entries.isConfined(s, bus) && entries.isTagged(s, bus, tag);
    }

    @Override
    public void readEntry(Footprint footprint, int requester) {
        entries.read(footprint, requester);
    }

    @Override
    public int cachedRights(long[] s, int bus, int tag, int page) {
        return entries.isTagged(s, bus, tag) ? unit.cachedRights(s, bus, page) : Rights.NONE;
    }

    @Override
    public int cachedFrame(long[] s, int bus, int tag, int page) {
        return unit.cachedFrame(s, bus, page);
    }

    @Override
    public void readCached(Footprint footprint, int bus, int tag, int page) {
        footprint.one(unit.tar, bus).one(unit.cachedTce, bus * pages + page);
    }

    @Override
    public boolean hasFlights() {
        return flights;
    }

    @Override
    public boolean isWalking(long[] s, int bus, int requester) {
        return flights && entries.group(requester) == bus && unit.flight.get(s, requester) != 0;
    }

    @Override
    public int flightRights(long[] s, int bus, int requester) {
        return isWalking(s, bus, requester) ? Tce.rights(unit.flightTce.get(s, requester)) : Rights.NONE;
    }

    @Override
    public int flightTag(long[] s, int bus, int requester) {
        return entries.tagOf(s, bus);
    }

    @Override
    public int flightPage(long[] s, int bus, int requester) {
        return (int) unit.flightPage.get(s, requester);
    }

    @Override
    public int flightFrame(long[] s, int bus, int requester) {
        return g.frameAt(Tce.RPN.get(unit.flightTce.get(s, requester)));
    }

    @Override
    public void readFlight(Footprint footprint, int bus, int requester) {
        if (flights && entries.group(requester) == bus) {
            footprint.one(unit.tar, bus).one(unit.flight, requester);
            footprint.one(unit.flightPage, requester).one(unit.flightTce, requester);
        }
    }

    @Override
    public int unseenRights(long[] s, int space, int page) {
        return Tce.rights(tces.unseen(s, space, page));
    }

    @Override
    public int unseenFrame(long[] s, int space, int page) {
        return g.frameAt(Tce.RPN.get(tces.unseen(s, space, page)));
    }

    @Override
    public void readUnseen(Footprint footprint, int space, int page) {
        tces.readUnseen(footprint, space, page);
    }

    /** While the traffic is stopped a device gets nothing, and is not refused either. */
    @Override
    public int gets(long[] s, int requester, int page, boolean write) {
        long answer = walk.answer(s, requester, g.pageNumber(page), write);
        return DmaAnswer.reachesMemory(answer) ? g.frameAt(DmaAnswer.FRAME.get(answer)) : BLOCKED;
    }

    @Override
    public Traffic traffic() {
        return new Traffic() {
            @Override
            public boolean isStopped(long[] s, int bus) {
                return unit.isToldToStop(s, bus);
            }

            @Override
            public boolean isToBeStopped(long[] s, int bus) {
                return ports.get(bus).isToBeStopped(s);
            }

            @Override
            public void read(Footprint footprint, int bus) {
                ports.get(bus).read(footprint.one(unit.aer, bus).all(unit.stopControl));
            }
        };
    }

    @Override
    public boolean isRefused(long[] s, int requester, int page, boolean write) {
        long answer = walk.answer(s, requester, g.pageNumber(page), write);
        if (DmaAnswer.reachesMemory(answer) || DmaAnswer.OUTCOME.get(answer) == DmaAnswer.WAITS) {
            return false;
        }
        for (int space = 0; space < g.tables().size(); space++) {
            if (entries.leadsTo(s, requester, space) && (tables.rights(s, space, page) & Rights.of(write)) != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void readRequest(Footprint footprint, int requester, int page) {
        int bus = entries.group(requester);
        entries.read(footprint, requester);
        footprint.one(unit.aer, bus).all(unit.stopControl).all(unit.stopFault);
        footprint.one(unit.cachedTce, bus * pages + page);
        if (unit.cachedAbsence.size() > 0) {
            footprint.one(unit.cachedAbsence, bus * pages + page);
        }
        footprint.all(tces.tce).all(tces.late).all(tces.seen);
    }
}
