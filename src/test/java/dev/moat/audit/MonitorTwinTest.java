package dev.moat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The monitor agrees with its slow twin on random interleavings of maps, calls, unmaps and invalidations. */
class MonitorTwinTest {
    private static final int PAGES = 8;
    private static final Map<AuditRule, String> NAMES = Map.of(
            AuditRule.RETURN_PAGE,
            "return",
            AuditRule.IOVA_REUSE,
            "reuse",
            AuditRule.OVERLAP,
            "overlap",
            AuditRule.FRAME_REUSE,
            "frame",
            AuditRule.EXACT,
            "exact");
    private static final long[] DOMAINS = {TraceText.A, TraceText.B};

    /** Of a task, of a soft interrupt upon it, and of a hard one. */
    private static final List<String> FLAGS = List.of(".....", "..s1.", "d.h1.");

    private final TraceText text = new TraceText();
    private final SlowMonitor slow = new SlowMonitor();
    private final Set<Integer> inside = new HashSet<>();
    private boolean flags;

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
        flags = random.nextBoolean();
        text.flushAll(TraceText.A, 3).flushAll(TraceText.B, 4).tick();
        for (int i = 0; i < 120; i++) {
            int cpu = random.nextInt(2);
            Caller caller = caller(random.nextInt(1, 4), cpu, random.nextInt(FLAGS.size()));
            int d = random.nextInt(2);
            switch (random.nextInt(5)) {
                case 0, 1 -> act(random, caller);
                case 2 -> {
                    int mask = random.nextInt(3);
                    long page = random.nextInt(PAGES);
                    on(caller).pages(3 + d, page, mask);
                    long first = page & -(1L << mask);
                    slow.invalidate(caller.key, cpu, DOMAINS[d], first, first + (1L << mask));
                }
                case 3 -> {
                    on(caller).event("qi_submit: iotlb_inv dmar0: 0x%x 0x0 0x0 0x0", 3L + d << 16 | 0xe2);
                    slow.invalidate(caller.key, cpu, DOMAINS[d], 0, Long.MAX_VALUE);
                }
                default -> call(caller);
            }
        }
    }

    /** Who prints: a task or an interrupt upon it, and how the trace tells it from others. */
    private record Caller(int task, int cpu, int depth, int key) {}

    private Caller caller(int task, int cpu, int depth) {
        return new Caller(task, cpu, depth, flags && depth > 0 ? 10 * depth + cpu : task);
    }

    private TraceText on(Caller caller) {
        return text.on(caller.task, caller.cpu).in(flags ? FLAGS.get(caller.depth) : "");
    }

    /** A map or an unmap; perhaps an interrupt comes upon it, and maps or unmaps, too. */
    private void act(Random random, Caller caller) {
        long dom = DOMAINS[random.nextInt(2)];
        long page = random.nextInt(PAGES);
        long pages = random.nextInt(1, 4);
        long frame = 1000 + random.nextInt(3 * PAGES);
        boolean map = random.nextBoolean();
        if (map) {
            on(caller).enterMap(dom, page, pages, frame);
            slow.entersMap(dom, page, pages);
        } else if (flags
                && random.nextInt(16) == 0) { // the probe missed it; without flags it may seem to be of another's entry
            on(caller).unmapPoint(page, pages, pages);
            slow.unmapOfNobody(caller.key, caller.cpu, page, pages);
            return;
        } else {
            on(caller).enterUnmap(dom, page, pages);
        }
        slow.goesOn(caller.key, caller.cpu);
        if (caller.depth + 1 < FLAGS.size() && random.nextInt(3) == 0) {
            act(random, caller(caller.task, caller.cpu, caller.depth + 1));
        }
        if (map) {
            on(caller).mapPoint(page, pages, frame).mapReturns();
            slow.map(caller.key, caller.cpu, dom, page, pages, frame);
        } else {
            on(caller).unmapPoint(page, pages, pages);
            slow.unmap(caller.key, caller.cpu, dom, page, pages);
        }
    }

    private void call(Caller caller) {
        if (inside.remove(caller.key)) {
            on(caller).end();
            slow.end(caller.key, caller.cpu);
        } else {
            on(caller).begin();
            slow.begin(caller.key, caller.cpu);
            inside.add(caller.key);
        }
    }

    private void compare() {
        Audit audit = text.audit();
        Map<String, Integer> counts = new TreeMap<>();
        for (RuleTally t : audit.tallies()) {
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
                        "exact clean",
                        "exact unjudged",
                        "exact violated",
                        "frame clean",
                        "frame unjudged",
                        "frame violated",
                        "overlap clean",
                        "overlap unjudged",
                        "overlap violated",
                        "return clean",
                        "return unjudged",
                        "return violated",
                        "reuse clean",
                        "reuse unjudged",
                        "reuse violated");
    }
}
