package dev.moat.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shell makes of a printed word is the word. */
class ShellWordTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".moat/r1.itf.json",
                "o ut/r1",
                "it's",
                "$(exit)",
                "~",
                "a\nb",
                "-P",
                "n=*",
                "",
                "a;b|c&d",
                "\"\\"
            })
    void isReadBack(String word) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(word)).start();
        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(strings = {".moat/r1.itf.json", "-P", "domains=3", "a:b", "über"})
    void whatNeedsNoQuotesHasNone(String word) {
        assertThat(ShellWord.of(word)).isEqualTo(word);
    }
}
