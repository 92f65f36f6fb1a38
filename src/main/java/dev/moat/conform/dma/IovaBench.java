package dev.moat.conform.dma;

import dev.moat.dma.iova.IovaCaches;
import dev.moat.dma.iova.IovaDomain;
import dev.moat.dma.release.LinuxRelease;
import java.util.ArrayList;
import java.util.List;

/** The allocator as a recorded case has it after {@code init}, and what a row shows of it, in the words of the file. */
final class IovaBench {
    static final int CPUS = 4;
    static final int MOST_RANGES = 1 << 14;
    /** Where Linux keeps as many as there is memory for. */
    static final int MOST_MAGAZINES = 1 << 8;

    private static final int SHOWN = 4;
    private static final String TOP = "top";

    private final IovaDomain domain;
    private final IovaCaches caches;
    private final long[] words;
    private List<Range> before = List.of();
    private int warnings;

    /** @throws IllegalArgumentException for a granule that Linux answers with BUG */
    IovaBench(long granule, long start, LinuxRelease release) {
        domain = new IovaDomain(0, granule, start, MOST_RANGES, warning -> warnings++);
        IovaCaches.Shape linux = IovaCaches.Shape.LINUX;
        int depot = release.keepsAllMagazines() ? MOST_MAGAZINES : linux.depotLength();
        caches = new IovaCaches(domain.end(), domain, CPUS, new IovaCaches.Shape(linux.length(), depot), release);
        words = new long[caches.end()];
        domain.initialise(words);
        caches.initialise(words);
    }

    /** Bounds are inclusive and unsigned. */
    record Range(long lo, long hi) {
        @Override
        public String toString() {
            return lo == IovaDomain.NONE ? TOP : Long.toHexString(lo) + ":" + Long.toHexString(hi);
        }
    }

    IovaDomain domain() {
        return domain;
    }

    IovaCaches caches() {
        return caches;
    }

    long[] words() {
        return words;
    }

    /** The range at a place, or the text for none. */
    String text(int place, String none) {
        return place < 0 ? none : range(place).toString();
    }

    private Range range(int place) {
        return new Range(domain.lo(words, place), domain.hi(words, place));
    }

    /** Warnings since the last call. */
    String takeWarnings() {
        String text = "" + warnings;
        warnings = 0;
        return text;
    }

    String lowHint() {
        return hint(domain.lowHint(words));
    }

    String highHint() {
        return hint(domain.highHint(words));
    }

    private String hint(long pfn) {
        return isTop(domain.find(words, pfn)) ? TOP : Long.toHexString(pfn);
    }

    /** The sentinel, which begins lower once pages up to the highest are reserved. */
    private boolean isTop(int place) {
        return place >= 0 && domain.above(words, place) < 0;
    }

    /** Sizes of a CPU's magazines and the depot; empty for a class that there is none of. */
    String magazines(int order, int cpu) {
        return isCached(order)
                ? caches.loadedSize(words, order, cpu) + "/" + caches.previousSize(words, order, cpu) + "/"
                        + caches.depotSize(words, order)
                : "";
    }

    /** Whether a class has as many magazines as can be kept here, though not in Linux. */
    boolean isDepotFull(int order) {
        return isCached(order) && caches.depotSize(words, order) == MOST_MAGAZINES;
    }

    /** The newest page numbers of a CPU's loaded magazine. */
    String newest(int order, int cpu) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; isCached(order) && i < Math.min(SHOWN, caches.loadedSize(words, order, cpu)); i++) {
            shown.add(Long.toHexString(caches.loadedPfn(words, order, cpu, i)));
        }
        return String.join(";", shown);
    }

    private boolean isCached(int order) {
        return order < IovaCaches.CLASSES && caches.isOn(words);
    }

    /** Ranges that went and came since the last call, rising. */
    List<String> takeChanges() {
        List<Range> after = new ArrayList<>();
        for (int place = domain.lowest(words); !isTop(place); place = domain.above(words, place)) {
            after.add(range(place));
        }
        List<String> changes = new ArrayList<>();
        int i = 0;
        int k = 0;
        while (i < before.size() || k < after.size()) {
            int order = order(i, after, k);
            if (order == 0 && before.get(i).equals(after.get(k))) {
                i++;
                k++;
            } else if (order <= 0) {
                changes.add("-" + before.get(i++));
            } else {
                changes.add("+" + after.get(k++));
            }
        }
        before = after;
        return changes;
    }

    private int order(int i, List<Range> after, int k) {
        if (i == before.size()) {
            return 1;
        }
        return k == after.size() ? -1 : Long.compareUnsigned(before.get(i).lo, after.get(k).lo);
    }
}
