package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.riscv.RiscvGeometry;
import dev.moat.iommu.riscv.RiscvUnit;
import dev.moat.iommu.riscv.RiscvWalk;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Attributes;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import java.util.List;

/** What the state of RISC-V units means. Contexts and page tables are memory, the same for all units: those of unit 0. */
final class RiscvMeaning implements Meaning {
    private final RiscvUnits units;
    private final RiscvUnit memory;
    private final RiscvGeometry g;
    private final boolean cachesContexts;
    private final boolean walks;
    private final int pages;
    private final int tags;

    RiscvMeaning(RiscvUnits units, RiscvSetting setting) {
        this.units = units;
        memory = units.state(0);
        g = memory.geometry();
        cachesContexts = setting.cachesContexts;
        walks = setting.walks;
        pages = g.pages().size();
        tags = g.tags().size();
    }

    @Override
    public boolean leads(long[] s, int requester, int space, int tag) {
        return leads(s, memory.contexts, requester, space, tag);
    }

    private boolean leads(long[] s, List<Slots> words, int requester, int space, int tag) {
        return Control.V.isSet(words.get(DeviceContext.TC).get(s, requester))
                && words.get(memory.rootIndex()).get(s, requester) == memory.rootWord(space, tag)
                && tag(s, words, requester) == tag;
    }

    private int tag(long[] s, List<Slots> words, int requester) {
        return g.isFirst()
                ? (int) Attributes.PSCID.get(words.get(DeviceContext.TA).get(s, requester))
                : (int) SecondStage.GSCID.get(words.get(DeviceContext.IOHGATP).get(s, requester));
    }

    @Override
    public void readEntry(Footprint footprint, int requester) {
        read(footprint, memory.contexts, requester);
    }

    private void read(Footprint footprint, List<Slots> words, int requester) {
        footprint.one(words.get(DeviceContext.TC), requester);
        footprint.one(words.get(DeviceContext.TA), requester);
        footprint.one(words.get(memory.rootIndex()), requester);
    }

    @Override
    public boolean mayLead(long[] s, int unit, int requester, int space, int tag) {
        return isEntryCached(s, unit, requester) && leads(s, units.state(unit).cachedWords, requester, space, tag);
    }

    @Override
    public void readCachedEntry(Footprint footprint, int unit, int requester) {
        if (cachesContexts) {
            footprint.one(units.state(unit).cachedContext, requester);
            read(footprint, units.state(unit).cachedWords, requester);
        }
    }

    @Override
    public boolean isEntryCached(long[] s, int unit, int requester) {
        return units.caches(unit).isContextCached(s, requester);
    }

    @Override
    public int cachedEntryTag(long[] s, int unit, int requester) {
        return tag(s, units.state(unit).cachedWords, requester);
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
        RiscvUnit at = units.state(unit);
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
            RiscvUnit at = units.state(unit);
            footprint.one(at.walkRights, requester).one(at.walkTag, requester);
            footprint.one(at.walkPage, requester).one(at.walkFrame, requester);
        }
    }

    @Override
    public int gets(long[] s, int requester, int page, boolean write) {
        long frame = units.walk(units.of(requester)).answer(s, requester, page, write);
        return frame == RiscvWalk.REFUSED ? BLOCKED : g.reachedAt(frame);
    }

    @Override
    public boolean isRefused(long[] s, int requester, int page, boolean write) {
        return units.walk(units.of(requester)).blocked(s, requester, page, write);
    }

    /** It may depend on everything that the unit keeps. */
    @Override
    public void readRequest(Footprint footprint, int requester, int page) {
        RiscvUnit at = units.state(units.of(requester));
        readEntry(footprint, requester);
        readCachedEntry(footprint, units.of(requester), requester);
        footprint.all(at.leaf).all(at.directory).all(at.cachedTable);
        for (int t = 0; t < tags; t++) {
            readCached(footprint, units.of(requester), t, page);
        }
    }
}
