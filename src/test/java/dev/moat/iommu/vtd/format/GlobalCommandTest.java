package dev.moat.iommu.vtd.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobalCommandTest {
    /** GSTS before a write, the write, GSTS after it; all but the last three rows follow one another in a real QEMU log. */
    @ParameterizedTest
    @CsvSource({
        "0x0,        0x4000000,  0x4000000",
        "0x4000000,  0x5000000,  0x5000000",
        "0x5000000,  0x6000000,  0x7000000",
        "0x7000000,  0x46000000, 0x47000000",
        "0x47000000, 0x86000000, 0xc7000000",
        "0xc7000000, 0x6000000,  0x47000000",
        "0x44000000, 0x0,        0x40000000",
        "0x0,        0x38800000, 0x30800000",
        "0x38800000, 0x0,        0x20000000",
    })
    void oneShotBitsStayAndStatesFollow(String status, String command, String after) {
        assertThat(GlobalCommand.status(Long.decode(status), Long.decode(command)))
                .isEqualTo(Long.decode(after));
    }

    @Test
    void sizeOfTheInterruptTable() {
        assertThat(InterruptTable.entries(0x120000fL)).isEqualTo(0x10000);
        assertThat(InterruptTable.entries(0x1200000L)).isEqualTo(2);
        assertThat(InterruptTable.BASE.get(0x120000fL)).isEqualTo(0x1200);
    }
}
