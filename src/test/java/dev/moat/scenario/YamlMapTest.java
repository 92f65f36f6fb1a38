package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlMapTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "properties: [no-foreign] | 'properties' must be a mapping, for example {hold: [no-foreign]}",
                "expect: held | 'expect' must be a mapping, for example {verdict: held}",
                "limits: 10 | 'limits' must be a mapping, for example {states: 1000000}",
                "policies: strict | 'policies' must be a mapping, for example {flush: queued}",
                "inject: unmap.no-invalidation | 'inject' must be a list, for example [unmap.no-invalidation]",
                "hold: no-foreign | 'hold' must be a list, for example [no-foreign, no-stale]",
                "untranslated: | 'untranslated' must be a list, for example [bus0]",
                "net: 0000:00:01.0 | 'net' must be a list, for example ['0000:00:01.0']",
                "other: 1 | 'other' must be a mapping, for example {name: value}"
            })
    void anExampleIsOneOfTheKeysOwn(String line, String complaint) throws IOException {
        Path file = Files.writeString(directory.resolve("x.yaml"), line + "\n");
        YamlMap map = YamlFile.read(file);
        String key = line.substring(0, line.indexOf(':'));
        assertThatThrownBy(() -> {
                    if (complaint.contains("a list")) {
                        map.words(key);
                    } else {
                        map.map(key);
                    }
                })
                .hasMessageEndingWith(complaint);
    }

    /** What a file may hold is read in moments, whatever it lists. */
    @Test
    void aLongListIsReadAtOnce() throws IOException {
        String words = IntStream.range(0, 40_000)
                .mapToObj(i -> "w" + Integer.toString(i, 36))
                .collect(Collectors.joining(","));
        Path file = Files.writeString(directory.resolve("x.yaml"), "inject: [" + words + "]\n");
        YamlMap map = YamlFile.read(file);
        assertTimeout(
                Duration.ofSeconds(1),
                () -> assertThat(map.words("inject")).hasSize(40_000).last().isNotNull());
    }
}
