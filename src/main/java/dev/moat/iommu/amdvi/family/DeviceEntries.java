package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Entries;
import dev.moat.iommu.Rights;
import dev.moat.iommu.amdvi.AmdViGeometry;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * Device table entries as software writes them, the first 128 bits. A unit reads both quadwords at once, so an entry that is in use
 * must not be seen half changed.
 *
 * <p>{@code @source} Xen 4.17 iommu_map.c, amd_iommu_set_root_page_table; pci_amd_iommu.c, amd_iommu_disable_domain_device; XSA-347.
 */
final class DeviceEntries implements Entries {
    /** How an entry is changed. */
    public enum Update {
        /** One 128-bit store (Xen with CMPXCHG16B; Linux 6.13). */
        ATOMIC,
        /** TV is cleared, then the DomainID stored, then the tables, and TV set (Xen without). */
        PAUSED,
        /** The tables first and the DomainID last, translation on all the time (Xen without CMPXCHG16B, with a unity map). */
        TABLES_FIRST
    }

    /** What an entry says that leads nowhere. */
    public enum Detached {
        /** V is set and TV clear; exclusion and what suppresses faults are taken away, tables and DomainID stay (Xen). */
        TRANSLATION_INVALID,
        /** V and TV are set, Mode, IR, IW and DomainID 0 (Linux 6.1 and 6.12; in 7.3 V alone is set). */
        MODE_0
    }

    /** What of an entry's second quadword does not outlive its translation. */
    private static final long LENT = DeviceTableEntry.I.mask()
            | DeviceTableEntry.SE.mask()
            | DeviceTableEntry.SA.mask()
            | DeviceTableEntry.IO_CTL.mask()
            | DeviceTableEntry.SD.mask()
            | DeviceTableEntry.EX.mask()
            | DeviceTableEntry.SYS_MGT.mask();

    private static final long PRESENT = DeviceTableEntry.V.mask() | DeviceTableEntry.TV.mask();

    private final AmdViUnit unit;
    private final Update update;
    private final Detached detached;
    /** SE or SA, where entries that lead somewhere have it. */
    private final long suppressing;
    /** {@code dte.mode}: (DevID, levels of the tables) to the Mode of its entry. */
    private final Decision levels;
    /** {@code entry.did}: (DevID, space, DomainID of the space) to the DomainID of its entry. */
    private final Decision did;
    /** {@code entry.excluded}: (DevID) to 1 when its entry has EX, so that the exclusion range is for it. */
    private final Decision excluded;
    /** {@code entry.valid}: (DevID) to 1 when V stays set in an entry that leads nowhere. */
    private final Decision valid;

    /** @param unit any unit of the machine: the device table is memory, the same for all */
    public DeviceEntries(ModelBuilder model, AmdViUnit unit, Update update, Detached detached) {
        this.unit = unit;
        this.update = update;
        this.detached = detached;
        suppressing = (unit.geometry().has(AmdViGeometry.Part.FIRST_FAULTS) ? DeviceTableEntry.SE.mask() : 0)
                | (unit.geometry().has(AmdViGeometry.Part.NO_FAULTS) ? DeviceTableEntry.SA.mask() : 0);
        levels = model.decision("dte.mode", (s, q, there, c) -> there);
        did = model.decision("entry.did", (s, q, space, own) -> own);
        Decision no = (s, q, b, c) -> 0;
        excluded = unit.geometry().has(AmdViGeometry.Part.EXCLUSION) ? model.decision("entry.excluded", no) : no;
        valid = model.decision("entry.valid", (s, q, b, c) -> 1);
    }

    @Override
    public List<String> entryDecisions() {
        boolean range = unit.geometry().has(AmdViGeometry.Part.EXCLUSION);
        return range
                ? List.of("dte.mode", "entry.did", "entry.valid", "entry.excluded")
                : List.of("dte.mode", "entry.did", "entry.valid");
    }

    /** The first quadword of the entry that leads a requester to a space. */
    private long quad0(long[] s, int requester, int space) {
        long own = unit.quad0For(space, Rights.ALL);
        return DeviceTableEntry.MODE.set(own, levels.decide(s, requester, (int) DeviceTableEntry.MODE.get(own), 0));
    }

    /** Every entry leads nowhere; for initial states, since V = 0 would let requests through untranslated. */
    public void connect(long[] s) {
        for (int r = 0; r < unit.geometry().requesters().size(); r++) {
            unit.setQuad(s, r, 0, nowhere(0));
        }
    }

    private long nowhere(long quad0) {
        return detached == Detached.MODE_0
                ? DeviceTableEntry.quad0(DeviceTableEntry.MODE_UNTRANSLATED, 0, Rights.NONE)
                : DeviceTableEntry.V.mask() | (quad0 & ~DeviceTableEntry.TV.mask());
    }

    @Override
    public int stores() {
        return switch (update) {
            case ATOMIC -> 1;
            case TABLES_FIRST -> 2;
            case PAUSED -> 3;
        };
    }

    /** Of an entry that leads nowhere the store that pauses it changes nothing. */
    @Override
    public void attach(long[] s, int requester, int space, int tag, int part) {
        long quad0 = quad0(s, requester, space);
        long own = DeviceTableEntry.quad1(did.decide(s, requester, space, tag));
        long quad1 = suppressing | DeviceTableEntry.EX.set(own, excluded.decide(s, requester, 0, 0));
        if (update == Update.ATOMIC) {
            unit.setQuad(s, requester, 0, quad0);
            unit.setQuad(s, requester, 1, quad1);
        } else if (update == Update.PAUSED && part == 0) {
            pause(s, requester);
        } else if (storesTables(s, requester, space, part)) {
            unit.setQuad(s, requester, 0, quad0);
        } else {
            unit.setQuad(s, requester, 1, quad1);
        }
    }

    /** Whether a store is the one of the tables: the last one, but of an entry in use with {@link Update#TABLES_FIRST} not. */
    private boolean storesTables(long[] s, int requester, int space, int part) {
        boolean last = part == stores() - 1;
        if (update == Update.PAUSED) {
            return last;
        }
        return last ? !leadsTo(s, requester, space) : isPresent(s, requester);
    }

    private void pause(long[] s, int requester) {
        if (isPresent(s, requester)) {
            unit.setQuad(s, requester, 0, unit.quad0.get(s, requester) & ~DeviceTableEntry.TV.mask());
        }
    }

    /** The first store blocks the device; with {@link Detached#MODE_0} the next one, or the same, takes the DomainID away. */
    @Override
    public void detach(long[] s, int requester, int part) {
        if (part == 0) {
            long nowhere = nowhere(unit.quad0.get(s, requester));
            boolean blocks = valid.decide(s, requester, 0, 0) != 0;
            unit.setQuad(s, requester, 0, blocks ? nowhere : nowhere & ~DeviceTableEntry.V.mask());
        }
        if (detached == Detached.MODE_0) {
            if (part == Math.min(1, stores() - 1)) {
                unit.setQuad(s, requester, 1, 0);
            }
        } else if (part == 0) {
            unit.setQuad(s, requester, 1, unit.quad1.get(s, requester) & ~LENT);
        }
    }

    @Override
    public void tear(long[] s, int requester, int space) {
        unit.setQuad(s, requester, 0, quad0(s, requester, space));
    }

    @Override
    public boolean leadsTo(long[] s, int requester, int space) {
        long quad0 = unit.quad0.get(s, requester);
        long root = DeviceTableEntry.ROOT.get(unit.quad0For(space, Rights.ALL));
        return (quad0 & PRESENT) == PRESENT && DeviceTableEntry.ROOT.get(quad0) == root;
    }

    @Override
    public boolean isPresent(long[] s, int requester) {
        return leadsAnywhere(unit.quad0.get(s, requester));
    }

    /** Whether an entry with this quadword 0 leads to page tables. */
    public static boolean leadsAnywhere(long quad0) {
        return (quad0 & PRESENT) == PRESENT && DeviceTableEntry.MODE.get(quad0) != DeviceTableEntry.MODE_UNTRANSLATED;
    }

    @Override
    public void read(Footprint footprint, int requester) {
        footprint.one(unit.quad0, requester);
    }
}
