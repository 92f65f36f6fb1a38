package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.PageRange;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Caches that keep all they may for as long as they may: device table entries by DevID, tables and pages by DomainID, and
 * with NpCache also that there is no page, or one without any right. The first answer stays until it is invalidated, so
 * this is the stalest unit there is. Pages are kept in pieces of 4 KiB. Not for searches.
 */
public final class FullCaches implements RequestCaches {
    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();

    private final Map<Integer, long[]> devices = new HashMap<>();
    private final Map<Page, Long> pages = new HashMap<>();
    private final Map<Node, Long> tables = new HashMap<>();
    private final Set<Integer> faulted = new HashSet<>();
    private final boolean failures;

    private record Page(int domainId, long number) {}

    /** A table of a level, with the page number bits above what it decodes. */
    private record Node(int domainId, int level, long prefix) {}

    public FullCaches(Capabilities can) {
        failures = can.cachesFailures();
    }

    @Override
    public boolean device(int deviceId, long[] entry) {
        long[] cached = devices.get(deviceId);
        if (cached == null) {
            return false;
        }
        System.arraycopy(cached, 0, entry, 0, entry.length);
        return true;
    }

    @Override
    public void offerDevice(int deviceId, long[] entry) {
        devices.put(deviceId, entry.clone());
    }

    @Override
    public long page(int domainId, long iova) {
        return pages.getOrDefault(new Page(domainId, iova >>> PAGE_SHIFT), 0L);
    }

    @Override
    public void offerPage(int domainId, long iova, long answer) {
        if (failures || Translation.RIGHTS.get(answer) != 0) {
            pages.put(new Page(domainId, iova >>> PAGE_SHIFT), answer);
        }
    }

    @Override
    public long table(int domainId, long iova, int level) {
        for (int l = 1; l < level; l++) {
            @Nullable Long pointer = tables.get(node(domainId, l, iova));
            if (pointer != null) {
                return pointer;
            }
        }
        return TableWalk.NO_TABLE;
    }

    private static Node node(int domainId, int level, long iova) {
        return new Node(domainId, level, prefix(iova >>> PAGE_SHIFT, level));
    }

    /** What is left of a page number above a table; real tables only, so 9 bits a level. */
    private static long prefix(long page, int level) {
        return page >>> Math.min(9 * level, Long.SIZE - 1);
    }

    @Override
    public void offerTable(int domainId, long iova, long pointer) {
        tables.put(node(domainId, (int) TableWalk.LEVEL.get(pointer), iova), pointer);
    }

    @Override
    public boolean hadFault(long[] s, int deviceId) {
        return faulted.contains(deviceId);
    }

    @Override
    public void rememberFault(long[] s, int deviceId) {
        faulted.add(deviceId);
    }

    @Override
    public void forgetDevice(long[] s, int deviceId) {
        devices.remove(deviceId);
        faulted.remove(deviceId);
    }

    @Override
    public void forgetPages(long[] s, int domainId, long first, long count, boolean directories) {
        pages.keySet().removeIf(page -> page.domainId() == domainId && PageRange.contains(first, count, page.number()));
        if (directories) {
            tables.keySet().removeIf(node -> node.domainId() == domainId && meets(first, count, node));
        }
    }

    /** Whether a walk for a page of the range goes through a node; both are aligned, so one contains the other or none does. */
    private static boolean meets(long first, long count, Node node) {
        long start = node.prefix() << Math.min(9 * node.level(), Long.SIZE - 1);
        return PageRange.contains(first, count, start) || prefix(first, node.level()) == node.prefix();
    }

    @Override
    public void forgetAll(long[] s) {
        devices.clear();
        faulted.clear();
        pages.clear();
        tables.clear();
    }
}
