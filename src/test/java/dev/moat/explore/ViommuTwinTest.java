package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Machine;
import dev.moat.model.Model;
import dev.moat.state.Slots;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The composition written a second time, from the raw words of the guest's context entries and leaf tables and the p2m, with bit
 * positions of its own: {@code composedR} and {@code composedW} say the same in every reachable state, and where nothing runs and
 * nothing is owed the words of the shadow do too. At most two pages, so that a space has one leaf table.
 */
class ViommuTwinTest {
    private static final int LEAF_ENTRIES = 2;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-viommu step guests=1 te=true hotplug=true frames=1",
                "xen-viommu operation gfns=2 grants=true",
                "xen-viommu operation guests=1 spaces=2 contexts=true te=true frames=1",
                "xen-viommu operation guests=1 contexts=true frames=1 records=true silent=true",
                "xen-viommu operation guests=1 pages=2 private-page=true frames=2 te=true",
                "xen-viommu operation guests=1 window=true frames=2 te=true rights=any",
                "xen-viommu operation guests=1 pages=2 ranges=true coarse=true frames=1"
            })
    void sameInEveryState(String line) {
        compare(line);
    }

    /** A test that cannot fail is none: a shadow with more rights is noticed, and one of the window of interrupt messages. */
    @ParameterizedTest
    @CsvSource({
        "xen-viommu operation guests=1 frames=1 rights=any reservation=false, shadow.write-only-becomes-readable",
        "xen-viommu operation guests=1 frames=2 window=true reservation=false, shadow.window-translated",
        "xen-viommu operation guests=1 frames=2 window=true reservation=false, p2m.window-mapped"
    })
    void aDefectIsNoticed(String line, String fault) {
        compare(line);
        assertThatThrownBy(() -> compare(line + " !" + fault)).isInstanceOf(AssertionError.class);
    }

    private static void compare(String line) {
        Machine machine = Machines.machine(line);
        Raw raw = new Raw(machine, line.contains("window=true"));
        int[] compared = new int[2];
        for (long[] s : new ReachableStates(machine)) {
            for (int q = 0; q < raw.attached.size(); q++) {
                for (int p = 0; p < raw.pages; p++) {
                    compared[0] += raw.compareRelations(machine.model(), s, q, p);
                    compared[1] += raw.compareShadow(s, q, p);
                }
            }
        }
        assertThat(Arrays.stream(compared).min().orElse(0)).isGreaterThan(10);
    }

    /** The words of a state, by the names of their slots. */
    private static final class Raw {
        private final Map<String, Slots> byName = new HashMap<>();
        final Slots attached;
        final int pages;
        private final int window;
        private final int guests;
        private final int gfns;
        private final int frames;

        /** @param hasWindow the last page is the window of interrupt messages: whatever tables say, no shadow has it */
        Raw(Machine machine, boolean hasWindow) {
            machine.schema().families().forEach(f -> byName.put(f.name(), f));
            attached = slots("attached");
            pages = slots("stale.table").index().get(1).size();
            window = hasWindow ? pages - 1 : -1;
            guests = slots("te").size();
            gfns = slots("p2m").size() / guests;
            frames = slots("owner").size();
        }

        private Slots slots(String name) {
            return Objects.requireNonNull(byName.get(name), name);
        }

        private int guestOf(int device) {
            return device / (attached.size() / guests);
        }

        /** Frame and rights, bit 0 to read and bit 1 to write, as {@code frame * 4 + rights}; 0 for nothing. */
        private int composed(long[] s, int device, int page) {
            int guest = guestOf(device);
            long gfn = page;
            long rights = 3;
            if (slots("te").get(s, guest) == 1) {
                long did = (slots("guest.contextHi").get(s, device) >>> 8) & 0xffff;
                // P, and no reserved bit; FPD is not looked at.
                boolean present = (slots("guest.contextLo").get(s, device) & 0xff1) == 1;
                long leaf = present ? slots("guest.leaf").get(s, (int) (did - 1) * LEAF_ENTRIES + page) : 0;
                gfn = leaf >>> 12;
                rights = leaf & 3;
            }
            if (gfn >= gfns || rights == 0 || attached.get(s, device) == 0) {
                return 0;
            }
            int at = guest * gfns + (int) gfn;
            long frame = slots("p2m").get(s, at) - 1;
            long kind = slots("p2m.kind").get(s, at);
            rights &= kind == 3 ? 0 : kind == 2 ? 1 : 3;
            return frame < 0 || rights == 0 ? 0 : (int) (frame * 4 + rights);
        }

        int compareRelations(Model model, long[] s, int q, int p) {
            int expected = composed(s, q, p);
            for (int f = 0; f < frames; f++) {
                int rights = expected / 4 == f ? expected % 4 : 0;
                boolean same = holds(model, "composedR", s, q, p, f) == ((rights & 1) != 0)
                        && holds(model, "composedW", s, q, p, f) == ((rights & 2) != 0);
                assertThat(same).as("device %d, page %d, frame %d", q, p, f).isTrue();
            }
            return expected == 0 ? 0 : 1;
        }

        private static boolean holds(Model model, String relation, long[] s, int q, int p, int f) {
            return model.abstraction().relation(relation).orElseThrow().code().holds(s, q, p, f, 0, 0);
        }

        /** Nothing is compared where something runs or is owed, nor for a virtual device, which has no shadow. */
        int compareShadow(long[] s, int q, int p) {
            boolean quiet = slots("pc").get(s, 0) == 0;
            for (String ghost : new String[] {"stale.table", "stale.entry"}) {
                for (int i = 0; i < slots(ghost).size(); i++) {
                    quiet &= slots(ghost).get(s, i) == 0;
                }
            }
            if (!quiet || q % 2 == 1) {
                return 0;
            }
            long word = slots("leaf").get(s, q / 2 * LEAF_ENTRIES + p);
            int shadow = (word & 3) == 0 ? 0 : (int) ((word >>> 12) * 4 + (word & 3));
            assertThat(shadow).isEqualTo(p == window ? 0 : composed(s, q, p));
            return shadow == 0 ? 0 : 1;
        }
    }
}
