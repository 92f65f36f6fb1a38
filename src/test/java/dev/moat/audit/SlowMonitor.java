package dev.moat.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The monitor's obvious twin: page by page, with sets. Takes the acts that {@link MonitorTwinTest} also writes as text, and
 * judges what can be said about returns, addresses and frames mapped again, and maps over maps.
 */
final class SlowMonitor {
    /** What one page's lingering translation is known by. */
    private static final class Linger {
        final Set<int[]> pending = new HashSet<>();
        final Set<Long> frames = new HashSet<>();
        /** Whether an unmap of no known domain may have been of this page. */
        boolean doubted;
        /** Of the unmap since which it lingers. */
        int number;

        boolean owed() {
            return pending.isEmpty() && !doubted;
        }
    }

    private record Page(long dom, long page) {}

    /** What one unmap took. */
    private record Range(Set<Page> pages, int number) {}

    private int unmaps;

    final Map<String, Integer> counts = new TreeMap<>();
    int invalidatedPages;
    private final Map<Page, Long> mapped = new HashMap<>();
    private final Map<Page, Linger> lingering = new HashMap<>();
    /** Mapped, unless an unmap of no known domain was of this page. */
    private final Set<Page> doubtful = new HashSet<>();
    /** Unmapped, and not mapped since. */
    private final Set<Page> gone = new HashSet<>();

    /** Unmapped without having been mapped, and not mapped or invalidated since; with the invalidations that have not completed. */
    private final Map<Page, Set<int[]>> earlier = new HashMap<>();

    private final Map<Integer, List<Range>> calls = new HashMap<>();
    private final Map<Integer, Boolean> unseen = new HashMap<>();
    /** Task and CPU of every invalidation that has not completed. */
    private final List<int[]> open = new ArrayList<>();

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** Every event but a descriptor shows that invalidations of its task and of its CPU are complete. */
    void goesOn(int task, int cpu) {
        for (int[] inv : List.copyOf(open)) {
            if (inv[0] == task || inv[1] == cpu) {
                open.remove(inv);
                lingering.values().removeIf(l -> l.pending.contains(inv));
                earlier.values().removeIf(pending -> pending.contains(inv));
            }
        }
    }

    void map(int task, int cpu, long dom, long page, long pages, long frame) {
        goesOn(task, cpu);
        boolean reused = false;
        boolean unsure = false;
        boolean over = false;
        boolean doubted = false;
        for (long p = page; p < page + pages; p++) {
            Linger l = lingering.get(new Page(dom, p));
            boolean perhaps = doubtful.remove(new Page(dom, p));
            reused |= l != null && l.owed();
            boolean wasEarlier = earlier.remove(new Page(dom, p)) != null;
            unsure |= (l != null && !l.owed()) || perhaps || wasEarlier;
            boolean was = mapped.put(new Page(dom, p), frame + p - page) != null;
            over |= was && !perhaps;
            doubted |= perhaps;
            gone.remove(new Page(dom, p));
        }
        count(reused ? "reuse violated" : unsure ? "reuse unjudged" : "reuse clean");
        frames(dom, frame, frame + pages);
        count(over ? "overlap violated" : doubted ? "overlap unjudged" : "overlap clean");
    }

    private void frames(long dom, long first, long end) {
        boolean reached = false;
        boolean unsure = false;
        for (Map.Entry<Page, Linger> e : lingering.entrySet()) {
            Linger l = e.getValue();
            boolean leads = l.frames.stream().anyMatch(f -> f >= first && f < end);
            reached |= e.getKey().dom != dom && leads && l.owed();
            unsure |= e.getKey().dom != dom && leads && !l.owed();
        }
        count(reached ? "frame violated" : unsure ? "frame unjudged" : "frame clean");
    }

    /** A map is entered: it may fail, and unmap again what it had mapped. */
    void entersMap(long dom, long page, long pages) {
        gone.removeIf(p -> p.dom == dom && p.page >= page && p.page < page + pages);
    }

    void begin(int task, int cpu) {
        goesOn(task, cpu);
        calls.put(task, new ArrayList<>());
        unseen.put(task, false);
    }

    void unmap(int task, int cpu, long dom, long page, long pages) {
        goesOn(task, cpu);
        Set<Page> all = new HashSet<>();
        unmaps++;
        boolean twice = false;
        boolean perhaps = false;
        for (long p = page; p < page + pages; p++) {
            Page one = new Page(dom, p);
            all.add(one);
            boolean doubted = doubtful.remove(one);
            if (!mapped.containsKey(one) && !gone.contains(one)) {
                earlier.put(one, new HashSet<>());
            }
            twice |= gone.contains(one);
            perhaps |= doubted;
            Long frame = mapped.remove(one);
            if (frame != null) {
                Linger before = lingering.put(one, new Linger());
                if (before != null && before.owed()) {
                    lingering.get(one).frames.addAll(before.frames);
                }
                lingering.get(one).frames.add(frame);
                lingering.get(one).number = before != null && before.owed() ? before.number : unmaps;
                lingering.get(one).doubted = doubted;
                gone.add(one);
            } else if (calls.containsKey(task)) {
                unseen.put(task, true);
            }
        }
        if (calls.containsKey(task)) {
            calls.get(task).add(new Range(all, unmaps));
            count(twice ? "exact violated" : perhaps ? "exact unjudged" : "exact clean");
        } else {
            count("exact unjudged");
        }
    }

    /** An unmap without its entry, of whatever domain. */
    void unmapOfNobody(int task, int cpu, long page, long pages) {
        goesOn(task, cpu);
        for (Page one : mapped.keySet()) {
            if (one.page >= page && one.page < page + pages) {
                doubtful.add(one);
            }
        }
        if (calls.containsKey(task)) {
            unseen.put(task, true);
            calls.get(task).add(new Range(Set.of(), unmaps));
        }
        count(calls.containsKey(task) ? "exact clean" : "exact unjudged");
    }

    /** A descriptor for the pages of one domain. */
    void invalidate(int task, int cpu, long dom, long first, long end) {
        int[] inv = {task, cpu};
        open.add(inv);
        earlier.forEach((page, pending) -> {
            if (page.dom == dom && page.page >= first && page.page < end) {
                pending.add(inv);
            }
        });
        lingering.forEach((page, l) -> {
            if (page.dom == dom && page.page >= first && page.page < end) {
                invalidatedPages += l.pending.isEmpty() ? 1 : 0;
                l.pending.add(inv);
            }
        });
    }

    void end(int task, int cpu) {
        goesOn(task, cpu);
        List<Range> ranges = calls.remove(task);
        boolean lingers = false;
        boolean unsure = ranges.isEmpty() || unseen.get(task);
        for (Range range : ranges) {
            for (Page p : range.pages) {
                Linger l = lingering.get(p);
                boolean own = l != null && l.owed() && l.number <= range.number; // not of an unmap behind this one
                lingers |= own;
                unsure |= l != null && !own;
            }
        }
        count(lingers ? "return violated" : unsure ? "return unjudged" : "return clean");
    }
}
