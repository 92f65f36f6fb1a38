package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Machine;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Interrupts a second time, slow, from raw words: where guests' entries lead messages of virtual devices, which both Xen's reading and the
 * judges' are compared with; and what posting does to a descriptor. {@code @source} fact sheet vtd, section 14.
 */
class InterruptTwinTest {
    private static final int OPERATIONS = 20_000;
    private static final int FIRST_VECTOR = 0x40;
    private static final int[] QUALIFIERS = {0xffff, 0xfffb, 0xfff9, 0xfff8};
    private static final String ONE_GUEST = "xen-viommu-interrupts operation guests=1 passed=false ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "virtual=2 vectors=2 entries=2",
                "virtual=2 vectors=1 vcpus=2 verification=functions silent=true",
                "virtual=2 vectors=1 verification=buses tears=true",
                "virtual=1 vectors=2 vcpus=2 commands=true",
                "virtual=2 vectors=1 vcpus=2 commands=true extended=true"
            })
    void messagesEndWhereRawWordsLead(String settings) {
        Entries twin = new Entries(settings);
        twin.walk.go(7, OPERATIONS, twin::compare);
        assertThat(twin.led).isGreaterThan(1000);
    }

    /** A test that cannot fail is none. */
    @ParameterizedTest
    @CsvSource({
        "remap.buses-swapped, virtual=2 vectors=1 verification=buses",
        "remap.qualifier-ignored, virtual=2 vectors=1 verification=functions",
        "remap.source-unverified, virtual=2 vectors=1",
        "remap.destination-of-32-bits, virtual=1 vectors=1",
        "remap.compatible-in-extended-mode, virtual=1 vectors=1 commands=true extended=true"
    })
    void misreadEntriesAreNoticed(String fault, String settings) {
        Entries twin = new Entries(settings + " !" + fault);
        assertThatThrownBy(() -> twin.walk.go(7, OPERATIONS, twin::compare)).isInstanceOf(AssertionError.class);
    }

    /** The words of one guest whose devices are all virtual. */
    private static final class Entries {
        final TwinWalk walk;
        private final String settings;
        private final boolean extended;
        private final int devices;
        private final int vcpus;
        private final int vectors;
        private final int rows;
        private final int lines;
        int led;

        Entries(String settings) {
            this.settings = settings;
            walk = new TwinWalk(ONE_GUEST + settings);
            extended = settings.contains("extended=true");
            devices = walk.slots("attached").size();
            vcpus = settings.contains("vcpus=2") ? 2 : 1;
            vectors = settings.contains("vectors=2") ? 2 : 1;
            rows = settings.contains("entries=2") ? 2 : 1;
            lines = walk.slots("irteLo").size();
        }

        void compare(long[] s) {
            long status = walk.word(s, "guest.status", 0);
            boolean any = (status & 1) == 0 || ((status & 2) != 0 && !extended);
            for (int q = 0; q < devices; q++) {
                for (int l = 0; l < vcpus * vectors; l++) {
                    boolean leads = any;
                    for (int row = 0; row < rows; row++) {
                        leads |= line(s, q, row) == l;
                    }
                    led += leads ? 1 : 0;
                    String what = "device " + q + ", line " + l;
                    assertThat(walk.says("routesTo", s, q, lines + l, 0))
                            .as("judges: " + what)
                            .isEqualTo(leads);
                    assertThat(walk.says("reachesLine", s, q, lines + l, 0))
                            .as("Xen: " + what)
                            .isEqualTo(leads);
                }
            }
        }

        private int line(long[] s, int q, int row) {
            long lo = walk.word(s, "guest.irteLo", row);
            long hi = walk.word(s, "guest.irteHi", row);
            boolean present = (lo & 1) != 0;
            boolean posted = (lo & 1 << 15) != 0;
            if (!present || posted || !accepts(hi, source(q))) {
                return -1;
            }
            long vcpu = extended ? (lo >>> 32) - 0x101 : (lo >>> 40 & 0xff) - 1;
            long vector = (lo >>> 16 & 0xff) - FIRST_VECTOR;
            return vcpu >= 0 && vcpu < vcpus ? (int) (vcpu * vectors + vector) : -1;
        }

        /** Guests number their devices from 0 on here: by device, by function, by bus. */
        private long source(int q) {
            if (settings.contains("functions")) {
                return 8 + q;
            }
            return settings.contains("buses") ? 1L + q << 8 : 8L * (1 + q);
        }

        private static boolean accepts(long hi, long sid) {
            long named = hi & 0xffff;
            return switch ((int) (hi >>> 18 & 3)) {
                case 0 -> true;
                case 1 -> ((named ^ sid) & QUALIFIERS[(int) (hi >>> 16 & 3)]) == 0;
                case 2 -> sid >>> 8 >= named >>> 8 && sid >>> 8 <= (named & 0xff);
                default -> false;
            };
        }
    }

    private static final String SILENT =
            "xen-viommu-interrupts operation guests=1 vectors=1 indices=1 delivery=posted records=true silent=true";

    /** P 0, FPD 1: what the guest has had invalidated is in the host's entry while that is absent; a present one has no FPD. */
    @Test
    void fpdOfTheHostsAbsentEntryIsTheGuests() {
        assertThat(Arrays.stream(comparedFpd(SILENT)).boxed())
                .as("absent, present, absent with FPD, present where the guest's has FPD")
                .allMatch(n -> n > 50);
    }

    /** A test that cannot fail is none. */
    @ParameterizedTest
    @ValueSource(strings = {"host.silence-stays", "host.absent-as-silent"})
    void fpdThatDoesNotFollowIsNoticed(String fault) {
        assertThatThrownBy(() -> comparedFpd(SILENT + " !" + fault)).isInstanceOf(AssertionError.class);
    }

    private static int[] comparedFpd(String line) {
        TwinWalk walk = new TwinWalk(line);
        int[] seen = new int[4];
        walk.go(3, OPERATIONS, s -> {
            long index = walk.word(s, "index", 0);
            if (index != 0 && walk.word(s, "stale.irte", 0) == 0) {
                long guest = walk.word(s, "guest.irteLo", 0);
                long host = walk.word(s, "irteLo", (int) index - 1);
                boolean present = (host & 1) != 0;
                assertThat(host & 2)
                        .as("%x in the host's table, %x in the guest's", host, guest)
                        .isEqualTo(present ? 0 : guest & 2);
                seen[present && (guest & 2) != 0 ? 3 : (int) (host & 3)]++;
            }
        });
        return seen;
    }

    private static final String URGENT =
            "xen-viommu-interrupts step guests=1 vcpus=2 vectors=2 cpus=2 notifications=true wake-ups=urgent";

    /** PIR; ON 0, SN 1, NDST 63:40: hardware sets the bit, and notifies unless that is outstanding or suppressed. */
    @Test
    void postingDoesWhatHardwareDoes() {
        Machine machine =
                Machines.machine("xen-viommu-interrupts step guests=1 vcpus=2 vectors=1 cpus=2 notifications=true");
        TwinWalk walk = new TwinWalk("xen-viommu-interrupts step guests=1 vcpus=2 vectors=1 cpus=2 notifications=true");
        int[] again = new int[1];
        walk.go(3, OPERATIONS, s -> {
            for (int v = 0; v < 2; v++) {
                long[] next = s.clone();
                int post = machine.find("post_interrupt(d0.vcpu" + v + ", v0)").orElseThrow();
                machine.stepper().apply(post, next);
                long control = walk.word(s, "pi.control", v);
                boolean notifies = (control & 3) == 0;
                assertThat(walk.word(next, "pi.requests", v)).isEqualTo(1);
                assertThat(walk.word(next, "pi.control", v)).isEqualTo(notifies ? control | 1 : control);
                int cpu = (int) (control >>> 40) - 1;
                for (int c = 0; c < 2; c++) {
                    long was = walk.word(s, "notified", c);
                    assertThat(walk.word(next, "notified", c)).isEqualTo(notifies && c == cpu ? 1 : was);
                }
                again[0] += notifies && walk.word(s, "pi.requests", v) == 1 ? 1 : 0;
            }
        });
        assertThat(again[0]).as("posted again under no suppression").isPositive();
    }

    /** NV 23:16; SN holds back what is not urgent, and only that; the wake-up vector is another notification. Vector v1 is urgent. */
    @Test
    void urgentOnesAndWakeUpsArePostedAsHardwareDoes() {
        comparePosts(URGENT);
    }

    /** A test that cannot fail is none. */
    @ParameterizedTest
    @ValueSource(strings = {"posting.urgent-suppressed", "posting.suppression-ignored"})
    void aDefectOfPostingIsNoticed(String fault) {
        assertThatThrownBy(() -> comparePosts(URGENT + " !" + fault)).isInstanceOf(AssertionError.class);
    }

    private static void comparePosts(String line) {
        Machine machine = Machines.machine(line);
        TwinWalk walk = new TwinWalk(line);
        int[] sent = new int[4];
        walk.go(4, OPERATIONS, s -> {
            for (int i = 0; i < 4; i++) {
                int v = i / 2;
                boolean urgent = i % 2 == 1;
                long[] next = s.clone();
                int post = machine.find("post_interrupt(d0.vcpu" + v + ", v" + i % 2 + ")")
                        .orElseThrow();
                machine.stepper().apply(post, next);
                long control = walk.word(s, "pi.control", v);
                boolean notifies = (control & 1) == 0 && ((control & 2) == 0 || urgent);
                assertThat(walk.word(next, "pi.requests", i)).isEqualTo(1);
                assertThat(walk.word(next, "pi.control", v)).isEqualTo(notifies ? control | 1 : control);
                boolean wakes = (control >>> 16 & 0xff) == 0xf1;
                int cpu = (int) (control >>> 40) - 1;
                for (int c = 0; c < 2; c++) {
                    boolean here = notifies && c == cpu;
                    assertThat(walk.word(next, "notified", c))
                            .isEqualTo(here && !wakes ? 1 : walk.word(s, "notified", c));
                    assertThat(walk.word(next, "wake-up", c)).isEqualTo(here && wakes ? 1 : walk.word(s, "wake-up", c));
                }
                sent[notifies ? wakes ? 1 : 0 : 2]++;
                sent[3] += notifies && (control & 2) != 0 ? 1 : 0;
            }
        });
        assertThat(sent).as("notified, woken, neither, urgent under SN").doesNotContain(0);
    }
}
