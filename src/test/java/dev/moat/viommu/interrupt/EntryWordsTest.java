package dev.moat.viommu.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries print in the format that they have: IM says whether bits 63:32 are a destination or a descriptor's address. */
class EntryWordsTest {
    private static final Machine MACHINE = Catalog.load()
            .machine(new MachineSpec(
                    XenViommuInterrupts.ID, Map.of("vcpus", "2"), Granularity.OPERATION, true, List.of()));

    private static Slots slots(String name) {
        return MACHINE.schema().families().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The descriptor at 0x1_0000_0080: half of its address is in each word. */
    @ParameterizedTest
    @CsvSource({"irteLo,irteHi", "iecLo,iecHi", "guest.irteLo,guest.irteHi"})
    void aPostedEntryHasADescriptor(String first, String second) {
        long[] s = MACHINE.initial();
        slots(first).set(s, 0, 0x8000408001L);
        slots(second).set(s, 0, 0x100040100L);
        assertThat(slots(first).print(s, 0)).isEqualTo("0x8000408001 (P IM VECTOR=0x40 PDA_LO=0x2)");
        assertThat(slots(second).print(s, 0)).isEqualTo("0x100040100 (SID=0x100 SVT=0x1 PDA_HI=0x1)");
    }

    @Test
    void aRemappedEntryHasADestination() {
        long[] s = MACHINE.initial();
        slots("irteLo").set(s, 0, 0x20000400001L);
        slots("irteHi").set(s, 0, 0x40008L);
        assertThat(slots("irteLo").print(s, 0)).isEqualTo("0x20000400001 (P VECTOR=0x40 DST=0x200)");
        assertThat(slots("irteHi").print(s, 0)).isEqualTo("0x40008 (SID=0x8 SVT=0x1)");
    }
}
