package dev.moat.iommu.amdvi;

import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import dev.moat.iommu.amdvi.semantics.TableWalk;

/**
 * What a unit of a search answers to a DMA request: by registers, by its device table entry, by tables, each as it is cached or
 * else as it is in memory. Reads only.
 *
 * <p>{@code @fails} in the order of {@link Outcome}. {@code @source} AMDVI-WALK, AMDVI-CACHES.
 */
public final class AmdViWalk {
    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();
    private static final int NOTHING = -1;

    private final AmdViUnit u;
    private final AmdViGeometry g;
    private final TableMap map;
    private final TableCaches directories;
    private final DeviceCheck check;
    private final TableWalk walk;
    private final int tags;
    private final int[] deviceIds;
    private final boolean rewalks;
    private final boolean failures;
    private final boolean cachesEntries;
    private final boolean cachesTables;

    public AmdViWalk(AmdViUnit unit) {
        u = unit;
        g = unit.geometry();
        map = unit.map();
        directories = unit.directories;
        Behaviour behaviour = Behaviour.specified(g.capabilities());
        check = new DeviceCheck(g.indexBits(), unit.registers, behaviour);
        walk = new TableWalk(unit.memory(), g.indexBits(), behaviour);
        tags = g.tags().size();
        deviceIds = g.deviceIds().stream().mapToInt(Integer::intValue).toArray();
        rewalks = g.capabilities().rewalks();
        failures = g.capabilities().cachesFailures();
        cachesEntries = g.has(Part.DEVICE_CACHE);
        cachesTables = g.has(Part.TABLE_CACHES);
    }

    /** Whether a requester's device table entry is cached. */
    public boolean isEntryCached(long[] s, int requester) {
        return cachesEntries && u.cachedEntry.get(s, requester) != 0;
    }

    /** Quadword 0 of the entry that the unit uses for a requester now. */
    long quad0(long[] s, int requester) {
        return isEntryCached(s, requester) ? u.cachedQuad0.get(s, requester) : u.quad0.get(s, requester);
    }

    /** Quadword 1 of it. */
    long quad1(long[] s, int requester) {
        return isEntryCached(s, requester) ? u.cachedQuad1.get(s, requester) : u.quad1.get(s, requester);
    }

    /** The DomainID under which the unit finds and caches a requester's pages. */
    int tag(long[] s, int requester) {
        return (int) DeviceTableEntry.DOMAIN_ID.get(quad1(s, requester));
    }

    private long iova(int page) {
        return g.pageNumber(page) << PAGE_SHIFT;
    }

    /** The answer without tables, by the entry that the unit uses, or {@link DeviceCheck#UNSETTLED}. */
    private long settled(long[] s, int requester, int page, boolean write) {
        long early = check.withoutEntry(s, deviceIds[requester], iova(page));
        return early != DeviceCheck.UNSETTLED
                ? early
                : check.byEntry(s, quad0(s, requester), quad1(s, requester), iova(page), write);
    }

    /** Whether a request comes as far as the page tables, by the entry that the unit uses. */
    boolean needsTables(long[] s, int requester, int page, boolean write) {
        return settled(s, requester, page, write) == DeviceCheck.UNSETTLED;
    }

    /** What the tables give a request of a requester that comes to them, without the requester's own rights. */
    long tables(long[] s, int requester, int page, boolean write) {
        return fromTables(s, quad0(s, requester), tag(s, requester), page, write);
    }

    /** What the tables give a request that comes to them: from the lowest cached table on, or from the top. */
    private long fromTables(long[] s, long quad0, int tag, int page, boolean write) {
        long top = TableWalk.top(quad0);
        int node = cachesTables ? directories.deepest(s, tag, g.pageNumber(page), 1, TableWalk.level(top)) : NOTHING;
        if (node < 0) {
            return walk.walk(s, top, iova(page));
        }
        long cached = cachedPointer(s, tag, node);
        boolean lacks = rewalks && (TableWalk.RIGHTS.get(cached) & Translation.right(write)) == 0;
        return walk.walk(s, lacks ? top : cached, iova(page));
    }

    private long cachedPointer(long[] s, int tag, int node) {
        long table = map.frameOf(directories.cachedTable(s, tag, node));
        return TableWalk.pointer(table, directories.level(node), (int) directories.rights.get(s, tag, node));
    }

    /** Code of the outcome by which it is cached that there is no page, 0 when that is not. */
    int failure(long[] s, int tag, int page) {
        return failures && tag < tags ? (int) u.pageFailure.get(s, tag, page) : 0;
    }

    /**
     * Whether what is cached answers a request for a page under a tag, whatever the device's own rights are.
     *
     * @param tag any; nothing is cached under one that is not modelled
     */
    boolean isHit(long[] s, int tag, int page, boolean write) {
        int cached = tag < tags ? u.cachedRights(s, tag, page) : 0;
        return (cached & Translation.right(write)) != 0 || (cached != 0 && !rewalks) || failure(s, tag, page) != 0;
    }

    /**
     * The table that a requester's walk comes to at a node of {@link TableCaches#nodes}, from the lowest cached table above it on.
     *
     * @return a pointer as of {@link TableWalk}, or {@link TableWalk#NO_TABLE}
     */
    long tableAt(long[] s, int requester, int node) {
        long number = directories.pageBelow(node);
        int page = (int) (number - g.firstPage());
        long top = TableWalk.top(quad0(s, requester));
        boolean comes = needsTables(s, requester, page, false) || needsTables(s, requester, page, true);
        int level = directories.level(node);
        if (!comes || level >= TableWalk.level(top)) {
            return TableWalk.NO_TABLE;
        }
        int tag = tag(s, requester);
        int above = directories.deepest(s, tag, number, level + 1, TableWalk.level(top));
        long at = above < 0 ? top : cachedPointer(s, tag, above);
        while (at != TableWalk.NO_TABLE && TableWalk.level(at) > level) {
            at = walk.next(s, at, number << PAGE_SHIFT);
        }
        boolean there = at != TableWalk.NO_TABLE && TableWalk.level(at) == level;
        return there && map.tableAt(TableWalk.TABLE.get(at)) >= 0 ? at : TableWalk.NO_TABLE;
    }

    /** Physical address of the last entry that a requester's walk reads, or tries to, by what is in memory. */
    long lastRead(long[] s, int requester, int page) {
        return walk.lastRead(s, TableWalk.top(quad0(s, requester)), iova(page));
    }

    /**
     * What the unit answers to a DMA request right now, from whatever it has cached and otherwise from the tables. Under a
     * DomainID that is none of the modelled ones nothing is cached.
     *
     * @return a {@link Translation}
     */
    public long answer(long[] s, int requester, int page, boolean write) {
        long settled = settled(s, requester, page, write);
        if (settled != DeviceCheck.UNSETTLED) {
            return settled;
        }
        long quad0 = quad0(s, requester);
        int tag = tag(s, requester);
        int rights = DeviceTableEntry.rights(quad0);
        if (!isHit(s, tag, page, write)) {
            return Translation.limited(fromTables(s, quad0, tag, page, write), rights, write);
        }
        if (failure(s, tag, page) != 0) {
            return failure(s, tag, page);
        }
        int frame = u.cachedFrame(s, tag, page);
        long number = frame == AmdViUnit.ELSEWHERE ? Translation.FRAME.max() : g.frameNumber(frame);
        return Translation.limited(Translation.to(number, u.cachedRights(s, tag, page), PAGE_SHIFT), rights, write);
    }

    /** What a request gets from device table and page tables as software stored them, as if nothing were cached. */
    public long uncached(long[] s, int requester, int page, boolean write) {
        long early = check.withoutEntry(s, deviceIds[requester], iova(page));
        if (early != DeviceCheck.UNSETTLED) {
            return early;
        }
        long quad0 = u.quad0.get(s, requester);
        long settled = check.byEntry(s, quad0, u.quad1.get(s, requester), iova(page), write);
        if (settled != DeviceCheck.UNSETTLED) {
            return settled;
        }
        long answer = walk.walk(s, TableWalk.top(quad0), iova(page));
        return Translation.limited(answer, DeviceTableEntry.rights(quad0), write);
    }

    /** What the tables below a pointer yield for a page, without device and caches; its rights are those of the path. */
    public long lookUp(long[] s, long from, int page) {
        return walk.walk(s, from, iova(page));
    }

    /**
     * Whether something cached blocks a DMA request that the tables as software stored them allow: the completeness that a
     * missing invalidation costs.
     */
    public boolean blocked(long[] s, int requester, int page, boolean write) {
        return !Translation.reachesMemory(answer(s, requester, page, write))
                && Translation.reachesMemory(uncached(s, requester, page, write));
    }
}
