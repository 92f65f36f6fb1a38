package dev.moat.twin.calgary;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The worked traces of the sheet's section 12 that say what a device reaches; recorded rows have none of that. */
class SlowCalgarySheetTest {
    private static final CalgaryUnderTest.Chip MADE = new CalgaryUnderTest.Chip(0x2a1, 2, 1, 0, 0x800_0000, false);
    private final SlowCalgaryMemory memory = new SlowCalgaryMemory();
    private final SlowCalgaryChip chip = new SlowCalgaryChip(memory);
    private final SlowCalgaryLinux linux = new SlowCalgaryLinux(chip, memory, MADE);

    private SlowCalgarySheetTest() {
        chip.preset(SlowCalgaryChip.inWindow(1, 0x200), 1);
        linux.init();
    }

    private String reaches(long ioAddress, boolean write) {
        return String.join(
                "|",
                chip.answers(1, ioAddress, write).stream()
                        .map(CalgaryAnswer::outcome)
                        .toList());
    }

    @Test
    void t1ADeviceWritesToWhatItOnlyReads() {
        linux.map(0x5000, 0x3000, 1);
        assertThat(linux.entry(256)).isEqualTo(0x5001);
        assertThat(reaches(0x10_1004, false)).isEqualTo("6004");
        assertThat(reaches(0x10_1004, true)).isEqualTo("-");
    }

    @Test
    void t3AnUnmappedPageStaysReachableUntilTheBlast() {
        linux.map(0x5000, 0x1000, 0);
        linux.unmap(0x10_0000, 0x1000);
        assertThat(reaches(0x10_0000, false)).isEqualTo("-|5000");
        linux.blast();
        assertThat(reaches(0x10_0000, false)).isEqualTo("-");
    }

    @Test
    void t4DualAddressCycles() {
        assertThat(reaches(0x1_0000_0000L, false)).isEqualTo("-");
        chip.preset(SlowCalgaryChip.inWindow(1, 0x160), SlowCalgaryChip.TCE_ENABLE);
        assertThat(reaches(0x1_0000_0000L, false)).isEqualTo("100000000");
    }

    @Test
    void t6BeyondTheTable() {
        assertThat(reaches(0x200_0000, false)).isEqualTo("-");
    }

    @Test
    void devicesWindowsAreNoMemory() {
        for (int entry : new int[] {0x1800, 0x18ff, 0x1900}) {
            memory.storeBigEndian(0x800_0000 + 8 * entry, 0x5003);
            memory.flush(0x800_0000 + 8 * entry);
        }
        chip.preset(SlowCalgaryChip.inWindow(1, 0x190), 0x180_0000);
        chip.preset(SlowCalgaryChip.inWindow(1, 0x1c0), 0x180_0000);
        assertThat(reaches(0x180_0000, false)).isEqualTo("-");
        assertThat(reaches(0x18f_f000, false)).isEqualTo("-");
        assertThat(reaches(0x190_0000, false)).isEqualTo("5000");
    }

    @Test
    void withoutArbitrationNobodyGetsOnTheBus() {
        linux.map(0x5000, 0x1000, 0);
        chip.preset(SlowCalgaryChip.inWindow(1, 0x200), 0);
        assertThat(reaches(0x10_0000, false)).isEqualTo("-");
    }

    /** Section 10, C12: what is not flushed may or may not be seen. */
    @Test
    void anUnflushedStore() {
        memory.storeBigEndian(0x800_0000 + 8 * 300, 0x5003);
        assertThat(reaches(0x12_c000, false)).isEqualTo("5000|-");
        memory.flush(0x800_0000 + 8 * 300);
        assertThat(reaches(0x12_c000, false)).isEqualTo("5000");
    }

    @Test
    void aSlotThatIsDisabled() {
        linux.disable();
        assertThat(reaches(0x5000, true)).isEqualTo("5000");
        chip.preset(SlowCalgaryChip.inWindow(1, 0x160), SlowCalgaryChip.SLOT_DISABLE);
        assertThat(reaches(0x5000, true)).isEqualTo("-");
    }

    /** Section 8: bus 1 of a Calgary; no recorded row has one. */
    @Test
    void slowSplitCompletionsOnBusOne() {
        SlowCalgaryChip other = new SlowCalgaryChip(memory);
        other.preset(0x108, 0x8888_8888_8888_8888L);
        new SlowCalgaryLinux(other, memory, new CalgaryUnderTest.Chip(0x2a1, 1, 3, 0, 0x800_0000, false)).init();
        assertThat(other.takeAccesses())
                .containsSubsequence(
                        "r8.598=8000000",
                        "r8.108=8888888888888888",
                        "w8.108=88888888e8888888",
                        "r8.108=88888888e8888888",
                        "r4.b160=0");
    }
}
