package dev.moat.twin.amdvi;

import java.util.ArrayList;
import java.util.List;

/** What was invalidated and when (sheet, section 6): nothing older can come from a cache. */
final class SlowAmdViInvalidations {
    private record Device(long at, int deviceId) {}

    private record Pages(long at, int domain, long w1) {}

    private final SlowAmdViRules rules;
    private final List<Device> devices = new ArrayList<>();
    private final List<Pages> pages = new ArrayList<>();
    private final List<Long> everything = new ArrayList<>(List.of(0L));

    SlowAmdViInvalidations(SlowAmdViRules rules) {
        this.rules = rules;
    }

    /** INVALIDATE_IOMMU_ALL; also the first enabling: caches are empty then. */
    void all(long at) {
        everything.add(at);
    }

    /** INVALIDATE_DEVTAB_ENTRY. */
    void device(long at, int deviceId) {
        devices.add(new Device(at, deviceId));
    }

    /** INVALIDATE_IOMMU_PAGES with its second word. */
    void pages(long at, int domain, long w1) {
        pages.add(new Pages(at, domain, w1));
    }

    /** Since when a DTE of this device may be cached. */
    long deviceSince(int deviceId) {
        long since = everything.get(everything.size() - 1);
        for (Device d : devices) {
            if (d.deviceId == deviceId) {
                since = Math.max(since, d.at);
            }
        }
        return since;
    }

    /** When a DTE of this device that stopped being in memory at an instant is gone from the cache; never: the last. */
    long deviceGone(int deviceId, long stopped) {
        long gone = Long.MAX_VALUE;
        for (long at : everything) {
            if (at >= stopped) {
                gone = Math.min(gone, at);
            }
        }
        for (Device d : devices) {
            if (d.deviceId == deviceId && d.at >= stopped) {
                gone = Math.min(gone, d.at);
            }
        }
        return gone;
    }

    /** Since when a translation of this page may be cached for this domain. */
    long leafSince(int domain, long iova) {
        return since(domain, iova, false);
    }

    /** Since when an entry on the way to this page may be cached for this domain. */
    long directorySince(int domain, long iova) {
        return since(domain, iova, true);
    }

    private long since(int domain, long iova, boolean directories) {
        long since = everything.get(everything.size() - 1);
        for (Pages p : pages) {
            boolean covers = p.domain == domain && rules.coversPage(p.w1, iova);
            if (covers && (!directories || rules.coversDirectories(p.w1))) {
                since = Math.max(since, p.at);
            }
        }
        return since;
    }
}
