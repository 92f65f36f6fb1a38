package dev.moat.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.input.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtReaderTest {
    @TempDir
    Path directory;

    /** In the rows, ~ is a line break. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "(a b             # f:1:1: '(' is never closed",
                "(a~  (b c)       # f:1:1: '(' is never closed",
                "(a)~ (b          # f:2:2: '(' is never closed",
                "(a))             # f:1:4: ')' without '('",
                "; c ( ~  )       # f:2:3: ')' without '('",
                "(a \"b)          # f:1:4: the string is never closed",
                "\"a\"\"b         # f:1:1: the string is never closed",
                "(a |b c)         # f:1:4: the quoted symbol is never closed",
                "(a |b\\c|)      # f:1:6: '\\' and control characters are not allowed in a quoted symbol",
                "(a |b~c|)        # f:1:6: '\\' and control characters are not allowed in a quoted symbol",
                "(a~\t'b)         # f:2:2: unexpected character '''",
                "(a [b])          # f:1:4: unexpected character '['",
                "(a é)            # f:1:4: unexpected character U+00E9",
                "(a :)            # f:1:4: unexpected character ')'",
                "(a 12x)          # f:1:4: '12x' is neither a symbol nor a numeral",
            })
    void errorsCarryTheirPlace(String text, String message) {
        assertThatThrownBy(() -> SmtReader.read("f", text.replace('~', '\n')))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
    }

    @Test
    void readsEveryKindOfWordWithItsPlace() {
        List<SExpr> all = SmtReader.read("f", "; x\n(ab |c d| :e \"f\"\"\n;g\" 07)\r\n<=>");
        SExpr.Group group = (SExpr.Group) all.get(0);
        assertThat(group.place()).isEqualTo(new Place("f", 2, 1));
        assertThat(group.items())
                .containsExactly(
                        new SExpr.Word(new Place("f", 2, 2), SExpr.Kind.SYMBOL, "ab"),
                        new SExpr.Word(new Place("f", 2, 5), SExpr.Kind.QUOTED_SYMBOL, "c d"),
                        new SExpr.Word(new Place("f", 2, 11), SExpr.Kind.KEYWORD, "e"),
                        new SExpr.Word(new Place("f", 2, 14), SExpr.Kind.STRING, "f\"\n;g"),
                        new SExpr.Word(new Place("f", 3, 5), SExpr.Kind.NUMERAL, "07"));
        assertThat(all.get(1)).isEqualTo(new SExpr.Word(new Place("f", 4, 1), SExpr.Kind.SYMBOL, "<=>"));
    }

    @Test
    void depthIsBounded() {
        String deepest = "(".repeat(SmtReader.MAX_DEPTH) + ")".repeat(SmtReader.MAX_DEPTH);
        assertThat(SmtReader.read("f", deepest)).hasSize(1);
        assertThatThrownBy(() -> SmtReader.read("f", "(" + deepest + ")"))
                .hasMessage("f:1:201: nested deeper than 200 parentheses");
    }

    @Test
    void wordsAreBounded() {
        assertThat(SmtReader.read("f", "a".repeat(100))).hasSize(1);
        assertThatThrownBy(() -> SmtReader.read("f", "(" + "a".repeat(101)))
                .hasMessage("f:1:2: the word is longer than 100 characters");
        assertThatThrownBy(() -> SmtReader.read("f", "|" + "a".repeat(101) + "|"))
                .hasMessage("f:1:1: the word is longer than 100 characters");
    }

    @Test
    void sizeEncodingAndAbsenceAreReportedForTheFile() throws IOException {
        Path big = Files.write(directory.resolve("big.smt2"), new byte[SmtReader.MAX_BYTES + 1]);
        Path binary = Files.write(directory.resolve("binary.smt2"), new byte[] {'a', (byte) 0xff});
        Path absent = directory.resolve("absent.smt2");
        assertThatThrownBy(() -> SmtReader.load(big)).hasMessage(big + ": the file is larger than 1 MiB");
        assertThatThrownBy(() -> SmtReader.load(binary))
                .hasMessage(binary + ":1:2: the file is not UTF-8 text: byte 0xff");
        assertThatThrownBy(() -> SmtReader.load(absent))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseInstanceOf(NoSuchFileException.class);
    }
}
