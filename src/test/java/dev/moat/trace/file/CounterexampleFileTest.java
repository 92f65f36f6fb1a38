package dev.moat.trace.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.machine.Granularity;
import dev.moat.scenario.Catalog;
import dev.moat.trace.RandomWalk;
import dev.moat.trace.Snapshot;
import dev.moat.trace.Trace;
import dev.moat.trace.testing.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CounterexampleFileTest {
    private static final Counters LOST = Counters.at(Granularity.STEP, "increment.no-lock");

    /** The lost update with everything that is unnecessary, among it a stamp of 64 bits. */
    static Counterexample lostUpdate() {
        return Counterexample.record("counter-lost", LOST.spec(), LOST.runner(), LOST.trace(Counters.LOST_UPDATE));
    }

    static CounterexampleReader reader() {
        return new CounterexampleReader(Catalog.load());
    }

    @Test
    void the_text_is_the_committed_one() {
        Snapshot.check("lost-update.itf.json", CounterexampleWriter.text(lostUpdate(), LOST.machine()));
    }

    @Test
    void what_is_written_is_read_again(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("new/directory/x.itf.json");
        CounterexampleWriter.write(file, lostUpdate(), LOST.machine());
        assertThat(reader().read(file)).isEqualTo(lostUpdate());
        assertThat(lostUpdate().states().get(6).get(0)).isEqualTo("17293822569102704641");
    }

    /** Operations of a component of one's own are called what it likes. */
    @Test
    void names_of_steps_may_begin_with_a_digit(@TempDir Path directory) throws IOException {
        Counterexample c = lostUpdate();
        List<List<String>> states = c.states().stream()
                .map(values -> values.stream()
                        .map(value -> value.replace("increment/", "2nd_increment/"))
                        .toList())
                .toList();
        Counterexample renamed =
                new Counterexample(c.scenario(), c.machine(), c.schema(), c.violates(), c.actions(), states);
        assertThat(renamed.states().toString()).contains("2nd_increment/");
        Path file = directory.resolve("x.itf.json");
        CounterexampleWriter.write(file, renamed, LOST.machine());
        assertThat(reader().read(file)).isEqualTo(renamed);
    }

    /** Where each action comes from is kept, if it is said of each. */
    @Test
    void sources_are_read_again(@TempDir Path directory) throws IOException {
        List<String> sources = lostUpdate().actions().stream()
                .map(a -> "recorded \"" + a + "\"")
                .toList();
        Counterexample recorded = lostUpdate().withSources(sources);
        Path file = directory.resolve("x.itf.json");
        CounterexampleWriter.write(file, recorded, LOST.machine());
        assertThat(reader().read(file)).isEqualTo(recorded);
        assertThat(recorded.withoutFaults().sources()).isEqualTo(sources);
        String text = Files.readString(file).replaceFirst("\"source\": ", "\"somewhere\": ");
        Files.writeString(file, text);
        assertThatThrownBy(() -> reader().read(file))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("each action has a source, or none has");
        assertThatThrownBy(() -> lostUpdate().withSources(List.of("one")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("8 actions do not have 1 sources");
    }

    @Test
    void numbers_from_2_to_the_53_on_are_bigints(@TempDir Path directory) throws IOException {
        Counterexample c = lostUpdate();
        List<List<String>> states = new ArrayList<>(c.states());
        for (int k = 0; k < 2; k++) {
            List<String> values = new ArrayList<>(states.get(k));
            values.set(0, Long.toString((1L << 53) - 1 + k));
            states.set(k, values);
        }
        Counterexample large =
                new Counterexample(c.scenario(), c.machine(), c.schema(), c.violates(), c.actions(), states);
        assertThat(CounterexampleWriter.text(large, LOST.machine()))
                .contains("\"stamp\": 9007199254740991,")
                .contains("\"stamp\": {\"#bigint\": \"9007199254740992\"},");
        Path file = directory.resolve("x.itf.json");
        CounterexampleWriter.write(file, large, LOST.machine());
        assertThat(reader().read(file)).isEqualTo(large);
    }

    @Test
    void an_older_file_is_replaced_and_nothing_else_is_left(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("x.itf.json"), "old");
        CounterexampleWriter.write(file, lostUpdate(), LOST.machine());
        assertThat(Files.readString(file)).isEqualTo(CounterexampleWriter.text(lostUpdate(), LOST.machine()));
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(file);
        }
    }

    @Test
    void a_failed_write_leaves_no_temporary_file(@TempDir Path directory) throws IOException {
        Path taken = Files.createDirectories(directory.resolve("x.itf.json/inside"));
        assertThatThrownBy(() -> CounterexampleWriter.write(taken.getParent(), lostUpdate(), LOST.machine()))
                .isInstanceOf(IOException.class);
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(taken.getParent());
        }
    }

    @Test
    void lines_are_short() {
        assertThat(CounterexampleWriter.text(lostUpdate(), LOST.machine()).lines())
                .allMatch(line -> line.length() <= 130);
    }

    @Property(tries = 40)
    void random_traces_survive_a_file(@ForAll long seed, @ForAll boolean stepwise) throws IOException {
        Counters m = stepwise ? LOST : Counters.at(Granularity.OPERATION, "increment.no-limit", "increment.no-release");
        Optional<Trace> found = new RandomWalk(m.runner()).find(seed, 60, 5);
        Assume.that(found.isPresent());
        Counterexample c = Counterexample.record("s \"\\\u2028", m.spec(), m.runner(), found.orElseThrow());
        Path file = Files.createTempFile("moat", ".itf.json");
        try {
            CounterexampleWriter.write(file, c, m.machine());
            assertThat(reader().read(file)).isEqualTo(c);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void only_a_violating_trace_makes_a_counterexample() {
        assertThatThrownBy(() -> Counterexample.record("x", LOST.spec(), LOST.runner(), new Trace(List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the trace violates nothing at its end");
    }

    @Test
    void states_and_actions_match() {
        Counterexample c = lostUpdate();
        List<List<String>> states = new ArrayList<>(c.states());
        states.remove(0);
        assertThatThrownBy(() -> new Counterexample("x", c.machine(), "x", c.violates(), c.actions(), states))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("8 actions lead through 9 states, not 8");
    }
}
