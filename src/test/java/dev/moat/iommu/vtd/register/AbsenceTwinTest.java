package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pages that come and go under a device that asks for them, against a slow twin that knows the rule alone: what the tables have given since the
 * page was last invalidated, or requested, may be met again; what they have refused only in caching mode, and only of second levels.
 * Fact sheet vtd, section 12.
 */
class AbsenceTwinTest {
    private static final int PAGES = 4;
    private static final long PAGE_QUEUE = 0x610000;

    private enum Leaf {
        ABSENT,
        READ_ONLY,
        FULL,
        WRONG
    }

    private enum Met {
        NEW,
        OLD_PAGE,
        OLD_FAILURE,
        AFTER_A_REQUEST
    }

    /** A page's leaves: of the first level, of the second; of which level one is none where it is not used. */
    private record Leaves(Leaf first, Leaf second, long frame) {
        /** What a request gets: the frame, the first level's reason, or the second's with a mark. */
        String answer(boolean writes, boolean legacy) {
            if (first == Leaf.ABSENT) {
                return "first 71";
            }
            if (first == Leaf.READ_ONLY && writes) {
                return "first 85";
            }
            if (first == Leaf.WRONG) {
                return "first 72";
            }
            if (second == Leaf.ABSENT || (second == Leaf.READ_ONLY && writes)) {
                return "second " + (legacy ? writes ? "5" : "6" : writes ? "85" : "86");
            }
            return second == Leaf.WRONG ? legacy ? "second c" : "second 7a" : "ok " + Long.toHexString(frame << 12);
        }
    }

    /** A unit and what its tables were. */
    private static final class Walk {
        private final UnitBench bench;
        private final int type;
        private final boolean remembers;
        private final Random random;
        private final Map<Met, Integer> met = new EnumMap<>(Met.class);
        /** Per page: its leaves since it was last invalidated, the present ones at the end. */
        private final List<List<Leaves>> versions = new ArrayList<>();

        private long frame = 0x2000;
        private boolean requested;

        /** @param type 0 for legacy mode, or PGTT */
        Walk(int type, boolean remembers, Random random) {
            this.type = type;
            this.remembers = remembers;
            this.random = random;
            bench = new UnitBench(options(Cap.CM.set(CAP, remembers ? 1 : 0), ECAP));
            if (type == 0) {
                bench.legacy();
            } else {
                bench.scalable(type);
                bench.memory.put(CONTEXT + 32 * SID, bench.memory.get(CONTEXT + 32 * SID) | 1 << 4 | 1 << 2);
            }
            bench.write64(PQA, PAGE_QUEUE);
            if (type == 3) {
                bench.memory.put(entry(SECOND + 0x3000, FIRST, 2), second(FIRST >>> 12) | SecondLevelEntry.SP.mask());
                bench.memory.put(entry(SECOND + 0x3000, DATA, 2), second((SECOND >>> 12) + 6));
            }
            for (int page = 0; page < PAGES; page++) {
                versions.add(new ArrayList<>());
                change(page);
            }
            versions.forEach(Walk::forget);
        }

        private static void forget(List<Leaves> of) {
            of.subList(0, of.size() - 1).clear();
        }

        private Leaf any() {
            return Leaf.values()[random.nextInt(4)];
        }

        /** Software stores to a page's leaves, and asks for nothing. */
        private void change(int page) {
            boolean first = type == 1 || type == 3;
            Leaves now = new Leaves(first ? any() : Leaf.FULL, type == 1 ? Leaf.FULL : any(), ++frame);
            versions.get(page).add(now);
            long address = ADDRESS + 0x1000L * page;
            long data = DATA + 0x1000L * page;
            if (first) {
                long to = type == 3 ? data >>> 12 : frame;
                bench.memory.put(
                        entry(FIRST + 0x4000, address, 1),
                        switch (now.first) {
                            case ABSENT -> 0;
                            case READ_ONLY -> first(to) & ~FirstLevelEntry.RW.mask();
                            case FULL -> first(to);
                            case WRONG -> first(to) | 1L << 50;
                        });
            }
            if (type != 1) {
                long at = type == 3 ? entry(SECOND + 0x6000, data, 1) : entry(SECOND + 0x4000, address, 1);
                bench.memory.put(
                        at,
                        switch (now.second) {
                            case ABSENT -> 0;
                            case READ_ONLY -> second(frame) & ~SecondLevelEntry.W.mask();
                            case FULL -> second(frame);
                            case WRONG -> second(frame) | 1L << 50;
                        });
            }
        }

        private void invalidate(int page) {
            bench.invalidate(Descriptors.iotlbPage(DID), Descriptors.iotlbPageHi((ADDRESS >>> 12) + page, 0, true));
            forget(versions.get(page));
        }

        private void request(int page) {
            long request = Request.asking(Request.of(SID, Access.NO_PASID, 0), 3, 0, true);
            bench.unit.askPage(bench.s, request, ADDRESS + 0x1000L * page);
            forget(versions.get(page));
            requested = true;
        }

        private void ask(int page, boolean writes) {
            List<Leaves> of = versions.get(page);
            String[] said = bench.ask(ADDRESS + 0x1000L * page, writes ? Access.WRITE : Access.READ)
                    .split(" ");
            String got = said[0] + " " + said[1];
            String now = of.get(of.size() - 1).answer(writes, type == 0);
            Set<String> allowed = new HashSet<>(Set.of(now.replaceFirst("first|second", "fault")));
            for (Leaves old : of) {
                String before = old.answer(writes, type == 0);
                if (before.startsWith("ok") || (remembers && before.startsWith("second"))) {
                    allowed.add(before.replace("second", "fault"));
                }
            }
            assertThat(allowed).as("page %d: %s", page, of).contains(got);
            boolean isNew = got.equals(now.replaceFirst("first|second", "fault"));
            met.merge(isNew ? Met.NEW : got.startsWith("ok") ? Met.OLD_PAGE : Met.OLD_FAILURE, 1, Integer::sum);
            if (requested) {
                met.merge(Met.AFTER_A_REQUEST, 1, Integer::sum);
            }
            requested = false;
        }

        private void step() {
            int page = random.nextInt(PAGES);
            switch (random.nextInt(10)) {
                case 0, 1 -> change(page);
                case 2 -> invalidate(page);
                case 3 -> {
                    if (type != 0) {
                        request(page);
                        ask(page, random.nextBoolean());
                    }
                }
                default -> ask(page, random.nextBoolean());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false", "0, true", "1, false", "1, true", "2, false", "2, true", "3, false", "3, true"})
    void whatWasRefusedIsRememberedOfSecondLevelsAlone(int ofType, boolean cachingMode) {
        Map<Met, Integer> all = new EnumMap<>(Met.class);
        for (int seed = 0; seed < 50; seed++) {
            Walk one = new Walk(ofType, cachingMode, new Random(seed));
            for (int i = 0; i < 400; i++) {
                one.step();
            }
            one.met.forEach((what, n) -> all.merge(what, n, Integer::sum));
        }
        assertThat(all.get(Met.NEW)).isGreaterThan(1000);
        assertThat(all.get(Met.OLD_PAGE)).isGreaterThan(100);
        assertThat(all.getOrDefault(Met.OLD_FAILURE, 0) > 100).isEqualTo(cachingMode && ofType != 1);
        assertThat(all.getOrDefault(Met.AFTER_A_REQUEST, 0) > 100).isEqualTo(ofType != 0);
    }
}
