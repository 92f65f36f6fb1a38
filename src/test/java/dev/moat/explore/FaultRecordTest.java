package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.explore.Exploration.End;
import dev.moat.machine.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests' fault records of blocked DMA: what the overflow bit does, and what faults of the records are of. */
class FaultRecordTest {
    private static final String OVERFLOW = "guest.fault.overflow";
    private static final String SOURCE = "guest.fault.source";

    /** {@code @source} fact sheet vtd, section 8: while PFO is set, faults are dropped. */
    @ParameterizedTest
    @ValueSource(strings = {"operation", "step"})
    void nothingIsRecordedWhileFaultsAreLost(String granularity) {
        TwinWalk walk = new TwinWalk("xen-viommu " + granularity
                + " second=translated devices=passed-through records=true reservation=false");
        long[][] before = new long[1][];
        int[] lostWithout = new int[1];
        walk.go(11, 20_000, s -> {
            for (int g = 0; g < walk.slots(OVERFLOW).size() && before[0] != null; g++) {
                boolean stays = walk.word(before[0], OVERFLOW, g) == 1 && walk.word(s, OVERFLOW, g) == 1;
                if (stays) {
                    assertThat(walk.word(s, SOURCE, g)).isEqualTo(walk.word(before[0], SOURCE, g));
                    lostWithout[0] += walk.word(s, SOURCE, g) == 0 ? 1 : 0;
                }
            }
            before[0] = s.clone();
        });
        assertThat(lostWithout[0]).as("states with PFO and no record").isPositive();
    }

    /** A fault of these machines' records is none where nothing leads outside of memory, or there is no other device. */
    @ParameterizedTest
    @CsvSource({
        "fault.outside-memory-silent, guests=1 frames=1 rights=r-rw devices=passed-through",
        "fault.outside-memory-silent, guests=1 frames=1 rights=r-rw devices=virtual",
        "fault.outside-memory-silent, guests=1 frames=1 strategy=nested",
        "fault.other-source, guests=1 frames=1 devices=passed-through",
        "fault.other-source, guests=2 second=translated devices=passed-through"
    })
    void whatIsNotThereIsNotMet(String fault, String settings) {
        Machine machine =
                Machines.machine("xen-viommu operation reservation=false records=true " + settings + " !" + fault);
        assertThat(Machines.exploreSmall(machine, Machines.judge(machine)).end())
                .isEqualTo(End.COMPLETE);
    }

    /** Bad input has one line that says what is missing. */
    @ParameterizedTest
    @CsvSource({
        "xen-viommu step guest-fault-registers=2, several fault recording registers need records",
        "xen-viommu step host-fault-registers=4, several fault recording registers need records",
        "xen-viommu step records=true guest-fault-registers=5, guest-fault-registers",
        "xen-viommu step records=true silent=true, need records",
        "xen-viommu step contexts=true silent=true, need records",
        "xen-viommu step records=true contexts=true calls=wrapper silent=true, need records",
        "xen-viommu step records=true contexts=true silent=true guest-iommu=amd-vi, what is not recorded",
        "xen-viommu step records=true iommu=amd-vi, those of iommu=amd-vi have none",
        "xen-viommu step records=true guest-iommu=amd-vi, those of guest-iommu=amd-vi have none",
        "xen-viommu-interrupts step wake-ups=waiting, only with notifications",
        "xen-viommu-interrupts step host-fault-registers=4, need records",
        "xen-viommu-interrupts step virtual=1 notifications=true guest-fault-registers=2, need records",
        "xen-vtd step fault-registers=2, need fault-records"
    })
    void whatDoesNotGoTogetherIsRefused(String line, String says) {
        assertThatThrownBy(() -> Machines.machine(line))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining(says);
    }

    /** Under nesting, too, the guest's own tables say whether a request is led outside of its memory. */
    @Test
    void nestedRequestsAreLedOutsideByTheFirstLevel() {
        Machine machine =
                Machines.machine("xen-viommu operation guests=1 gfns=2 pages=2 frames=1 reservation=false records=true"
                        + " strategy=nested devices=passed-through !fault.outside-memory-silent");
        assertThat(Machines.exploreSmall(machine, Machines.judge(machine)).end())
                .isEqualTo(End.VIOLATION);
    }
}
