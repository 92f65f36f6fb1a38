package dev.moat.trace.story;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words whose set bits no field of the format has, such as a queue's address mask. */
class RightlyTest {
    @ParameterizedTest
    @CsvSource({"0x1 (), 0x1", "0, 0", "0x1001 (ADDR=0x1), ADDR=0x1", "0x3 (R W), R W"})
    void aWordWithoutAFieldIsItsNumber(String printed, String plain) {
        assertThat(SoundMachine.plain(printed, SoundMachine.fields(printed))).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, ', and leaves out 1 more thing'", "2, ', and leaves out 2 more things'"})
    void whatElseIsLeftOutIsCounted(int more, String says) {
        assertThat(SoundMachine.others(more)).isEqualTo(says);
    }
}
