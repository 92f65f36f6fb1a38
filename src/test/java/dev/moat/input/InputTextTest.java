package dev.moat.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputTextTest {
    /** Bytes are written as Latin-1 characters. */
    @ParameterizedTest
    @CsvSource({
        "'a\nbc\u00ff', 'f:2:3: the file is not UTF-8 text: byte 0xff'",
        "'\u00fe', 'f:1:1: the file is not UTF-8 text: byte 0xfe'",
        "'\u00c3\u00a4\u00a4\n', 'f:1:2: the file is not UTF-8 text: byte 0xa4'",
        "'a\n\n\u00e2\u0082', 'f:3:1: the file is not UTF-8 text: byte 0xe2'",
    })
    void theFirstBadByteHasAPlace(String bytes, String message) {
        byte[] octets = bytes.getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> InputText.decode("f", octets))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> read(octets))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
    }

    private static String read(byte[] octets) throws IOException {
        StringWriter text = new StringWriter();
        new BufferedReader(new Utf8Reader("f", new ByteArrayInputStream(octets))).transferTo(text);
        return text.toString();
    }

    /** Characters of one to four bytes lie across every end of the buffer. */
    @Test
    void aLongTextIsReadBitByBit() throws IOException {
        for (String start : List.of("", "a", "ab", "abc")) {
            String text = start + "a\u00e4\u20ac\uD83D\uDE00\n".repeat(5000);
            byte[] octets = text.getBytes(StandardCharsets.UTF_8);
            assertThat(read(octets)).isEqualTo(text);
            octets[octets.length - 4] = (byte) 0xff;
            assertThatThrownBy(() -> read(octets)).hasMessage("f:5000:4: the file is not UTF-8 text: byte 0xf0");
        }
    }

    @Test
    void aFileIsReadUpToItsBound(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("f");
        for (int most : new int[] {1 << 10, 3 << 10, 1 << 20, 1025 << 10, 2 << 20}) {
            String text = "x".repeat(most);
            assertThat(InputText.read(Files.writeString(file, text), most)).isEqualTo(text);
            Files.writeString(file, text + "x");
            String bound = most == 1 << 20 ? "1 MiB" : most == 2 << 20 ? "2 MiB" : most / 1024 + " KiB";
            assertThatThrownBy(() -> InputText.read(file, most))
                    .hasMessage(file + ": the file is larger than " + bound);
        }
    }

    @Test
    void everythingElseIsRead() {
        String text = "a\u00e4\uD83D\uDE00\n\u0000\r\n";
        assertThat(InputText.decode("f", text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
        assertThat(InputText.decode("f", new byte[0])).isEmpty();
    }

    @Test
    void placesCountLinesAndColumnsFromOne() {
        assertThat(InputText.at("f", "ab\n\ncd", 0)).hasToString("f:1:1");
        assertThat(InputText.at("f", "ab\n\ncd", 2)).hasToString("f:1:3");
        assertThat(InputText.at("f", "ab\n\ncd", 3)).hasToString("f:2:1");
        assertThat(InputText.at("f", "ab\n\ncd", 5)).hasToString("f:3:2");
        assertThat(InputText.end("f", "ab\n")).hasToString("f:2:1");
        assertThat(InputText.end("f", "")).hasToString("f:1:1");
    }

    @Test
    void whatATerminalActsUponIsWrittenOut() {
        String plain = "plain: \t\u00e4 \uD83D\uDE00 \u2192";
        assertThat(Printable.of(plain)).isSameAs(plain);
        assertThat(Printable.of("a\u001b[2Jb\u0007\u009b\u007f")).isEqualTo("a\\x1b[2Jb\\x07\\x9b\\x7f");
        assertThat(Printable.of("x\u202ey\u2028z\uD800")).isEqualTo("x\\u202ey\\u2028z\\ud800");
        assertThat(Printable.of("two\nlines\r")).isEqualTo("two\\x0alines\\x0d");
    }
}
