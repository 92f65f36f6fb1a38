package dev.moat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.Rule;
import dev.moat.audit.result.Tally;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The monitor agrees with its slow twin on random interleavings of maps, calls, unmaps and invalidations. */
class MonitorTwinTest {
    private static final int PAGES = 8;
    private static final Map<Rule, String> NAMES = Map.of(
            Rule.RETURN_PAGE, "return", Rule.IOVA_REUSE, "reuse", Rule.OVERLAP, "overlap", Rule.FRAME_REUSE, "frame");
    private static final long[] DOMAINS = {TraceText.A, TraceText.B};

    private final TraceText text = new TraceText();
    private final SlowMonitor slow = new SlowMonitor();

    @Property(tries = 400)
    void agrees(@ForAll long seed) {
        Random random = new Random(seed);
        MonitorTwinTest world = new MonitorTwinTest();
        world.run(random);
        world.compare();
    }

    /** A random trace. */
    static TraceText random(Random random) {
        MonitorTwinTest world = new MonitorTwinTest();
        world.run(random);
        return world.text;
    }

    private void run(Random random) {
        text.flushAll(TraceText.A, 3).flushAll(TraceText.B, 4).tick();
        boolean[] inside = new boolean[4];
        for (int i = 0; i < 120; i++) {
            int task = random.nextInt(1, 4);
            int cpu = random.nextInt(2);
            text.on(task, cpu);
            int d = random.nextInt(2);
            long page = random.nextInt(PAGES);
            long pages = random.nextInt(1, 4);
            switch (random.nextInt(5)) {
                case 0 -> {
                    long frame = 1000 + random.nextInt(3 * PAGES);
                    text.map(DOMAINS[d], page, pages, frame);
                    slow.map(task, cpu, DOMAINS[d], page, pages, frame);
                }
                case 1 -> {
                    text.unmap(DOMAINS[d], page, pages);
                    slow.unmap(task, cpu, DOMAINS[d], page, pages);
                }
                case 2 -> {
                    int mask = random.nextInt(3);
                    text.pages(3 + d, page, mask);
                    long first = page & -(1L << mask);
                    slow.invalidate(task, cpu, DOMAINS[d], first, first + (1L << mask));
                }
                case 3 -> {
                    text.event("qi_submit: iotlb_inv dmar0: 0x%x 0x0 0x0 0x0", 3L + d << 16 | 0xe2);
                    slow.invalidate(task, cpu, DOMAINS[d], 0, Long.MAX_VALUE);
                }
                default -> call(task, cpu, inside);
            }
        }
    }

    private void call(int task, int cpu, boolean[] inside) {
        if (inside[task]) {
            text.end();
            slow.end(task, cpu);
        } else {
            text.begin();
            slow.begin(task, cpu);
        }
        inside[task] = !inside[task];
    }

    private void compare() {
        Audit audit = text.audit();
        Map<String, Integer> counts = new TreeMap<>();
        for (Tally t : audit.tallies()) {
            String name = NAMES.get(t.rule());
            if (name != null) {
                counts.put(name + " clean", (int) t.clean());
                counts.put(name + " violated", (int) t.violated());
                counts.put(name + " unjudged", (int) t.unjudgedCount());
            }
        }
        counts.values().removeIf(n -> n == 0);
        assertThat(counts).isEqualTo(new TreeMap<>(slow.counts));
        assertThat(audit.figures().get("pagesInvalidatedPages")
                        + audit.figures().get("domainInvalidatedPages"))
                .isEqualTo(slow.invalidatedPages);
    }

    /** The random traces reach every answer of every rule compared. */
    @org.junit.jupiter.api.Test
    void reachesEverything() {
        TreeSet<String> reached = new TreeSet<>();
        for (int seed = 0; seed < 40; seed++) {
            MonitorTwinTest world = new MonitorTwinTest();
            world.run(new Random(seed));
            reached.addAll(world.slow.counts.keySet());
        }
        assertThat(reached)
                .containsExactly(
                        "frame clean",
                        "frame unjudged",
                        "frame violated",
                        "overlap clean",
                        "overlap violated",
                        "return clean",
                        "return unjudged",
                        "return violated",
                        "reuse clean",
                        "reuse unjudged",
                        "reuse violated");
    }
}
