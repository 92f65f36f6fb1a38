package dev.moat.iommu.amdvi.request;

import dev.moat.bits.Reserved;
import dev.moat.iommu.Entry;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of an AMD-Vi unit, and what their entries mean. A tag is the DomainID. {@code @source} AMDVI-DTE, AMDVI-PTE, AMDVI-WALK.
 */
final class AmdViTableKinds {
    static final TableKind DEVICES = new TableKind("device table", true, 4, TableKind.PASID_BITS);
    private static final List<TableKind> LEVELS = levels();
    private static final int LEVEL_BITS = PageTableEntry.INDEX_BITS;
    private static final int MOST_LEVELS = 6;
    private static final long RESERVED = Reserved.in(PageTableEntry.FIELDS);

    private final DeviceCheck check;
    private final int levels;

    AmdViTableKinds(DeviceCheck check, int levels) {
        this.check = check;
        this.levels = levels;
    }

    private static List<TableKind> levels() {
        List<TableKind> all = new ArrayList<>();
        for (int level = 1; level <= MOST_LEVELS; level++) {
            all.add(new TableKind("page table of level " + level, false, 1, LEVEL_BITS * (level - 1)));
        }
        return List.copyOf(all);
    }

    static long tag(long domainId) {
        return domainId << TableKind.PASID_BITS;
    }

    Entry decode(TableKind kind, long[] words, int at) {
        return kind.ofDevices()
                ? device(words[at], words[at + 1], words[at + 2], words[at + 3])
                : page(words[at], kind.shift() / LEVEL_BITS + 1);
    }

    private Entry device(long quad0, long quad1, long quad2, long quad3) {
        long tag = tag(DeviceTableEntry.DOMAIN_ID.get(quad1));
        if (!DeviceTableEntry.V.isSet(quad0)) {
            return Entry.untranslated(0, Entry.READ | Entry.WRITE);
        } else if (check.isIllegal(quad0, quad1, quad2, quad3)) {
            return Entry.wrong("a reserved bit of a device table entry is set");
        } else if (DeviceTableEntry.GV.isSet(quad0)) {
            return Entry.unknown("guest translation is not judged");
        } else if (!DeviceTableEntry.TV.isSet(quad0)) {
            return Entry.NOTHING;
        }
        int mode = (int) DeviceTableEntry.MODE.get(quad0);
        int rights = rights(DeviceTableEntry.rights(quad0));
        if (mode > levels) {
            return Entry.wrong("a device table entry has more levels than the unit");
        } else if (rights == 0) {
            return Entry.NOTHING;
        }
        return mode == DeviceTableEntry.MODE_UNTRANSLATED
                ? Entry.untranslated(tag, rights)
                : Entry.space(tag, DeviceTableEntry.ROOT.get(quad0), 1, LEVELS.get(mode - 1), rights)
                        .withDeviceTlb(DeviceTableEntry.I.isSet(quad1));
    }

    private static int rights(int rights) {
        return ((rights & Translation.READ) != 0 ? Entry.READ : 0)
                | ((rights & Translation.WRITE) != 0 ? Entry.WRITE : 0);
    }

    private static Entry page(long entry, int level) {
        int rights = rights(PageTableEntry.rights(entry));
        int next = (int) PageTableEntry.NEXT_LEVEL.get(entry);
        if (!PageTableEntry.PR.isSet(entry)) {
            return Entry.NOTHING;
        } else if ((entry & RESERVED) != 0) {
            return Entry.wrong("a reserved bit of a page table entry is set");
        } else if (next == PageTableEntry.NATURAL || next == PageTableEntry.SIZED) {
            int natural = LEVEL_BITS * (level - 1);
            boolean sized = next == PageTableEntry.SIZED;
            int order = sized ? PageTableEntry.sizeShift(entry) - PageTableEntry.ADDR.lo() : natural;
            if (sized && (order <= natural || order >= natural + LEVEL_BITS)) {
                return Entry.wrong("the size of a page does not belong to the level of its entry");
            }
            return rights == 0
                    ? Entry.NOTHING
                    : Entry.page(PageTableEntry.ADDR.get(entry) & -(1L << order), order, rights);
        } else if (next >= level) {
            return Entry.wrong("the level of the next table is not below that of its entry");
        }
        return rights == 0
                ? Entry.NOTHING
                : Entry.table(PageTableEntry.ADDR.get(entry), 1, LEVELS.get(next - 1), rights);
    }
}
