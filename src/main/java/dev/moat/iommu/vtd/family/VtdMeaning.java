package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.vtd.FaultReader;
import dev.moat.iommu.vtd.Translation;
import dev.moat.iommu.vtd.VtdGeometry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.Footprint;
import org.jspecify.annotations.Nullable;

/** What the state of VT-d units means. Context entries and tables are memory, the same for all units: those of unit 0. */
final class VtdMeaning implements Meaning {
    private final VtdUnits units;
    private final VtdUnit memory;
    private final boolean late;
    private final boolean contextCache;
    private final boolean walks;
    private final int pages;
    private final int tags;
    private final int trees;

    VtdMeaning(VtdUnits units, Capabilities capabilities, boolean contextCache, boolean walks) {
        this.units = units;
        this.contextCache = contextCache;
        this.walks = walks;
        memory = units.state(0);
        late = capabilities.stores().late();
        pages = memory.geometry().pages().size();
        tags = memory.geometry().tags().size();
        trees = memory.geometry().trees().size();
    }

    @Override
    public boolean leads(long[] s, int requester, int space, int tag) {
        return leads(memory.contextLo.get(s, requester), memory.contextHi.get(s, requester), space, tag);
    }

    private boolean leads(long lo, long hi, int space, int tag) {
        int type = (int) ContextEntry.TT.get(lo);
        return ContextEntry.P.isSet(lo)
                && (type == ContextEntry.TT_UNTRANSLATED || type == ContextEntry.TT_DEVICE_TLB)
                && ContextEntry.AW.get(hi) == memory.geometry().walked() - 2
                && ContextEntry.SLPTPTR.get(lo)
                        == memory.map()
                                .secondLevel(memory.map()
                                        .first(space, memory.geometry().walked()))
                && ContextEntry.DID.get(hi) == tag;
    }

    @Override
    public void readEntry(Footprint footprint, int requester) {
        footprint.one(memory.contextLo, requester).one(memory.contextHi, requester);
    }

    /** What the walker still sees of a context entry that software has replaced is as good as cached. */
    @Override
    public boolean mayLead(long[] s, int unit, int requester, int space, int tag) {
        if (contextCache) {
            VtdUnit at = units.state(unit);
            if (leads(at.cachedLo.get(s, requester), at.cachedHi.get(s, requester), space, tag)) {
                return true;
            }
        }
        return late
                && units.of(requester) == unit
                && leads(
                        memory.late.visible(s, memory.contextLo, requester),
                        memory.late.visible(s, memory.contextHi, requester),
                        space,
                        tag);
    }

    @Override
    public void readCachedEntry(Footprint footprint, int unit, int requester) {
        if (contextCache) {
            VtdUnit at = units.state(unit);
            footprint.one(at.cachedLo, requester).one(at.cachedHi, requester);
        }
        if (late) {
            memory.late.readVisible(footprint, memory.contextLo, requester);
            memory.late.readVisible(footprint, memory.contextHi, requester);
        }
    }

    @Override
    public boolean isEntryCached(long[] s, int unit, int requester) {
        return contextCache && ContextEntry.P.isSet(units.state(unit).cachedLo.get(s, requester));
    }

    @Override
    public int cachedEntryTag(long[] s, int unit, int requester) {
        return (int) ContextEntry.DID.get(units.state(unit).cachedHi.get(s, requester));
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
        VtdUnit at = units.state(unit);
        footprint.one(at.iotlbRights, tag * pages + page).one(at.iotlbFrame, tag * pages + page);
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
        return walks ? (int) units.state(unit).walkRights.get(s, requester) : 0;
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
            VtdUnit at = units.state(unit);
            footprint.one(at.walkRights, requester).one(at.walkTag, requester);
            footprint.one(at.walkPage, requester).one(at.walkFrame, requester);
            if (at.walkDenied.size() != 0) {
                footprint.one(at.walkDenied, requester);
            }
        }
    }

    /** The leaf that the walker sees in place of another one, or 0; which leaf is a page's is not known where tables are frames. */
    private long unseen(long[] s, int space, int page) {
        if (!late || memory.map().areLeavesInFrames()) {
            return 0;
        }
        int leaf = memory.map().leafElement(space, page);
        long seen = memory.late.visible(s, memory.leaf, leaf);
        return seen == memory.leaf.get(s, leaf) ? 0 : seen;
    }

    @Override
    public int unseenRights(long[] s, int space, int page) {
        return SecondLevelEntry.rights(unseen(s, space, page));
    }

    @Override
    public int unseenFrame(long[] s, int space, int page) {
        return memory.geometry().frameAt(SecondLevelEntry.ADDR.get(unseen(s, space, page)));
    }

    @Override
    public void readUnseen(Footprint footprint, int space, int page) {
        if (late && !memory.map().areLeavesInFrames()) {
            memory.late.readVisible(footprint, memory.leaf, memory.map().leafElement(space, page));
        }
    }

    @Override
    public int gets(long[] s, int requester, int page, boolean write) {
        long answer = units.cachesOf(requester).answer(s, requester, page, write);
        return Translation.reachesMemory(answer) ? memory.geometry().reachedAt(Translation.FRAME.get(answer)) : BLOCKED;
    }

    @Override
    public @Nullable DeviceTlbs deviceTlbs() {
        return memory.geometry().options().has(VtdGeometry.Part.DEVICE_TLBS) ? units.deviceTlbs() : null;
    }

    @Override
    public @Nullable Faults faults() {
        return units.hasFaults() ? new OfUnits(units) : null;
    }

    /** Those of the unit that a requester is behind. */
    private record OfUnits(VtdUnits units) implements Faults {
        private FaultReader of(int requester) {
            return units.reader(units.of(requester));
        }

        @Override
        public boolean isRecorded(long[] s, int requester) {
            return of(requester).isRecorded(s, requester);
        }

        @Override
        public boolean isFound(long[] s, int requester) {
            return of(requester).finds(s, requester);
        }

        @Override
        public boolean isNextUsed(long[] s, int requester) {
            return of(requester).isNextUsed(s);
        }

        @Override
        public boolean isAnyFree(long[] s, int requester) {
            return of(requester).isAnyFree(s);
        }

        @Override
        public boolean isLost(long[] s, int requester) {
            return of(requester).isLost(s);
        }

        @Override
        public void read(Footprint footprint, int requester) {
            of(requester).read(footprint);
        }
    }

    @Override
    public boolean isRefused(long[] s, int requester, int page, boolean write) {
        return units.cachesOf(requester).blocked(s, requester, page, write);
    }

    /**
     * Registers, the requester's entry, the page's leaf in every tree, and what is cached of them under any tag. Where entries above
     * level 1 change, or are cached, any leaf may be the page's.
     */
    @Override
    public void readRequest(Footprint footprint, int requester, int page) {
        VtdUnit at = units.state(units.of(requester));
        footprint.all(at.gsts).all(at.rtAddr).all(at.rootLo).all(at.rootHi);
        readEntry(footprint, requester);
        if (contextCache) {
            footprint.one(at.cachedLo, requester).one(at.cachedHi, requester);
        }
        if (at.cachedFailure.size() > 0) {
            footprint.one(at.cachedFailure, requester);
        }
        footprint.all(at.directory).all(at.paging.rights).all(at.paging.table);
        if (memory.map().areLeavesInFrames() || at.paging.rights.size() > 0 || late) {
            footprint.all(at.leaf);
        } else {
            for (int tree = 0; tree < trees; tree++) {
                footprint.one(at.leaf, memory.map().leafElement(tree, page));
            }
        }
        footprint.all(at.late.stage).all(at.late.contextLoSeen).all(at.late.contextHiSeen);
        footprint.all(at.late.leafSeen).all(at.late.directorySeen);
        for (int t = 0; t < tags; t++) {
            int i = t * pages + page;
            footprint.one(at.iotlbRights, i).one(at.iotlbFrame, i);
            if (at.iotlbDenied.size() > 0) {
                footprint.one(at.iotlbDenied, i);
            }
        }
    }
}
