package dev.moat.iommu.vtd.recorded;

import dev.moat.iommu.Entry;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.LegacyRules;
import dev.moat.iommu.vtd.format.PasidDirectoryEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Reserved;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SecondLevelRules;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of a VT-d unit, and what their entries mean. A tag is the DID, then a bit that is set for first-level tables, then 20 bits that
 * are the PASID for first-level tables and 0 for second-level ones, which the unit caches by DID alone. {@code @source} VTD-WALK,
 * VTD-SCALABLE-WALK, VTD-CACHES.
 */
final class VtdTableKinds {
    static final TableKind ROOT = new TableKind("root table", true, 2, 28);
    static final TableKind CONTEXT = new TableKind("context table", true, 2, 20);
    static final TableKind SCALABLE_ROOT = new TableKind("root table", true, 1, 27);
    static final TableKind SCALABLE_CONTEXT = new TableKind("context table", true, 4, 20);
    static final TableKind DIRECTORY = new TableKind("PASID directory", true, 1, 6);
    static final TableKind PASIDS = new TableKind("PASID table", true, 8, 0);
    private static final List<TableKind> SECOND = levels("second-level table of level ");
    private static final List<TableKind> FIRST = levels("first-level table of level ");

    private static final int LEVELS = 6;
    private static final int LEVEL_BITS = Capabilities.INDEX_BITS;

    private final Capabilities can;
    private final LegacyRules legacy;
    private final SecondLevelRules second;
    private final long firstReserved;

    VtdTableKinds(Capabilities can) {
        this.can = can;
        legacy = new LegacyRules(can, LEVEL_BITS);
        second = new SecondLevelRules(can, Deviations.NONE);
        firstReserved = Reserved.beyond(FirstLevelEntry.ADDR, can.hostAddressBits());
    }

    private static List<TableKind> levels(String name) {
        List<TableKind> all = new ArrayList<>();
        for (int level = 1; level <= 6; level++) {
            all.add(new TableKind(name + level, false, 1, 9 * (level - 1)));
        }
        return List.copyOf(all);
    }

    static long tag(long did, boolean first, long pasid) {
        return (did << 1 | (first ? 1 : 0)) << TableKind.PASID_BITS | pasid;
    }

    Entry decode(TableKind kind, long[] words, int at) {
        if (!kind.ofDevices()) {
            int level = kind.shift() / LEVEL_BITS + 1;
            return SECOND.get(level - 1).equals(kind) ? second(words[at], level) : first(words[at], level);
        } else if (kind.equals(ROOT)) {
            return root(words[at], words[at + 1]);
        } else if (kind.equals(CONTEXT)) {
            return context(words[at], words[at + 1]);
        } else if (kind.equals(SCALABLE_ROOT)) {
            long word = words[at];
            return RootEntry.P.isSet(word) ? table(RootEntry.CTP.get(word), 1, SCALABLE_CONTEXT) : Entry.NOTHING;
        } else if (kind.equals(SCALABLE_CONTEXT)) {
            return scalableContext(words[at]);
        } else if (kind.equals(DIRECTORY)) {
            long word = words[at];
            boolean present = PasidDirectoryEntry.P.isSet(word);
            return present ? table(PasidDirectoryEntry.SMPTBLPTR.get(word), 1, PASIDS) : Entry.NOTHING;
        }
        return pasid(words[at], words[at + 1], words[at + 2]);
    }

    private static Entry table(long frame, long pages, TableKind kind) {
        return Entry.table(frame, pages, kind, Entry.READ | Entry.WRITE);
    }

    private static Entry root(long lo, long hi) {
        if (!RootEntry.P.isSet(lo)) {
            return Entry.NOTHING;
        }
        return hi != 0 || (lo & Reserved.mask(RootEntry.LO)) != 0
                ? Entry.wrong("a reserved bit of a root entry is set")
                : table(RootEntry.CTP.get(lo), 1, CONTEXT);
    }

    private Entry context(long lo, long hi) {
        if (!ContextEntry.P.isSet(lo)) {
            return Entry.NOTHING;
        } else if (legacy.contextFault(lo, hi) != 0) {
            return Entry.wrong("a context entry has a reserved bit, or a type or width that the unit does not have");
        }
        long tag = tag(ContextEntry.DID.get(hi), false, 0);
        int type = (int) ContextEntry.TT.get(lo);
        return type == ContextEntry.TT_PASS_THROUGH
                ? Entry.untranslated(tag, Entry.READ | Entry.WRITE)
                : space(tag, ContextEntry.SLPTPTR.get(lo), SECOND, LegacyRules.levels(hi))
                        .withDeviceTlb(type == ContextEntry.TT_DEVICE_TLB);
    }

    private static Entry space(long tag, long frame, List<TableKind> kinds, int levels) {
        return Entry.space(tag, frame, 1, kinds.get(levels - 1), Entry.READ | Entry.WRITE);
    }

    private static Entry scalableContext(long w0) {
        if (!ScalableContextEntry.P.isSet(w0)) {
            return Entry.NOTHING;
        }
        long entries = ScalableContextEntry.pasids(w0) >>> PasidDirectoryEntry.TABLE_BITS;
        long pages = Math.max(1, entries / TableKind.PAGE_WORDS);
        return table(ScalableContextEntry.PASIDDIRPTR.get(w0), pages, DIRECTORY)
                .withDeviceTlb(ScalableContextEntry.DTE.isSet(w0));
    }

    private Entry pasid(long w0, long w1, long w2) {
        if (!PasidEntry.P.isSet(w0)) {
            return Entry.NOTHING;
        }
        long did = PasidEntry.DID.get(w1);
        return switch ((int) PasidEntry.PGTT.get(w0)) {
            case PasidEntry.SECOND_LEVEL -> {
                int aw = (int) PasidEntry.AW.get(w0);
                yield can.supportsWidth(aw)
                        ? space(tag(did, false, 0), PasidEntry.SLPTPTR.get(w0), SECOND, aw + 2)
                        : Entry.wrong("a PASID entry has a width that the unit does not have");
            }
            case PasidEntry.FIRST_LEVEL -> {
                int levels = (int) PasidEntry.FLPM.get(w2) + 4;
                yield levels < LEVELS
                        ? space(tag(did, true, 0), PasidEntry.FLPTPTR.get(w2), FIRST, levels)
                                .byPasid()
                        : Entry.wrong("a PASID entry has a number of levels that there is not");
            }
            case PasidEntry.PASS_THROUGH -> Entry.untranslated(tag(did, false, 0), Entry.READ | Entry.WRITE);
            case PasidEntry.NESTED -> Entry.unknown("nested translation is not judged");
            default -> Entry.wrong("a PASID entry has a type that there is not");
        };
    }

    private Entry second(long entry, int level) {
        int rights = (SecondLevelEntry.R.isSet(entry) ? Entry.READ : 0)
                | (SecondLevelEntry.W.isSet(entry) ? Entry.WRITE : 0);
        if (rights == 0) {
            return Entry.NOTHING;
        }
        boolean leaf = second.isLeaf(entry, level);
        if ((entry & second.reserved(level, leaf)) != 0) {
            return Entry.wrong("a reserved bit of a second-level entry is set");
        }
        long frame = SecondLevelEntry.ADDR.get(entry);
        return leaf
                ? Entry.page(frame, LEVEL_BITS * (level - 1), rights)
                : Entry.table(frame, 1, SECOND.get(level - 2), rights);
    }

    private Entry first(long entry, int level) {
        if (!FirstLevelEntry.P.isSet(entry)) {
            return Entry.NOTHING;
        } else if ((entry & firstReserved) != 0) {
            return Entry.wrong("a reserved bit of a first-level entry is set");
        }
        int rights = Entry.READ | (FirstLevelEntry.RW.isSet(entry) ? Entry.WRITE : 0);
        long frame = FirstLevelEntry.ADDR.get(entry);
        boolean large = FirstLevelEntry.PS.isSet(entry);
        if (level > 3 && large) {
            return Entry.wrong("a reserved bit of a first-level entry is set");
        }
        int order = LEVEL_BITS * (level - 1);
        return level == 1 || large
                ? Entry.page(frame & -(1L << order), order, rights)
                : Entry.table(frame, 1, FIRST.get(level - 2), rights);
    }
}
