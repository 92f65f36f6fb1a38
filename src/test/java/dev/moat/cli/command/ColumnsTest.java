package dev.moat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    private static final List<List<String>> ROWS =
            List.of(List.of("one", "short"), List.of("second", "goes on for longer than a narrow terminal has room"));

    @Test
    void withoutATerminalARowIsALine() {
        assertThat(Columns.lines(ROWS, 0))
                .containsExactly("  one     short", "  second  goes on for longer than a narrow terminal has room");
        assertThat(Columns.lines(List.of(), 80)).isEmpty();
    }

    @Test
    void aRowThatIsTooWideGoesOnBelow() {
        assertThat(Columns.lines(ROWS, 40))
                .containsExactly(
                        "  one     short", "  second  goes on for longer than a", "      narrow terminal has room");
        String word = "w".repeat(100);
        assertThat(Columns.lines(List.of(List.of(word)), 40)).allMatch(l -> l.length() <= 40);
        assertThat(String.join("", Columns.lines(List.of(List.of(word)), 40)).replace(" ", ""))
                .isEqualTo(word);
    }

    @Test
    void aWordIsFoundInAnyColumn() {
        assertThat(Columns.with("HOR", ROWS)).containsExactly(ROWS.get(0));
        assertThat(Columns.with("", ROWS)).isEqualTo(ROWS);
        assertThat(Columns.with("nowhere", ROWS)).isEmpty();
    }
}
