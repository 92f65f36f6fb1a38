package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.tests.Volume;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shared virtual memory a second time, slow, from the fact sheet alone: Xen's PASID entry, the process's first level, the p2m, which
 * stands still. Each of the three caches is here everything that was ever valid since it was last asked to forget that. {@code @source} fact
 * sheet viommu, sections 8 and 9.
 */
class SvmTwinTest {
    private static final int OPERATIONS = Volume.of(30_000, 1_000_000);

    @ParameterizedTest
    @CsvSource({
        "1, operation pasids=2 rights=r-rw",
        "2, step pasids=2 cpus=2",
        "3, step pages=2 gfns=2 rights=r-rw processes=2 pasids=3",
        "4, operation device-tlb=false pages=2 gfns=2"
    })
    void anyOperationsAgree(long seed, String line) {
        Twin twin = new Twin("xen-viommu-svm " + line);
        twin.walk.go(seed, OPERATIONS, twin::compare);
        assertThat(twin.given).isGreaterThan(1000);
        assertThat(twin.exact).isGreaterThan(100);
    }

    /** A test that cannot fail is none. */
    @Test
    void defectsAreNoticed() {
        for (String fault :
                new String[] {"walk.refuses-writing", "pasid.guest-number-used", "invalidation.not-passed-on"}) {
            Twin twin = new Twin("xen-viommu-svm operation pasids=2 !" + fault);
            assertThatThrownBy(() -> twin.walk.go(5, OPERATIONS, twin::compare))
                    .as(fault)
                    .isInstanceOf(AssertionError.class);
        }
    }

    /** What a request with a PASID may get: a frame and one right. */
    private record Got(int pasid, int page, int frame, int right) {}

    /** A process that a PASID's entry may lead to, for the unit. */
    private record Entry(int pasid, int process) {}

    private static final class Twin {
        final TwinWalk walk;
        private final int pasids;
        private final int processes;
        private final int pages;
        private final int frames;
        private final int gfns;
        private final Set<Entry> entries = new HashSet<>();
        private final Set<Got> unit = new HashSet<>();
        private final Set<Got> device = new HashSet<>();
        private final boolean[][] asked;
        int given;
        int exact;

        Twin(String line) {
            walk = new TwinWalk(line);
            pasids = walk.slots("pasidEntry").size();
            processes = walk.slots("index").size();
            pages = walk.slots("request").size() / pasids;
            gfns = gfns(line);
            frames = 2 * gfns;
            asked = new boolean[3][pasids];
        }

        private static int gfns(String line) {
            return line.contains("gfns=2") ? 2 : 1;
        }

        void compare(long[] s) {
            for (int pasid = 0; pasid < pasids; pasid++) {
                int of = pasid;
                if (isForgotten(s, 0, "asked.pasidCache", pasid)) {
                    entries.removeIf(e -> e.pasid == of);
                }
                if (isForgotten(s, 1, "asked.piotlb", pasid)) {
                    unit.removeIf(got -> got.pasid == of);
                }
                if (isForgotten(s, 2, "asked.deviceTlb", pasid)) {
                    device.removeIf(got -> got.pasid == of);
                }
                int process = (int) walk.word(s, "pasidEntry", pasid) - 1;
                if (process >= 0) {
                    entries.add(new Entry(pasid, process));
                }
            }
            fill(s);
            for (int pasid = 0; pasid < pasids; pasid++) {
                for (int p = 0; p < pages; p++) {
                    compare(s, pasid, p);
                }
            }
            compareTables(s);
        }

        private boolean isForgotten(long[] s, int cache, String queue, int pasid) {
            boolean was = asked[cache][pasid];
            asked[cache][pasid] = walk.word(s, queue, pasid) != 0;
            return was && !asked[cache][pasid];
        }

        /** What any entry that the unit may have leads to now is in the unit's cache, and from there in the device's. */
        private void fill(long[] s) {
            for (Entry e : entries) {
                for (int p = 0; p < pages; p++) {
                    for (int right = 1; right <= 2; right++) {
                        int frame = firstLevel(s, e.process, p, right);
                        if (frame >= 0) {
                            unit.add(new Got(e.pasid, p, frame, right));
                        }
                    }
                }
            }
            device.addAll(unit);
        }

        /** The frame that a process's own table and its guest's p2m come to, or -1. Guests' frames lie one guest after the other. */
        private int firstLevel(long[] s, int process, int page, int right) {
            int at = process * pages + page;
            int gfn = (int) walk.word(s, "guest.leaf", at) - 1;
            boolean allowed = right == 1 || walk.word(s, "guest.leaf.write", at) != 0;
            int guest = process / (processes / 2);
            return gfn >= 0 && allowed ? guest * gfns + gfn : -1;
        }

        private void compare(long[] s, int pasid, int page) {
            int process = (int) walk.word(s, "pasidEntry", pasid) - 1;
            boolean nothingCached = walk.word(s, "pasidCache", pasid) == 0
                    && walk.word(s, "piotlb", pasid * pages + page) == 0
                    && walk.word(s, "deviceTlb", pasid * pages + page) == 0;
            for (int right = 1; right <= 2; right++) {
                int rights = right;
                int now = process < 0 ? -1 : firstLevel(s, process, page, right);
                for (int f = 0; f < frames; f++) {
                    boolean serves = walk.says(right == 1 ? "servesR" : "servesW", s, pasid, page, f);
                    int frame = f;
                    String what = "pasid " + pasid + ", page " + page + ", frame " + f + ", right " + right;
                    if (serves) {
                        given++;
                        assertThat(device).as(what).contains(new Got(pasid, page, f, right));
                    }
                    if (serves && isQuiet(s)) {
                        owners(
                                s,
                                pasid,
                                x -> assertThat(firstLevel(s, x, page, rights))
                                        .as(what)
                                        .isEqualTo(frame));
                    }
                    if (nothingCached) {
                        assertThat(serves).as(what + ", nothing cached").isEqualTo(now == f);
                        exact += serves ? 1 : 0;
                    }
                }
            }
        }

        /** Where nothing is owed and nothing runs, a PASID serves what the process has that Xen gave it to. */
        private boolean isQuiet(long[] s) {
            boolean quiet = true;
            for (String busy : new String[] {"pc", "stale.table", "stale.entry"}) {
                for (int i = 0; i < walk.slots(busy).size(); i++) {
                    quiet &= walk.word(s, busy, i) == 0;
                }
            }
            return quiet;
        }

        private void owners(long[] s, int pasid, IntConsumer each) {
            for (int x = 0; x < processes; x++) {
                if (walk.word(s, "index", x) == pasid + 1) {
                    each.accept(x);
                }
            }
        }

        private void compareTables(long[] s) {
            for (int x = 0; x < processes; x++) {
                for (int p = 0; p < pages; p++) {
                    for (int f = 0; f < frames; f++) {
                        boolean read = walk.says("firstR", s, x, p, f);
                        boolean write = walk.says("firstW", s, x, p, f);
                        assertThat(read).isEqualTo(firstLevel(s, x, p, 1) == f);
                        assertThat(write).isEqualTo(firstLevel(s, x, p, 2) == f);
                    }
                }
            }
        }
    }
}
