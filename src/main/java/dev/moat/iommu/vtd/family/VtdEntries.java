package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Entries;
import dev.moat.iommu.vtd.DeviceTlbs;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * Context entries as software writes them: both words at once, which 16-byte stores allow. {@code @source} Xen 4.17
 * drivers/passthrough/vtd/iommu.c, domain_context_mapping_one.
 */
final class VtdEntries implements Entries {
    private final VtdUnit unit;
    private final DeviceTlbs deviceTlbs;
    /** {@code entry.type}: (source-id, space, the type for a space) to the translation type of its context entry. */
    private final Decision type;
    /** {@code entry.levels}: (source-id, levels of the tables) to the levels that its context entry says. */
    private final Decision levels;
    /** {@code entry.skips}: (source-id, upper levels of the tables that the unit has no width for) to those that are skipped. */
    private final Decision skips;
    /** {@code entry.did}: (source-id, space, DID of the space) to the DID of its context entry. */
    private final Decision did;

    /** Whether the words of an entry are stored one by one. */
    private final boolean words;

    /**
     * @param unit any unit of the machine: context entries are memory, the same for all
     * @param words whether the words of an entry are stored one by one: present last, and gone first
     */
    VtdEntries(ModelBuilder model, VtdUnit unit, DeviceTlbs deviceTlbs, boolean words) {
        this.words = words;
        this.unit = unit;
        this.deviceTlbs = deviceTlbs;
        type = model.decision("entry.type", (s, q, space, own) -> own);
        levels = model.decision("entry.levels", (s, q, there, c) -> there);
        skips = model.decision("entry.skips", (s, q, deeper, c) -> deeper);
        did = model.decision("entry.did", (s, q, space, own) -> own);
    }

    @Override
    public List<String> entryDecisions() {
        return List.of("entry.type", "entry.levels", "entry.skips", "entry.did");
    }

    @Override
    public int stores() {
        return words ? 2 : 1;
    }

    @Override
    public void attach(long[] s, int requester, int space, int tag, int part) {
        int deeper = unit.geometry().levels() - unit.geometry().walked();
        int top = unit.geometry().levels() - skips.decide(s, requester, deeper, 0);
        long lo = ContextEntry.SLPTPTR.set(
                unit.contextLoFor(space), unit.map().secondLevel(unit.map().first(space, top)));
        int own = (int) ContextEntry.TT.get(lo);
        long hi = unit.contextHiFor(did.decide(s, requester, space, tag));
        int depth = levels.decide(s, requester, (int) ContextEntry.AW.get(hi) + 2, 0);
        if (part == 0) {
            unit.late.store(s, unit.contextHi, requester, ContextEntry.AW.set(hi, depth - 2));
        }
        if (part + 1 == stores()) {
            long typed = ContextEntry.TT.set(lo, type.decide(s, requester, space, own));
            unit.late.store(s, unit.contextLo, requester, typed);
        }
    }

    @Override
    public void detach(long[] s, int requester, int part) {
        if (part + 1 == stores()) {
            unit.late.store(s, unit.contextHi, requester, 0);
        }
        if (part == 0) {
            unit.late.store(s, unit.contextLo, requester, 0);
        }
    }

    @Override
    public void tear(long[] s, int requester, int space) {
        unit.contextLo.set(s, requester, unit.contextLoFor(space));
    }

    @Override
    public void enableDeviceTlb(long[] s, int requester, boolean on) {
        deviceTlbs.enable(s, requester, on);
    }

    @Override
    public boolean isDeviceTlbEnabled(long[] s, int requester) {
        return deviceTlbs.isEnabled(s, requester);
    }

    @Override
    public void readDeviceTlb(Footprint footprint, int requester) {
        deviceTlbs.readEnabled(footprint, requester);
    }

    @Override
    public boolean leadsTo(long[] s, int requester, int space) {
        return (unit.contextLo.get(s, requester) & ~ContextEntry.FPD.mask()) == unit.contextLoFor(space);
    }

    @Override
    public boolean canBeMarked() {
        return true;
    }

    @Override
    public void silence(long[] s, int requester, boolean silent) {
        unit.contextLo.set(s, requester, ContextEntry.FPD.set(unit.contextLo.get(s, requester), silent ? 1 : 0));
    }

    @Override
    public boolean isSilent(long[] s, int requester) {
        return ContextEntry.FPD.isSet(unit.contextLo.get(s, requester));
    }

    @Override
    public void spoil(long[] s, int requester) {
        unit.contextLo.set(s, requester, ContextEntry.RSVD_LO.set(unit.contextLo.get(s, requester), 1));
    }

    @Override
    public boolean isMalformed(long[] s, int requester) {
        long lo = unit.contextLo.get(s, requester);
        return ContextEntry.P.isSet(lo) && ContextEntry.RSVD_LO.get(lo) != 0;
    }

    @Override
    public boolean isPresent(long[] s, int requester) {
        return ContextEntry.P.isSet(unit.contextLo.get(s, requester));
    }

    @Override
    public void read(Footprint footprint, int requester) {
        footprint.one(unit.contextLo, requester);
    }
}
