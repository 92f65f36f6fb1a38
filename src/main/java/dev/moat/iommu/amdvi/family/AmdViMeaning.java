package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.amdvi.AmdViGeometry;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.state.Footprint;

/** What the state of AMD-Vi units means. Device table and page tables are memory, the same for all units: those of unit 0. */
final class AmdViMeaning implements Meaning {
    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();

    private final AmdViUnits units;
    private final AmdViUnit memory;
    private final AmdViGeometry g;
    private final boolean cachesEntries;
    private final boolean walks;
    private final int pages;
    private final int tags;

    AmdViMeaning(AmdViUnits units, AmdViSetting setting) {
        this.units = units;
        memory = units.state(0);
        g = memory.geometry();
        cachesEntries = setting.cachesEntries;
        walks = setting.walks;
        pages = g.pages().size();
        tags = g.tags().size();
    }

    @Override
    public boolean leads(long[] s, int requester, int space, int tag) {
        return leads(memory.quad0.get(s, requester), memory.quad1.get(s, requester), space, tag);
    }

    private boolean leads(long quad0, long quad1, int space, int tag) {
        return DeviceEntries.leadsAnywhere(quad0)
                && DeviceTableEntry.MODE.get(quad0) == g.levels()
                && DeviceTableEntry.ROOT.get(quad0)
                        == memory.map().frameOf(memory.map().top(space))
                && DeviceTableEntry.DOMAIN_ID.get(quad1) == tag;
    }

    @Override
    public void readEntry(Footprint footprint, int requester) {
        footprint.one(memory.quad0, requester).one(memory.quad1, requester);
    }

    @Override
    public boolean mayLead(long[] s, int unit, int requester, int space, int tag) {
        AmdViUnit at = units.state(unit);
        return isCached(s, at, requester)
                && leads(at.cachedQuad0.get(s, requester), at.cachedQuad1.get(s, requester), space, tag);
    }

    private boolean isCached(long[] s, AmdViUnit at, int requester) {
        return cachesEntries && at.cachedEntry.get(s, requester) != 0;
    }

    @Override
    public void readCachedEntry(Footprint footprint, int unit, int requester) {
        if (cachesEntries) {
            AmdViUnit at = units.state(unit);
            footprint.one(at.cachedEntry, requester);
            footprint.one(at.cachedQuad0, requester).one(at.cachedQuad1, requester);
        }
    }

    /** One that is cached and leads nowhere blocks requests, see {@link #isRefused}; it is no entry here. */
    @Override
    public boolean isEntryCached(long[] s, int unit, int requester) {
        AmdViUnit at = units.state(unit);
        return isCached(s, at, requester) && DeviceEntries.leadsAnywhere(at.cachedQuad0.get(s, requester));
    }

    @Override
    public int cachedEntryTag(long[] s, int unit, int requester) {
        return (int)
                DeviceTableEntry.DOMAIN_ID.get(units.state(unit).cachedQuad1.get(s, requester));
    }

    @Override
    public int cachedRights(long[] s, int unit, int tag, int page) {
        return units.state(unit).cachedRights(s, tag, page);
    }

    @Override
    public int cachedFrame(long[] s, int unit, int tag, int page) {
        return units.state(unit).cachedFrame(s, tag, page);
    }

    @Override
    public void readCached(Footprint footprint, int unit, int tag, int page) {
        AmdViUnit at = units.state(unit);
        footprint.one(at.pageRights, tag * pages + page).one(at.pageFrame, tag * pages + page);
    }

    @Override
    public boolean hasFlights() {
        return walks;
    }

    @Override
    public boolean isWalking(long[] s, int unit, int requester) {
        return units.state(unit).isWalking(s, requester);
    }

    @Override
    public int flightRights(long[] s, int unit, int requester) {
        return walks ? (int) units.state(unit).walkRights.get(s, requester) : Rights.NONE;
    }

    @Override
    public int flightTag(long[] s, int unit, int requester) {
        return (int) units.state(unit).walkTag.get(s, requester);
    }

    @Override
    public int flightPage(long[] s, int unit, int requester) {
        return (int) units.state(unit).walkPage.get(s, requester);
    }

    @Override
    public int flightFrame(long[] s, int unit, int requester) {
        return (int) units.state(unit).walkFrame.get(s, requester) - 1;
    }

    @Override
    public void readFlight(Footprint footprint, int unit, int requester) {
        if (walks) {
            AmdViUnit at = units.state(unit);
            footprint.one(at.walkRights, requester).one(at.walkTag, requester);
            footprint.one(at.walkPage, requester).one(at.walkFrame, requester);
        }
    }

    /** Untranslated, as with V = 0, a request reaches the frame that has its page's own number. */
    @Override
    public int gets(long[] s, int requester, int page, boolean write) {
        long answer = units.walk(units.of(requester)).answer(s, requester, page, write);
        if (!Translation.reachesMemory(answer)) {
            return BLOCKED;
        }
        long address = Translation.address(answer, g.pageNumber(page) << PAGE_SHIFT);
        return g.reachedAt(address >>> PAGE_SHIFT);
    }

    @Override
    public boolean isRefused(long[] s, int requester, int page, boolean write) {
        return units.walk(units.of(requester)).blocked(s, requester, page, write);
    }

    /** It may depend on everything that the unit keeps. */
    @Override
    public void readRequest(Footprint footprint, int requester, int page) {
        AmdViUnit at = units.state(units.of(requester));
        footprint.all(at.registers.control).all(at.registers.deviceTable);
        footprint.all(at.registers.exclusionBase).all(at.registers.exclusionLimit);
        readEntry(footprint, requester);
        readCachedEntry(footprint, units.of(requester), requester);
        footprint.all(at.leaf).all(at.directory);
        footprint.all(at.directories.table).all(at.directories.rights);
        for (int t = 0; t < tags; t++) {
            int i = t * pages + page;
            footprint.one(at.pageRights, i).one(at.pageFrame, i);
            if (at.pageFailure.size() > 0) {
                footprint.one(at.pageFailure, i);
            }
        }
    }
}
