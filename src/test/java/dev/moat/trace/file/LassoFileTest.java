package dev.moat.trace.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.scenario.Catalog;
import dev.moat.trace.StateJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of runs without end: what they say is read again, and replayed by nothing but their letters. */
class LassoFileTest {
    private static final Path SHIPPED = Path.of("counterexamples/xen-runs-repeated.itf.json");

    @TempDir
    Path directory;

    private static Counterexample shipped() throws IOException {
        return new CounterexampleReader(Catalog.load()).read(SHIPPED);
    }

    private static Replay replay(Counterexample c) {
        return Replayer.replay(c, Catalog.load(), (machine, ids) -> StateJudge.NOBODY);
    }

    private Counterexample changed(String from, String to) throws IOException {
        String text = Files.readString(SHIPPED);
        assertThat(text).contains(from);
        Path file = directory.resolve("x.itf.json");
        Files.writeString(file, text.replace(from, to));
        return new CounterexampleReader(Catalog.load()).read(file);
    }

    @Test
    void what_is_read_is_written_again() throws IOException {
        Counterexample c = shipped();
        assertThat(c.loop()).isPositive();
        assertThat(CounterexampleWriter.text(c, Catalog.load().machine(c.machine())))
                .isEqualTo(Files.readString(SHIPPED));
    }

    @Test
    void it_is_reproduced_and_says_what_goes_round() throws IOException {
        Replay replay = replay(shipped());
        assertThat(replay.outcome()).isEqualTo(Replay.Outcome.REPRODUCED);
        assertThat(replay.violated()).containsExactly("operations-return");
        assertThat(replay.round()).isNotNull();
        assertThat(replay.round().waits()).contains("never returns");
        assertThat(replay.round().goesOn(10))
                .isEqualTo(
                        "steps " + (shipped().loop() + 1)
                                + " to 10 are repeated for ever, though hardware that has not stalled goes on and each CPU gets its turn");
    }

    /** The states are as recorded, but to stand still at the last one is not fair. */
    @Test
    void another_loop_is_none() throws IOException {
        Counterexample c = shipped();
        int last = c.states().size() - 1;
        Replay replay = replay(changed("\"loop\": " + c.loop(), "\"loop\": " + last));
        assertThat(replay.outcome()).isEqualTo(Replay.Outcome.FIXED);
        assertThat(replay.violated()).isEmpty();
    }

    @Test
    void without_its_fault_it_is_fixed() throws IOException {
        assertThat(replay(shipped().withoutFaults()).outcome()).isEqualTo(Replay.Outcome.FIXED);
    }

    /** A state is not as recorded: what is seeded cannot have been repaired. */
    @Test
    void a_record_that_is_not_followed_diverges() throws IOException {
        assertThat(replay(bent(shipped())).outcome()).isEqualTo(Replay.Outcome.DIVERGED);
        assertThat(replay(bent(shipped().withoutFaults())).outcome()).isEqualTo(Replay.Outcome.FIXED);
    }

    /** Nothing is seeded, a state is not as recorded, and the run still goes round: it is not fixed. */
    @Test
    void one_that_is_not_followed_and_still_goes_round_diverges() throws IOException {
        Path file = Path.of("counterexamples/xen-runs-unfair-lock.itf.json");
        Replay replay = replay(bent(new CounterexampleReader(Catalog.load()).read(file)));
        assertThat(replay.outcome()).isEqualTo(Replay.Outcome.DIVERGED);
        assertThat(replay.violated()).containsExactly("operations-return-unfair-locks");
    }

    private static Counterexample bent(Counterexample c) {
        List<List<String>> states = new ArrayList<>(c.states());
        List<String> other = new ArrayList<>(states.get(1));
        other.set(0, other.get(0).equals("0") ? "1" : "0");
        states.set(1, other);
        return new Counterexample(
                c.scenario(), c.machine(), c.schema(), c.violates(), c.actions(), states, c.sources(), c.loop(), true);
    }

    @Test
    void what_cannot_be_is_refused_at_its_place() throws IOException {
        int loop = shipped().loop();
        int states = shipped().states().size();
        refused(
                "\"loop\": " + loop,
                "\"loop\": " + states,
                "states 0 to " + (states - 1) + " to go back to, not " + states);
        refused("\"loop\": " + loop, "\"loop\": 9999", "to go back to, not 9999");
        refused("\"loop\": " + loop, "\"loop\": -1", "to go back to, not -1");
        refused("\"loop\": " + loop, "\"loop\": " + (loop - 1), "the file is cut off, or changed");
        refused(",\n  \"loop\": " + loop, "", "'loop'");
        refused("[\"operations-return\"]", "[\"no-deadlock\"]", "a run that breaks 'no-deadlock' has an end");
        refused(
                "[\"operations-return\"]",
                "[\"operations-return\", \"no-deadlock\"]",
                "a run that breaks 'operations-return' breaks nothing else");
    }

    /** The rest would be a run of its own that goes round, or a fair one that does not: what is missing would pass for repaired. */
    @Test
    void one_of_which_transitions_are_missing_is_refused() throws IOException {
        int n = shipped().actions().size();
        refused(
                "\"transitions\": " + n,
                "\"transitions\": " + (n + 1),
                "with " + (n + 1) + " transitions and has " + n);
    }

    private void refused(String from, String to, String says) {
        assertThatThrownBy(() -> changed(from, to))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(says);
    }
}
