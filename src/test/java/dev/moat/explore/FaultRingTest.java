package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several fault recording registers, by their slots alone: what the sheet says of one change to the next is written here a second time, and
 * compared in each of 20,000 random operations. {@code @source} fact sheet vtd, section 8.
 */
class FaultRingTest {
    private static final String BASE = " reservation=false records=true frames=2 ";

    @ParameterizedTest
    @CsvSource({
        "1, operation, guests=1 virtual=2 guest-fault-registers=2",
        "1, operation, guests=1 virtual=2 guest-fault-registers=3 te=true",
        "2, operation, second=translated devices=passed-through guest-fault-registers=2 host-fault-registers=2",
        "2, step, second=translated guest-fault-registers=2 host-fault-registers=1 te=true",
        "2, step, second=translated guest-fault-registers=2 host-fault-registers=2 calls=domain-end te=true hotplug=true",
        "1, step, guests=1 virtual=2 guest-fault-registers=2 host-fault-registers=3 calls=domain-end te=true hotplug=true"
    })
    void recordsAreUsedAndReadInTurn(int units, String granularity, String settings) {
        Seen seen = walk(units, "xen-viommu " + granularity + BASE + settings);
        assertThat(seen.written).isGreaterThan(100);
        assertThat(seen.indexMoved).isGreaterThan(10);
        assertThat(seen.underReading).isGreaterThan(10);
    }

    @Test
    void someAreLostAndOthersAreCollapsed() {
        Seen seen = walk(1, "xen-viommu operation" + BASE + "guests=1 virtual=2 guest-fault-registers=2");
        assertThat(seen.overflows).isGreaterThan(10);
        assertThat(seen.full).isGreaterThan(10);
    }

    /** A test that cannot fail is none. */
    @ParameterizedTest
    @CsvSource({"fault.index-stays", "fault.record-overwritten"})
    void aDefectIsNoticed(String fault) {
        String line = "xen-viommu operation" + BASE + "guests=1 virtual=2 guest-fault-registers=2 !" + fault;
        assertThatThrownBy(() -> walk(1, line)).isInstanceOf(AssertionError.class);
    }

    /** How often something happened that the rules are about. */
    private static final class Seen {
        int written;
        int overflows;
        int full;
        int indexMoved;
        int underReading;
    }

    private static Seen walk(int units, String line) {
        TwinWalk walk = new TwinWalk(line);
        Seen seen = new Seen();
        long[][] before = new long[1][];
        walk.go(5, 20_000, s -> {
            for (int unit = 0; unit < units && before[0] != null; unit++) {
                new Change(Registers.of(walk, "guest.", before[0], unit), Registers.of(walk, "guest.", s, unit))
                        .judge(seen, true);
            }
            if (before[0] != null) {
                new Change(Registers.of(walk, "", before[0], 0), Registers.of(walk, "", s, 0)).judge(seen, false);
            }
            before[0] = s.clone();
        });
        return seen;
    }

    /** The registers of one unit: sources plus 1 and pages, 0 where F is clear; the next one, FRI, PFO; who reads them, plus 1. */
    private record Registers(long[] sources, long[] pages, int next, int index, boolean overflow, int reads) {
        static Registers of(TwinWalk walk, String prefix, long[] s, int unit) {
            int units = walk.slots(prefix + "fault.overflow").size();
            int each = walk.slots(prefix + "fault.source").size() / units;
            long[] sources = new long[each];
            long[] pages = new long[each];
            for (int i = 0; i < each; i++) {
                sources[i] = walk.word(s, prefix + "fault.source", unit * each + i);
                pages[i] = walk.word(s, prefix + "fault.page", unit * each + i);
            }
            return new Registers(
                    sources,
                    pages,
                    (int) walk.word(s, prefix + "fault.next", unit),
                    (int) walk.word(s, prefix + "fault.index", unit),
                    walk.word(s, prefix + "fault.overflow", unit) != 0,
                    (int) walk.word(s, prefix + "fault.reads", unit));
        }

        int pending() {
            int count = 0;
            for (long one : sources) {
                count += one != 0 ? 1 : 0;
            }
            return count;
        }

        boolean has(long source) {
            boolean has = false;
            for (long one : sources) {
                has |= one == source;
            }
            return has;
        }
    }

    /** One operation or step; at most one record of a unit changes in it, but where a unit begins or ends. */
    private record Change(Registers from, Registers to) {
        void judge(Seen seen, boolean mayBeTold) {
            int n = to.sources.length;
            for (int i = 0; i < to.pending(); i++) {
                int record = Math.floorMod(to.next - 1 - i, n);
                assertThat(to.sources[record])
                        .as("in use without a gap up to the next one")
                        .isNotZero();
            }
            int start = to.reads > 0 ? to.reads - 1 : to.index;
            assertThat(to.pending() == 0 || Math.floorMod(to.next - to.pending(), n) == start)
                    .as("software stands at the oldest one")
                    .isTrue();
            for (int i = 0; i < n; i++) {
                judge(i, seen);
            }
            if (to.overflow && !from.overflow) {
                seen.overflows++;
                assertThat(mayBeTold || from.sources[from.next] != 0)
                        .as("lost only where the next record is in use, or another unit's are")
                        .isTrue();
            }
            if (from.index != to.index && to.pending() > 0) {
                assertThat(from.pending())
                        .as("FRI moves where none was pending")
                        .isZero();
                seen.indexMoved++;
            }
            seen.full += to.pending() == n ? 1 : 0;
            seen.underReading += to.reads > 0 ? 1 : 0;
        }

        private void judge(int record, Seen seen) {
            long had = from.sources[record];
            long has = to.sources[record];
            if (had != 0 && has != 0) {
                assertThat(has).as("not written while F is set").isEqualTo(had);
                assertThat(to.pages[record]).isEqualTo(from.pages[record]);
            }
            if (had == 0 && has != 0) {
                seen.written++;
                assertThat(record).as("the next one").isEqualTo(from.next);
                assertThat(to.next).isEqualTo((record + 1) % to.sources.length);
                assertThat(from.overflow).as("nothing is recorded under PFO").isFalse();
                assertThat(from.has(has)).as("one record of a source").isFalse();
            }
        }
    }
}
