package dev.moat.notation.core;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Port;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * What software does to units, and what it and proofs see of them. Numbers of texts are longs, elements without one are -1; a method
 * gets the state and the CPU first.
 */
public final class UnitCalls {
    private static final int NONE = -1;

    private final Iommu iommu;
    private final Meaning meaning;
    private final int frames;

    /** The calls of a machine's units. */
    public UnitCalls(Iommu iommu) {
        this.iommu = iommu;
        meaning = iommu.meaning();
        frames = iommu.sizes().addresses().frames().size();
    }

    /** The units. */
    public Iommu iommu() {
        return iommu;
    }

    private int inRange(int frame) {
        return frame >= 0 && frame < frames ? frame : NONE;
    }

    // --- initial states

    public void connect(long[] s, int cpu) {
        iommu.connect(s);
    }

    public void settle(long[] s, int cpu) {
        iommu.settle(s);
    }

    public void attachAtOnce(long[] s, int cpu, long requester, long space, long tag) {
        iommu.entries().attachAtOnce(s, (int) requester, (int) space, (int) tag);
    }

    // --- tables

    public void store(long[] s, int cpu, long space, long page, long frame, long rights) {
        iommu.tables().store(s, (int) space, (int) page, (int) frame, (int) rights);
    }

    public long rights(long[] s, int cpu, long space, long page) {
        return iommu.tables().rights(s, (int) space, (int) page);
    }

    public long frame(long[] s, int cpu, long space, long page) {
        return inRange(iommu.tables().frame(s, (int) space, (int) page));
    }

    public long walk(long[] s, int cpu, long space, long page, long write) {
        return inRange(iommu.tables().walk(s, (int) space, (int) page, write != 0));
    }

    public boolean outlives(long[] s, int cpu, long before, long after) {
        return iommu.duty().outlives((int) before, (int) after);
    }

    public void writeBack(long[] s, int cpu, long space, long page) {
        iommu.visibility().writeBack(s, (int) space, (int) page);
    }

    public void writeBackEntry(long[] s, int cpu, long requester) {
        iommu.visibility().writeBackEntry(s, (int) requester);
    }

    /** See {@link #rights}. */
    public void readEntryOf(Footprint footprint, long space, long page) {
        iommu.tables().read(footprint, (int) space, (int) page);
    }

    /** See {@link #walk}. */
    public void readWalk(Footprint footprint, long space, long page, long write) {
        iommu.tables().read(footprint, (int) space, (int) page);
    }

    /** See {@link #store}. */
    public List<String> tableDecisions() {
        return iommu.tables().tableDecisions();
    }

    // --- tables that are frames

    /** The leaf table of a page. */
    public long table(long[] s, int cpu, long space, long page) {
        return inRange(iommu.tables().pages().of(s, (int) space, (int) page));
    }

    public boolean isWalked(long[] s, int cpu, long frame) {
        return iommu.tables().pages().isWalked(s, (int) frame);
    }

    /** Whether no entry of a frame is present, read as a table. */
    public boolean isEmpty(long[] s, int cpu, long frame) {
        return iommu.tables().pages().isEmpty(s, (int) frame);
    }

    public void clearTable(long[] s, int cpu, long table) {
        iommu.tables().pages().clear(s, (int) table);
    }

    public void fillTable(long[] s, int cpu, long table, long frame, long rights) {
        iommu.tables().pages().fill(s, (int) table, (int) frame, (int) rights);
    }

    public void link(long[] s, int cpu, long space, long page, long table) {
        iommu.tables().pages().link(s, (int) space, (int) page, (int) table);
    }

    public void unlink(long[] s, int cpu, long space, long page) {
        iommu.tables().pages().unlink(s, (int) space, (int) page);
    }

    public void storeSuperpage(long[] s, int cpu, long space, long page, long frame, long rights) {
        iommu.tables().pages().storeSuperpage(s, (int) space, (int) page, (int) frame, (int) rights);
    }

    public boolean isSuperpage(long[] s, int cpu, long space, long page) {
        return iommu.tables().pages().isSuperpage(s, (int) space, (int) page);
    }

    /** See {@link #table}. */
    public void readTableOf(Footprint footprint, long space, long page) {
        iommu.tables().read(footprint, (int) space, (int) page);
    }

    /** See {@link #isWalked}. */
    public void readWalked(Footprint footprint, long frame) {
        iommu.tables().pages().readWalked(footprint);
    }

    /** See {@link #isEmpty}. */
    public void readContent(Footprint footprint, long frame) {
        iommu.tables().pages().readContent(footprint);
    }

    /** See {@link #link}. */
    public List<String> linkDecisions() {
        return iommu.tables().pages().linkDecisions();
    }

    // --- entries of devices, and tags

    public void attach(long[] s, int cpu, long requester, long space, long tag, long part) {
        iommu.entries().attach(s, (int) requester, (int) space, (int) tag, (int) part);
    }

    public void detach(long[] s, int cpu, long requester, long part) {
        iommu.entries().detach(s, (int) requester, (int) part);
    }

    public boolean leadsTo(long[] s, int cpu, long requester, long space) {
        return iommu.entries().leadsTo(s, (int) requester, (int) space);
    }

    /** Whether the unit leads a requester to a space by its entry in memory, or may by what it has cached of one. */
    public boolean mayLeadTo(long[] s, int cpu, long requester, long space) {
        boolean leads = leadsTo(s, cpu, requester, space);
        int unit = iommu.unitOf((int) requester);
        for (int tag = 0; !leads && tag < iommu.tags().sort().size(); tag++) {
            leads = meaning.mayLead(s, unit, (int) requester, (int) space, tag);
        }
        return leads;
    }

    public void enableDeviceTlb(long[] s, int cpu, long requester) {
        iommu.entries().enableDeviceTlb(s, (int) requester, true);
    }

    public boolean isDeviceTlbOn(long[] s, int cpu, long requester) {
        return iommu.entries().isDeviceTlbEnabled(s, (int) requester);
    }

    /** See {@link #isDeviceTlbOn}. */
    public void readDevice(Footprint footprint, long requester) {
        iommu.entries().readDeviceTlb(footprint, (int) requester);
    }

    /** A tag that a text works with: one that is fixed, or taken. */
    public long tag(long[] s, int cpu, long space, long unit) {
        return iommu.tags().of(s, (int) space, (int) unit);
    }

    public long takeTag(long[] s, int cpu, long space, long unit) {
        return iommu.tags().take(s, (int) space, (int) unit);
    }

    public long tagOfAbsence(long[] s, int cpu, long own) {
        return iommu.duty().tagOfAbsence((int) own);
    }

    /** See {@link #leadsTo}. */
    public void readLeads(Footprint footprint, long requester, long space) {
        iommu.entries().read(footprint, (int) requester);
    }

    /** See {@link #mayLeadTo}. */
    public void readMayLead(Footprint footprint, long requester, long space) {
        readLeads(footprint, requester, space);
        meaning.readCachedEntry(footprint, iommu.unitOf((int) requester), (int) requester);
    }

    /** See {@link #tag}. */
    public void readTag(Footprint footprint, long space, long unit) {
        iommu.tags().read(footprint);
    }

    /** See {@link #attach}. */
    public List<String> entryDecisions() {
        return iommu.entries().entryDecisions();
    }

    // --- invalidations

    public boolean ask(long[] s, int cpu, long unit, long tag, long first, long last, long changed) {
        return iommu.port((int) unit).askTranslations(s, cpu, (int) tag, (int) first, (int) last, (int) changed);
    }

    public boolean askAll(long[] s, int cpu, long unit, long tag, long changed) {
        int all = Port.ALL_PAGES;
        return iommu.port((int) unit).askTranslations(s, cpu, (int) tag, all, all, (int) changed);
    }

    public boolean askEntry(long[] s, int cpu, long unit, long tag, long requester) {
        return iommu.port((int) unit).askEntry(s, cpu, (int) tag, (int) requester);
    }

    public boolean askDevice(long[] s, int cpu, long unit, long requester, long first, long last) {
        return iommu.port((int) unit).askDevice(s, cpu, (int) requester, (int) first, (int) last);
    }

    public boolean askWholeDevice(long[] s, int cpu, long unit, long requester) {
        return iommu.port((int) unit).askDevice(s, cpu, (int) requester, Port.ALL_PAGES, Port.ALL_PAGES);
    }

    public void forgetEverything(long[] s, int cpu, long unit) {
        iommu.forgetEverything(s, (int) unit);
    }

    public boolean announce(long[] s, int cpu, long unit) {
        return iommu.port((int) unit).announce(s, cpu);
    }

    public boolean done(long[] s, int cpu, long unit) {
        return iommu.port((int) unit).isDone(s, cpu);
    }

    /** See {@link #ask}. */
    public List<String> askDecisions() {
        return iommu.port(0).decisions();
    }

    /** See {@link #announce}. */
    public List<String> announceDecisions() {
        return iommu.port(0).announcing();
    }

    // --- what requests get

    public long gets(long[] s, int cpu, long requester, long page, long write) {
        return inRange(meaning.gets(s, (int) requester, (int) page, write != 0));
    }

    public boolean isBlocked(long[] s, int cpu, long requester, long page, long write) {
        return meaning.gets(s, (int) requester, (int) page, write != 0) == Meaning.BLOCKED;
    }

    /** Whether the unit of a device lets no request in for a while. */
    public boolean isStopped(long[] s, int cpu, long requester) {
        Meaning.Traffic traffic = meaning.traffic();
        return traffic != null && traffic.isStopped(s, iommu.unitOf((int) requester));
    }

    /** See {@link #gets}. */
    public void readRequest(Footprint footprint, long requester, long page, long write) {
        meaning.readRequest(footprint, (int) requester, (int) page);
    }

    /** See {@link #isStopped}. */
    public void readTraffic(Footprint footprint, long requester) {
        Meaning.Traffic traffic = meaning.traffic();
        if (traffic != null) {
            traffic.read(footprint, iommu.unitOf((int) requester));
        }
    }
}
