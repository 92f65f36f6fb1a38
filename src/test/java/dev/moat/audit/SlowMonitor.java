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
    }

    private record Page(long dom, long page) {}

    final Map<String, Integer> counts = new TreeMap<>();
    int invalidatedPages;
    private final Map<Page, Long> mapped = new HashMap<>();
    private final Map<Page, Linger> lingering = new HashMap<>();
    private final Map<Integer, List<Set<Page>>> calls = new HashMap<>();
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
            }
        }
    }

    void map(int task, int cpu, long dom, long page, long pages, long frame) {
        goesOn(task, cpu);
        boolean reused = false;
        boolean unsure = false;
        boolean over = false;
        for (long p = page; p < page + pages; p++) {
            Linger l = lingering.get(new Page(dom, p));
            reused |= l != null && l.pending.isEmpty();
            unsure |= l != null && !l.pending.isEmpty();
            over |= mapped.put(new Page(dom, p), frame + p - page) != null;
        }
        count(reused ? "reuse violated" : unsure ? "reuse unjudged" : "reuse clean");
        frames(dom, frame, frame + pages);
        count(over ? "overlap violated" : "overlap clean");
    }

    private void frames(long dom, long first, long end) {
        boolean reached = false;
        boolean unsure = false;
        for (Map.Entry<Page, Linger> e : lingering.entrySet()) {
            Linger l = e.getValue();
            boolean leads = l.frames.stream().anyMatch(f -> f >= first && f < end);
            reached |= e.getKey().dom != dom && leads && l.pending.isEmpty();
            unsure |= e.getKey().dom != dom && leads && !l.pending.isEmpty();
        }
        count(reached ? "frame violated" : unsure ? "frame unjudged" : "frame clean");
    }

    void begin(int task, int cpu) {
        goesOn(task, cpu);
        calls.put(task, new ArrayList<>());
        unseen.put(task, false);
    }

    void unmap(int task, int cpu, long dom, long page, long pages) {
        goesOn(task, cpu);
        Set<Page> all = new HashSet<>();
        for (long p = page; p < page + pages; p++) {
            Page one = new Page(dom, p);
            all.add(one);
            Long frame = mapped.remove(one);
            if (frame != null) {
                Linger before = lingering.put(one, new Linger());
                if (before != null && before.pending.isEmpty()) {
                    lingering.get(one).frames.addAll(before.frames);
                }
                lingering.get(one).frames.add(frame);
            } else if (calls.containsKey(task)) {
                unseen.put(task, true);
            }
        }
        if (calls.containsKey(task)) {
            calls.get(task).add(all);
        }
    }

    /** A descriptor for the pages of one domain. */
    void invalidate(int task, int cpu, long dom, long first, long end) {
        int[] inv = {task, cpu};
        open.add(inv);
        lingering.forEach((page, l) -> {
            if (page.dom == dom && page.page >= first && page.page < end) {
                invalidatedPages += l.pending.isEmpty() ? 1 : 0;
                l.pending.add(inv);
            }
        });
    }

    void end(int task, int cpu) {
        goesOn(task, cpu);
        List<Set<Page>> ranges = calls.remove(task);
        boolean lingers = false;
        boolean unsure = ranges.isEmpty() || unseen.get(task);
        for (Set<Page> range : ranges) {
            for (Page p : range) {
                Linger l = lingering.get(p);
                lingers |= l != null && l.pending.isEmpty();
                unsure |= l != null && !l.pending.isEmpty();
            }
        }
        count(lingers ? "return violated" : unsure ? "return unjudged" : "return clean");
    }
}
