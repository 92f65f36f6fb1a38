package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.smmuv3.SmmuGeometry;
import dev.moat.iommu.smmuv3.SmmuUnit;
import dev.moat.iommu.smmuv3.SmmuWalk;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import java.util.List;

/** What the state of SMMUv3 units means. Entries and page tables are memory, the same for all units: those of unit 0. */
final class SmmuMeaning implements Meaning {
    private final SmmuUnits units;
    private final SmmuUnit memory;
    private final SmmuGeometry g;
    private final boolean cachesStreams;
    private final boolean walks;
    private final int pages;
    private final int tags;

    SmmuMeaning(SmmuUnits units, SmmuSetting setting) {
        this.units = units;
        memory = units.state(0);
        g = memory.geometry();
        cachesStreams = setting.cachesStreams;
        walks = setting.walks;
        pages = g.pages().size();
        tags = g.tags().size();
    }

    @Override
    public boolean leads(long[] s, int requester, int space, int tag) {
        return leads(s, memory.streams, requester, space, tag);
    }

    private boolean leads(long[] s, List<Slots> words, int requester, int space, int tag) {
        return words.get(SmmuUnit.ENTRY).get(s, requester) == memory.translating(requester)
                && words.get(SmmuUnit.ROOT).get(s, requester) == memory.rootWord(space)
                && words.get(SmmuUnit.TAGGED).get(s, requester) == memory.taggedWord(tag);
    }

    @Override
    public void readEntry(Footprint footprint, int requester) {
        memory.streams.forEach(word -> footprint.one(word, requester));
    }

    @Override
    public boolean mayLead(long[] s, int unit, int requester, int space, int tag) {
        return isEntryCached(s, unit, requester) && leads(s, units.state(unit).cachedWords, requester, space, tag);
    }

    @Override
    public void readCachedEntry(Footprint footprint, int unit, int requester) {
        if (cachesStreams) {
            footprint.one(units.state(unit).cachedStream, requester);
            units.state(unit).cachedWords.forEach(word -> footprint.one(word, requester));
        }
    }

    @Override
    public boolean isEntryCached(long[] s, int unit, int requester) {
        return units.caches(unit).isLedByCache(s, requester);
    }

    @Override
    public int cachedEntryTag(long[] s, int unit, int requester) {
        return memory.tagOf(units.state(unit).cachedWords.get(SmmuUnit.TAGGED).get(s, requester));
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
        SmmuUnit at = units.state(unit);
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
            SmmuUnit at = units.state(unit);
            footprint.one(at.walkRights, requester).one(at.walkTag, requester);
            footprint.one(at.walkPage, requester).one(at.walkFrame, requester);
        }
    }

    @Override
    public int gets(long[] s, int requester, int page, boolean write) {
        long frame = units.walk(units.of(requester)).answer(s, requester, page, write);
        return frame == SmmuWalk.REFUSED ? BLOCKED : g.reachedAt(frame);
    }

    @Override
    public boolean isRefused(long[] s, int requester, int page, boolean write) {
        return units.walk(units.of(requester)).blocked(s, requester, page, write);
    }

    /** It may depend on everything that the unit keeps. */
    @Override
    public void readRequest(Footprint footprint, int requester, int page) {
        SmmuUnit at = units.state(units.of(requester));
        readEntry(footprint, requester);
        readCachedEntry(footprint, units.of(requester), requester);
        footprint.all(at.leaf).all(at.directory).all(at.cachedTable);
        for (int t = 0; t < tags; t++) {
            readCached(footprint, units.of(requester), t, page);
        }
    }
}
