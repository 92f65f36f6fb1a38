package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ends of ranges are in them, and what is written out is what it says, also where that is the default. */
class ScenarioRangesTest {
    private static final long MOST = Long.MAX_VALUE / 10;

    private static final String HELD = """
            id: good
            says: Bounded.
            component: dev.moat.scenario.CounterComponent
            granularity: operation
            merge: true
            properties: {hold: [bounded, even], unwitnessed: {even: nothing is odd}}
            expect: {verdict: held, distinct: 1, generated: %d}
            limits: {depth: 1000000, states: %d}
            """.formatted(MOST, MOST);

    @TempDir
    Path directory;

    private final ScenarioReader reader = new ScenarioReader(Catalog.load(), List.of("bounded", "even"));

    private Scenario read(String text) throws IOException {
        return reader.read(Files.writeString(directory.resolve("good.yaml"), text));
    }

    @Test
    void theEndsAreLegal() throws IOException {
        Scenario s = read(HELD);
        assertThat(s.machine().merged()).isTrue();
        assertThat(s.unwitnessed()).containsExactly(Map.entry("even", "nothing is odd"));
        assertThat(s.expect()).isEqualTo(new Expectation(false, 1L, MOST, null, List.of(), null));
        assertThat(s.maxDepth()).isEqualTo(1_000_000);
        assertThat(s.maxStates()).isEqualTo(MOST);
        assertThat(read(ScenarioReaderTest.GOOD.replace("length: 2", "length: 0"))
                        .expect()
                        .length())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            depth: 1000000      | depth: 1000001     | :8:17: 'depth' must be a whole number from 1 to 1000000
            distinct: 1         | distinct: 0        | :7:35: 'distinct' must be a whole number from 1 to 922337203685477580
            477580}             | 477581}            | must be a whole number from 1 to 922337203685477580
            {even: nothing      | {bonded: nothing   | :6:51: 'bonded' is no property with a witness under 'properties: hold'; did you
            {even: nothing      | {no-stale: nothing | :6:51: 'no-stale' is no property with a witness under 'properties: hold'
            even: nothing is odd | even: 7           | :6:57: 'even' must be text
            """)
    void whatIsBeyondIsNot(String from, String to, String message) {
        assertThat(HELD).contains(from);
        assertThatThrownBy(() -> read(HELD.replace(from, to)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(message);
    }
}
