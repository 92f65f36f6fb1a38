package dev.moat.cli.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Runs in pieces leave nothing out and do nothing twice. */
class PartTest {
    @Test
    void thePartsAreTheWhole() {
        for (int size : new int[] {0, 1, 5, 100}) {
            List<Integer> all = IntStream.range(0, size).boxed().toList();
            List<Integer> together = new ArrayList<>();
            for (int k = 1; k <= 7; k++) {
                together.addAll(new RunPart(k, 7).take(all));
            }
            assertThat(together).isEqualTo(all);
        }
        assertThat(RunPart.WHOLE.take(List.of(1, 2))).containsExactly(1, 2);
    }

    @Test
    void isReadAsItIsWritten() {
        RunPart part = new RunPart.Converter().convert("2/6");
        assertThat(part).isEqualTo(new RunPart(2, 6));
        assertThat(part.isWhole()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "0/3", "4/3", "1/0", "-1/3", "1/3/4", "1000/1000", "a/b"})
    void nothingElseIsAPart(String text) {
        assertThatThrownBy(() -> new RunPart.Converter().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
