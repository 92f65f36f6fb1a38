package dev.moat.iommu.vtd;

import static dev.moat.iommu.Rights.READ;
import static dev.moat.iommu.Rights.WRITE;

import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.LegacyRules;
import dev.moat.iommu.vtd.format.SecondLevelEntry;

/**
 * The part of a walk below the context entry: second-level tables, and the paging-structure caches in their place.
 * Reads only. {@code @source} VTD-WALK. {@code @oracle} SlowWalk and SlowUnit in the tests.
 */
final class TableWalk {
    /** What {@link #next} answers when there is nothing to cache. */
    static final int NO_TABLE = -1;

    private final VtdUnit u;
    private final TableMap map;
    private final PagingCaches paging;
    private final boolean pagingCaches;
    private final boolean rewalks;
    private final LegacyRules rules;

    TableWalk(VtdUnit unit, LegacyRules rules) {
        u = unit;
        this.rules = rules;
        map = unit.map();
        paging = unit.paging;
        VtdGeometry g = unit.geometry();
        pagingCaches = g.options().has(VtdGeometry.Part.PAGING_CACHES);
        rewalks = g.capabilities().rewalks();
    }

    /**
     * Descends from the lowest table that is cached for the page. Where that lacks the right, the unit does as on a hit
     * in the IOTLB that lacks it: it begins at the top, or it faults.
     *
     * @param top frame of the top table
     * @param levels level of the top table
     */
    long hardware(long[] s, long top, int levels, long page, boolean write, int did) {
        int node = pagingCaches ? paging.deepest(s, did, page, 1, levels) : -1;
        if (node >= 0) {
            int rights = (int) paging.rights.get(s, did, node);
            if ((rights & (write ? WRITE : READ)) != 0) {
                long table = map.secondLevel((int) paging.table.get(s, did, node));
                return descend(s, table, paging.level(node), page, write, did, rights, false);
            }
            if (!rewalks) {
                return denied(write);
            }
        }
        return memory(s, top, levels, page, write, did, false);
    }

    /**
     * Descends from the top table, whatever is cached.
     *
     * @param asStored whether entries are read as software stored them, seen by the walker or not
     */
    long memory(long[] s, long top, int levels, long page, boolean write, int did, boolean asStored) {
        return descend(s, top, levels, page, write, did, READ | WRITE, asStored);
    }

    private static long denied(boolean write) {
        return Translation.blocked(write ? FaultReason.NO_WRITE_PERMISSION : FaultReason.NO_READ_PERMISSION);
    }

    /** From a table of some level on, with the rights that the entries above it left; at most {@code levels} levels. */
    private long descend(
            long[] s, long first, int levels, long page, boolean write, int did, int above, boolean asStored) {
        long pointer = first;
        int rights = above;
        for (int level = levels; ; level--) {
            int table = map.tableAt(pointer);
            if (table < 0) {
                return Translation.blocked(FaultReason.TABLE_ACCESS);
            }
            long entry = u.entry(s, table, rules.index(page, level), asStored);
            int came = rules.check(entry, level, write);
            if (came > LegacyRules.LEAF) {
                return Translation.blocked(came);
            }
            rights &= SecondLevelEntry.rights(entry);
            if (came == LegacyRules.LEAF) {
                return Translation.to(rules.frame(entry, level, page), rights, level - 1, did);
            }
            pointer = SecondLevelEntry.ADDR.get(entry);
        }
    }

    /**
     * The table that a walk comes to at a node of the paging-structure caches, from the lowest cached table above it on.
     *
     * @return number of the table times 4, plus the rights so far; or {@link #NO_TABLE}
     */
    int next(long[] s, long top, int levels, int did, int node) {
        if (paging.level(node) >= levels) {
            return NO_TABLE;
        }
        long page = paging.pageBelow(node);
        int above = paging.deepest(s, did, page, paging.level(node) + 1, levels);
        int table = above < 0 ? map.tableAt(top) : (int) paging.table.get(s, did, above);
        int rights = above < 0 ? READ | WRITE : (int) paging.rights.get(s, did, above);
        int from = above < 0 ? levels : paging.level(above);
        for (int level = from; level > paging.level(node) && table >= 0; level--) {
            long entry = u.entry(s, table, rules.index(page, level), false);
            rights &= SecondLevelEntry.rights(entry);
            boolean goesOn = rights != 0 && rules.leadsOn(entry);
            table = goesOn ? map.tableAt(SecondLevelEntry.ADDR.get(entry)) : NO_TABLE;
        }
        return table < 0 ? NO_TABLE : table << 2 | rights;
    }
}
