package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.moat.machine.Machine;
import dev.moat.trace.StateJudge;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.Replay;
import dev.moat.trace.testing.CounterJudges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

class ReplayCounterexamplesTest {
    private static final String DIRECTORY = "src/test/resources/trace";
    private static final String ORDERED = "target/replay-order";
    private static final String CUT = "target/cut-off.itf.json";
    private static final String SHORT = "target/shortened.itf.json";
    private static final String FILE = DIRECTORY + "/lost-update.itf.json";

    /** The committed fault still shows: this test itself runs on every build. */
    @ReplayCounterexamples(value = DIRECTORY, judges = CounterJudges.class)
    void the_committed_fault_still_shows(Replay replay, Counterexample counterexample) {
        assertThat(replay.violated()).containsExactly("none-lost");
        assertThat(replay.counterexample()).isSameAs(counterexample);
    }

    /** Without the fault it is gone. */
    @ReplayCounterexamples(value = FILE, expect = Expect.FIXED, withoutFaults = true, judges = CounterJudges.class)
    void without_its_fault_it_is_gone(Counterexample counterexample) {
        assertThat(counterexample.machine().faults()).isEmpty();
    }

    /** Tests that must behave as their names say; run by the kit only. */
    static class Samples {
        @ReplayCounterexamples(value = FILE, judges = CounterJudges.class)
        void passes() {}

        @ReplayCounterexamples(
                value = {FILE, DIRECTORY},
                judges = CounterJudges.class)
        void passesTwice(@TempDir Path other) {
            assertThat(other).isDirectory();
        }

        @ReplayCounterexamples(value = ORDERED, judges = CounterJudges.class)
        void passesInOrder() {}

        @ReplayCounterexamples(value = FILE, expect = Expect.FIXED, judges = CounterJudges.class)
        void failsAsItIsNotFixed() {}

        @ReplayCounterexamples(value = FILE, withoutFaults = true, judges = CounterJudges.class)
        void failsAsItIsFixed() {
            throw new AssertionError("the body is not reached");
        }

        @ReplayCounterexamples(value = FILE, judges = CounterJudges.class)
        void failsInItsBody() {
            throw new AssertionError("from the body");
        }

        @ReplayCounterexamples(value = DIRECTORY + "/malformed.table", judges = CounterJudges.class)
        void failsAsTheFileIsMalformed() {}

        @ReplayCounterexamples(value = "nowhere", judges = CounterJudges.class)
        void failsAsThereIsNoSuchFile() {}

        @ReplayCounterexamples(value = "src/test/java", judges = CounterJudges.class)
        void failsAsTheDirectoryHoldsNone() {}

        @ReplayCounterexamples(
                value = {"src/test/java", "target/no-counterexamples-yet"},
                mayBeNone = true,
                judges = CounterJudges.class)
        void passesAsThereMayBeNone() {}

        @ReplayCounterexamples(value = "nowhere.itf.json", mayBeNone = true, judges = CounterJudges.class)
        void failsAsANamedFileMustBeThere() {}

        @ReplayCounterexamples(
                value = {},
                judges = CounterJudges.class)
        void failsAsNothingIsNamed() {}

        @ReplayCounterexamples(value = FILE, judges = Blind.class)
        void failsAsTheJudgeSeesNothing() {}

        @ReplayCounterexamples(value = CUT, expect = Expect.FIXED, judges = CounterJudges.class)
        void failsAsTheFileIsCutOff() {}

        @ReplayCounterexamples(value = SHORT, expect = Expect.FIXED, judges = CounterJudges.class)
        void failsAsItBreaksLater() {}

        @ReplayCounterexamples(value = FILE, judges = CounterJudges.class)
        void failsAsItAsksForMore(String other) {}
    }

    /** Finds nothing wrong with anything. */
    static class Blind implements StateJudge.Source {
        @Override
        public StateJudge judge(Machine machine, List<String> invariants) {
            return new CounterJudges().judge(machine, List.of());
        }
    }

    private static Events run(String method) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(
                        Samples.class,
                        Arrays.stream(Samples.class.getDeclaredMethods())
                                .filter(m -> m.getName().equals(method))
                                .findFirst()
                                .orElseThrow()))
                .execute()
                .allEvents();
    }

    /** The message with which the only failing test or container fails. */
    private static String failure(String method) {
        List<Event> failed = run(method).failed().list();
        assertThat(failed).hasSize(1);
        return failed.get(0)
                .getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow()
                .getMessage();
    }

    @Test
    void each_file_is_an_invocation_named_after_it() {
        run("passes").assertStatistics(s -> s.failed(0));
        assertThat(run("passes").dynamicallyRegistered().list())
                .map(e -> e.getTestDescriptor().getDisplayName())
                .containsExactly(FILE);
        Events twice = run("passesTwice");
        twice.failed().assertStatistics(s -> s.failed(0));
        assertThat(twice.dynamicallyRegistered().count()).isEqualTo(2);
    }

    @Test
    void the_files_of_a_directory_come_in_the_order_of_their_names() throws IOException {
        Files.createDirectories(Path.of(ORDERED));
        List<String> names = Stream.of("d", "a", "f", "c", "e", "b")
                .map(n -> ORDERED + "/" + n + ".itf.json")
                .toList();
        for (String name : names) {
            Files.copy(Path.of(FILE), Path.of(name), StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(run("passesInOrder").dynamicallyRegistered().list())
                .map(e -> e.getTestDescriptor().getDisplayName())
                .containsExactlyElementsOf(names.stream().sorted().toList());
    }

    @Test
    void a_bug_that_still_shows_fails_the_guard_with_its_table() {
        assertThat(failure("failsAsItIsNotFixed"))
                .startsWith(FILE + ": expected to be FIXED, but reproduced: none-lost violated after 8 transitions")
                .contains("\n7  hypervisor  cpu1: step   ")
                .contains("\nnone-lost is false:\n  count[c0] = 1\n", "\nBookkeeping not shown (--full shows it): pc")
                .doesNotContain("pc[cpu0]")
                .endsWith("Reproduce: moat replay " + FILE + "\n");
    }

    @Test
    void a_seeded_bug_that_no_longer_shows_fails_with_the_place_where_it_parts() {
        assertThat(failure("failsAsItIsFixed"))
                .startsWith(FILE + ": expected to be REPRODUCED without its injected faults, but fixed: none-lost not")
                .contains("the machine leaves the record at step 2, and 1 of its 8 transitions cannot be done\n")
                .contains("step 2, cpu0: increment(c0), leads to another state:\n")
                .contains("No property is violated at the end.");
    }

    @Test
    void a_judge_that_sees_nothing_does_not_pass() {
        assertThat(failure("failsAsTheJudgeSeesNothing"))
                .contains(
                        "but fixed: none-lost not violated, nor by what still runs at the end, 2 transitions more, though");
    }

    /** The record's number of transitions is that of a file from which the last one was taken, as if it then had broken already. */
    @Test
    void what_breaks_after_the_record_is_not_fixed() throws IOException {
        Files.writeString(Path.of(SHORT), shortened("\"transitions\": 7,"));
        assertThat(failure("failsAsItBreaksLater"))
                .startsWith(
                        SHORT + ": expected to be FIXED, but diverged: none-lost violated 1 transition after the last")
                .contains("\n8  hypervisor  cpu0: step   ", "\nnone-lost is false:\n  count[c0] = 1\n");
    }

    /** Files of before transitions were counted. */
    @Test
    void a_file_that_may_be_cut_off_is_not_fixed() throws IOException {
        Files.writeString(Path.of(SHORT), shortened(""));
        assertThat(failure("failsAsItBreaksLater"))
                .contains("expected to be FIXED, but no counterexample: every state");
    }

    private static String shortened(String transitions) throws IOException {
        String text = Files.readString(Path.of(FILE));
        String rest = text.substring(0, text.lastIndexOf("    {\"#meta\": {\"index\": "))
                .stripTrailing();
        return rest.substring(0, rest.length() - 1).replace("\"transitions\": 8,", transitions) + "\n  ]\n}\n";
    }

    @Test
    void a_failing_body_fails() {
        assertThat(failure("failsInItsBody")).isEqualTo("from the body");
    }

    @Test
    void a_malformed_file_fails_with_its_place() {
        assertThat(failure("failsAsTheFileIsMalformed")).startsWith(DIRECTORY + "/malformed.table:1:");
    }

    @Test
    void a_file_that_is_cut_off_is_not_fixed() throws IOException {
        String text = Files.readString(Path.of(FILE));
        String first = text.substring(0, text.indexOf("    {\"#meta\": {\"index\": 1}"))
                .stripTrailing();
        Files.writeString(Path.of(CUT), first.substring(0, first.length() - 1) + "\n  ]\n}\n");
        assertThat(failure("failsAsTheFileIsCutOff")).startsWith(CUT + ":4:20: the file is cut off");
    }

    @Test
    void a_test_that_replays_nothing_is_not_green() {
        assertThat(failure("failsAsThereIsNoSuchFile")).startsWith("no counterexamples at ");
        assertThat(failure("failsAsTheDirectoryHoldsNone")).endsWith("src/test/java ends in .itf.json");
        assertThat(failure("failsAsANamedFileMustBeThere")).startsWith("no counterexamples at ");
        assertThat(failure("failsAsNothingIsNamed")).isEqualTo("@ReplayCounterexamples names no file");
    }

    @Test
    void a_project_s_first_run_is_green_where_it_says_that_there_may_be_none() {
        Events run = run("passesAsThereMayBeNone");
        run.failed().assertStatistics(s -> s.failed(0));
        assertThat(run.dynamicallyRegistered().count()).isZero();
    }

    @Test
    void other_parameters_are_left_to_others() {
        assertThat(failure("failsAsItAsksForMore"))
                .contains("No ParameterResolver registered for parameter [java.lang.String");
    }
}
