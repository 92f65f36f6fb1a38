package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.tests.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nested translation a second time, slow, from raw words: the device's PASID entry, the guest's first level, the physical second level.
 * What the unit may have cached of both is here everything that both came to since it was last asked to forget that; a request in flight
 * may have read each of them at another time. {@code @source} fact sheet viommu, sections 5, 9 and 13. At most two pages, so that a space
 * has one leaf table.
 */
class NestedTwinTest {
    private static final int OPERATIONS = Volume.of(10_000, 1_000_000);
    private static final int LEAF_ENTRIES = 2;
    private static final int SECOND_ONLY = 1;
    private static final String SMALL =
            "xen-viommu operation guests=1 strategy=nested devices=passed-through gfns=2 pages=2";

    /** Between random steps guests owe something nearly always, so only whole operations show what is got where nothing is owed. */
    @ParameterizedTest
    @CsvSource({
        "1, 30, operation second=translated",
        "2, 0, step second=translated cpus=2",
        "3, 0, step guests=1 te=true contexts=true spaces=2 hotplug=true",
        "4, 30, operation grants=true exchange=true coarse=true ranges=true frames=3",
        "5, 0, step second=translated nested-walks=true",
        "6, 30, operation guests=1 te=true nested-walks=true",
        "7, 30, operation guests=1 te=true window=true frames=3",
        "8, 0, step second=translated window=true nested-walks=true frames=4"
    })
    void anyOperationsAgree(long seed, int quietly, String line) {
        String[] parts = line.split(" ", 2);
        Twin twin = new Twin(
                "xen-viommu " + parts[0] + " strategy=nested devices=passed-through " + sizes(parts[1]) + parts[1]);
        twin.walk.go(seed, OPERATIONS, twin::compare);
        if (line.contains("window=true")) {
            assertThat(twin.ledToWindow).isGreaterThan(300);
        }
        assertThat(twin.given).isGreaterThan(300);
        assertThat(twin.quietlyGiven).isGreaterThanOrEqualTo(quietly);
    }

    /** The window of interrupt messages is one more page and gfn: of two, where there is one. */
    private static String sizes(String line) {
        return line.contains("window=true") ? "gfns=1 pages=1 " : "gfns=2 pages=2 ";
    }

    /** What is behind the window's gfn is in the second level, where no page of a device's says what it is. */
    @Test
    void aSecondLevelThatLeadsToTheWindowIsNoticed() {
        Twin twin = new Twin("xen-viommu operation guests=1 strategy=nested devices=passed-through "
                + sizes("window=true") + "window=true frames=3 !p2m.window-mapped");
        assertThatThrownBy(() -> twin.walk.go(5, OPERATIONS, twin::compare)).isInstanceOf(AssertionError.class);
    }

    /** A test that cannot fail is none: rights that the p2m does not give, and a cache that is not asked to forget. */
    @Test
    void defectsAreNoticed() {
        for (String fault :
                new String[] {"shadow.p2m-rights-ignored", "nested.invalidation-not-passed-on", "nested.flight-survives"
                }) {
            Twin twin = new Twin(SMALL.replace("guests=1", "guests=2")
                    + " second=translated grants=true nested-walks=true !" + fault);
            assertThatThrownBy(() -> twin.walk.go(5, OPERATIONS, twin::compare))
                    .as(fault)
                    .isInstanceOf(AssertionError.class);
        }
    }

    /** What a request may get: a frame and one right. */
    private record Got(int device, int page, int frame, int right) {}

    private static final class Twin {
        final TwinWalk walk;
        private final int devices;
        private final int pages;
        private final int gfns;
        private final int frames;
        private final Set<Got> sinceFlush = new HashSet<>();
        private final Set<Got> firstsSinceFlush = new HashSet<>();
        private final Set<Got> secondsSinceFlush = new HashSet<>();
        private final boolean hasFlights;
        private final boolean[] asked;
        /** The page, and the gfn, of interrupt messages, or -1. */
        private final int window;

        int ledToWindow;
        int given;
        int quietlyGiven;

        Twin(String line) {
            walk = new TwinWalk(line);
            hasFlights = line.contains("nested-walks=true");
            devices = walk.slots("attached").size();
            pages = walk.slots("nested.frame").size() / devices;
            gfns = walk.slots("p2m").size() / walk.slots("te").size();
            frames = walk.slots("owner").size();
            asked = new boolean[devices];
            window = line.contains("window=true") ? pages - 1 : -1;
        }

        /** Each guest has one device here. */
        void compare(long[] s) {
            for (int q = 0; q < devices; q++) {
                boolean forgotten = asked[q] && walk.word(s, "nested.asked", q) == 0;
                asked[q] = walk.word(s, "nested.asked", q) != 0;
                int device = q;
                if (forgotten) {
                    sinceFlush.removeIf(got -> got.device == device);
                    firstsSinceFlush.removeIf(got -> got.device == device);
                    secondsSinceFlush.removeIf(got -> got.device == device);
                }
                if (hasFlights) {
                    noteLevels(s, q);
                }
                for (int p = 0; p < pages; p++) {
                    for (int right = 1; right <= 2; right++) {
                        compare(s, q, p, right);
                    }
                }
            }
        }

        /** What a request could read of each level now: of the first a gfn, at a gfn of the second a frame. */
        private void noteLevels(long[] s, int q) {
            for (int p = 0; p < pages; p++) {
                for (int right = 1; right <= 2; right++) {
                    int gfn = firstLevel(s, q, p, right);
                    if (gfn >= 0) {
                        firstsSinceFlush.add(new Got(q, p, gfn, right));
                    }
                    for (int frame : secondLevel(s, q, p, right)) {
                        secondsSinceFlush.add(new Got(q, p, frame, right));
                    }
                }
            }
        }

        private boolean isReadInTurn(Got got) {
            return hasFlights
                    && firstsSinceFlush.stream()
                            .filter(f -> f.device == got.device && f.page == got.page && f.right == got.right)
                            .anyMatch(f ->
                                    secondsSinceFlush.contains(new Got(got.device, f.frame, got.frame, got.right)));
        }

        private void compare(long[] s, int q, int p, int right) {
            int gfn = firstLevel(s, q, p, right);
            ledToWindow += gfn >= 0 && gfn == window ? 1 : 0;
            Set<Integer> now = gfn < 0 ? Set.of() : secondLevel(s, q, gfn, right);
            now.forEach(f -> sinceFlush.add(new Got(q, p, f, right)));
            boolean quiet = isQuiet(s);
            int composed = composed(s, q, p, right);
            for (int f = 0; f < frames; f++) {
                boolean gets = walk.says(right == 1 ? "getsR" : "getsW", s, q, p, f);
                String what = "device " + q + ", page " + p + ", frame " + f + ", right " + right;
                if (gets) {
                    given++;
                    Got got = new Got(q, p, f, right);
                    if (!isReadInTurn(got)) {
                        assertThat(sinceFlush).as(what).contains(got);
                    }
                }
                if (walk.word(s, "nested.frame", q * pages + p) == 0 && now.size() <= 1) {
                    assertThat(gets).as(what).isEqualTo(now.contains(f));
                }
                if (quiet) {
                    assertThat(gets).as(what + ", nothing owed").isEqualTo(composed == f);
                    quietlyGiven += gets ? 1 : 0;
                }
            }
        }

        /** By the PASID entry: 0 blocks, 1 skips the first level, others name a space of the guest's. */
        private int firstLevel(long[] s, int q, int p, int right) {
            if (p == window) {
                return -1;
            }
            int entry = (int) walk.word(s, "pasid.entry", q);
            if (entry <= SECOND_ONLY) {
                return entry == SECOND_ONLY ? p : -1;
            }
            return ofLeaf(walk.word(s, "guest.leaf", (entry - 2) * LEAF_ENTRIES + p), right);
        }

        private static int ofLeaf(long word, int right) {
            return (word & right) == 0 ? -1 : (int) (word >>> 12);
        }

        /** What the physical tables say at a gfn, or what the unit has cached of them. */
        private Set<Integer> secondLevel(long[] s, int q, int gfn, int right) {
            Set<Integer> all = new HashSet<>();
            boolean led = gfn < pages && (walk.word(s, "contextLo", q) & 1) == 1;
            if (!led) {
                return all;
            }
            int frame = ofLeaf(walk.word(s, "leaf", q * LEAF_ENTRIES + gfn), right);
            int tag = (int) (walk.word(s, "contextHi", q) >>> 8) & 0xffff;
            boolean cached = (walk.word(s, "iotlbRights", tag * pages + gfn) & right) != 0;
            if (cached) {
                all.add((int) walk.word(s, "iotlbFrame", tag * pages + gfn) - 1);
            } else if (frame >= 0) {
                all.add(frame);
            }
            return all;
        }

        private boolean isQuiet(long[] s) {
            boolean quiet = true;
            for (String busy : new String[] {"pc", "stale.table", "stale.entry"}) {
                for (int i = 0; i < walk.slots(busy).size(); i++) {
                    quiet &= walk.word(s, busy, i) == 0;
                }
            }
            return quiet;
        }

        /** What the guest's tables and the p2m come to: a frame, or -1. */
        private int composed(long[] s, int q, int p, int right) {
            int gfn = p;
            if (walk.word(s, "te", q) == 1) {
                int did = (int) (walk.word(s, "guest.contextHi", q) >>> 8) & 0xffff;
                boolean present = (walk.word(s, "guest.contextLo", q) & 1) == 1;
                gfn = present ? ofLeaf(walk.word(s, "guest.leaf", (did - 1) * LEAF_ENTRIES + p), right) : -1;
            }
            if (p == window || gfn < 0 || gfn >= gfns || walk.word(s, "attached", q) == 0) {
                return -1;
            }
            long kind = walk.word(s, "p2m.kind", q * gfns + gfn);
            boolean allowed = kind < 2 || (kind == 2 && right == 1);
            return allowed ? (int) walk.word(s, "p2m", q * gfns + gfn) - 1 : -1;
        }
    }

    /** That invariant reads caches and flights of one level: of what a nested device is answered from it says nothing. */
    @Test
    void noNestedScenarioClaimsBreakBeforeMake() throws IOException {
        int nested = 0;
        try (Stream<Path> files = Files.list(Path.of("specs/scenarios/xen-viommu"))) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                if (text.contains("strategy: nested")) {
                    nested++;
                    assertThat(text).as(file.toString()).doesNotContain("break-before-make");
                }
            }
        }
        assertThat(nested).isGreaterThan(10);
    }
}
