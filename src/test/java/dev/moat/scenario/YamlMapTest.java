package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                "other: 1 | 'other' must be a mapping, for example {name: value}"
            })
    void anExampleIsOneOfTheKeysOwn(String line, String complaint) throws IOException {
        Path file = Files.writeString(directory.resolve("x.yaml"), line + "\n");
        YamlMap map = YamlFile.read(file);
        assertThatThrownBy(() -> map.map(line.substring(0, line.indexOf(':')))).hasMessageEndingWith(complaint);
    }
}
