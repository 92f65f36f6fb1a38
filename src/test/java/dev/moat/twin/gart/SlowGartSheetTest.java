package dev.moat.twin.gart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The worked traces of the sheet's section 12 that say what an access reaches; recorded rows have none of that. */
class SlowGartSheetTest {
    private final SlowGartNorthbridges northbridges = new SlowGartNorthbridges(false);
    private final SlowGartLinux linux = new SlowGartLinux(northbridges);

    private SlowGartSheetTest() {
        linux.init(new GartUnderTest.Machine(
                2, 0xd800_0000L, 0, 0x300_0000, 0x300_9000, List.of("nofullflush"), false, false));
    }

    private String reaches(int node, long address) {
        return String.join("|", northbridges.answers(node, address));
    }

    @Test
    void registersOfTheVectors() {
        assertThat(northbridges.read(0, 0x90)).isEqualTo(0x41);
        assertThat(northbridges.read(0, 0x94)).isEqualTo(0x6c);
        assertThat(northbridges.read(1, 0x98)).isEqualTo(0x3_0000);
    }

    @Test
    void t1AndT2IdentityAndTheGart() {
        assertThat(linux.map(0x8000_0000L, 0x1000)).isEqualTo("80000000");
        assertThat(reaches(0, 0x8000_0000L)).isEqualTo("80000000");
        assertThat(linux.map(0x1_2345_6000L, 0x1000)).isEqualTo("d8000000");
        assertThat(linux.entry(0)).isEqualTo(0x2345_6013);
        assertThat(reaches(1, 0xd800_0123L)).isEqualTo("123456123");
    }

    @Test
    void t3AndT4StaleUntilTheNodeIsFlushed() {
        assertThat(reaches(0, 0xd800_0000L)).isEqualTo(SlowGartNorthbridges.PTE_ERROR);
        linux.map(0x1_2345_6000L, 0x1000);
        linux.unmap(0xd800_0000L, 0x1000);
        assertThat(reaches(0, 0xd800_0000L)).isEqualTo("3009000|123456000");
        northbridges.write(0, 0x9c, 1);
        assertThat(reaches(0, 0xd800_0000L)).isEqualTo("3009000");
        assertThat(reaches(1, 0xd800_0000L)).isEqualTo("3009000|123456000");
    }

    @Test
    void shutDown() {
        linux.map(0x1_2345_6000L, 0x1000);
        linux.shutdown();
        assertThat(reaches(0, 0xd800_0000L)).isEqualTo("d8000000");
    }
}
