package dev.moat.trace.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.junit.LibraryJudges;
import dev.moat.scenario.Catalog;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Words for where a fault acts, and where they are told. */
class CorrectTest {
    private static final String LATER = "it does not run the step until step 9";
    private static final String OTHER = "it does not ask for the invalidation";

    @Test
    void aStepOutOfOrderIsToldWhereItBegins() {
        Correct correct = new Correct("xen-vtd", List.of("unmap.hold-released-before-wait"));
        assertThat(correct.placed(new TreeMap<>(Map.of(3, OTHER, 4, LATER, 7, OTHER)))
                        .keySet())
                .containsExactly(4);
    }

    @Test
    void anythingElseIsToldNearestToTheHarm() {
        Correct correct = new Correct("xen-vtd", List.of("unmap.no-invalidation"));
        assertThat(correct.placed(new TreeMap<>(Map.of(3, OTHER, 7, OTHER))))
                .isEqualTo(Map.of(7, "correct code invalidates the cached translation and waits"));
    }

    @Test
    void thePlaceMayBeWrittenBesideTheWords() {
        Correct correct = new Correct("iommu-dma", List.of("table.stays-in-array"));
        assertThat(correct.placed(new TreeMap<>(Map.of(3, OTHER, 7, OTHER))).keySet())
                .containsExactly(3);
        assertThat(new Correct("xen", List.of("recovery.repeats-descriptor"))
                        .placed(new TreeMap<>(Map.of(3, LATER, 7, OTHER)))
                        .keySet())
                .containsExactly(7);
    }

    @Test
    void whatNobodyWroteWordsForIsToldAsItWasFound() {
        Correct correct = new Correct("toy", List.of("no.such-fault"));
        Map<Integer, String> found = Map.of(3, OTHER, 7, LATER);
        assertThat(correct.placed(new TreeMap<>(found))).isEqualTo(found);
        assertThat(correct.acting()).isEmpty();
        assertThat(correct.fromTheStart()).isEmpty();
    }

    /** It was told that the call "is about to" do what it had done in the row that was named. */
    @Test
    void whatComesNextIsToldAsDoneWhereItHasCome() {
        assertThat(Correct.shown("it is about to give it back, where correct code is about to return"))
                .isEqualTo("it gives it back, where correct code returns");
        assertThat(Correct.shown("it is about to carry it, where correct code is about to flush it"))
                .isEqualTo("it carries it, where correct code flushes it");
    }

    /** Where nobody wrote words, slots and bits are told, which is nothing for a reader who looks at it for half a minute. */
    @Test
    void whatCorrectCodeDoesIsWrittenDownForEveryFault() {
        List<String> without = faults().filter(f -> {
                    Correct correct = new Correct(f.getKey(), List.of(f.getValue()));
                    return correct.acting().isEmpty() && correct.fromTheStart().isEmpty();
                })
                .map(f -> f.getKey() + "/" + f.getValue())
                .toList();
        assertThat(without).isEmpty();
    }

    @Test
    void noWordsAreForAFaultThatIsNot() throws IOException {
        Set<String> known = faults().flatMap(f -> Stream.of(f.getValue(), f.getKey() + "/" + f.getValue()))
                .collect(Collectors.toSet());
        Properties words = new Properties();
        try (InputStream in = CorrectTest.class.getResourceAsStream("instead.properties")) {
            words.load(in);
        }
        assertThat(words.stringPropertyNames())
                .isNotEmpty()
                // What `needed` leaves out is no fault, and has words of this file, too.
                .allMatch(key -> key.startsWith("omit.") || known.contains(key.replaceFirst("/(?:start|at)$", "")));
    }

    private static Stream<Map.Entry<String, String>> faults() {
        return Catalog.load().components().stream()
                .filter(c -> c.getClass().getName().startsWith("dev.moat."))
                .flatMap(c -> c.faults().stream().map(f -> Map.entry(c.id(), f.id())));
    }

    @Test
    void hardwareIsNotCalledCode() {
        assertThat(new Correct("discipline", List.of("completion-does-not-drain")).acting())
                .hasValueSatisfying(says -> assertThat(says).startsWith("correct hardware ends "));
    }

    @Test
    void ofSeveralFaultsTheOneThatShowsFromTheStartIsToldThere() {
        Correct correct = new Correct("xen-vtd", List.of("unmap.no-invalidation", "tables.upper-level-read-only"));
        assertThat(correct.acting()).hasValueSatisfying(says -> assertThat(says).contains("cached translation"));
        assertThat(correct.fromTheStart())
                .hasValueSatisfying(says -> assertThat(says).contains("above level 1"));
    }

    /** The two faults were told by the words of the first, an unmap's, in a run that has no unmap. */
    @Test
    void ofSeveralFaultsOnlyThoseThatActInTheRunAreTold() throws IOException {
        Counterexample record =
                new CounterexampleReader(Catalog.load()).read(Path.of("counterexamples", "spaces-no-flush.itf.json"));
        assertThat(record.machine().faults()).containsExactly("unmap.no-flush", "decrease.no-flush");
        Replay replay = Replayer.replay(record, Catalog.load(), new LibraryJudges());
        assertThat(SoundMachine.of(
                        Catalog.load(),
                        record.machine(),
                        Catalog.load().machine(record.machine()),
                        List.of(),
                        replay.transitions()))
                .hasValueSatisfying(rightly -> assertThat(rightly.correct().acting())
                        .hasValueSatisfying(says -> assertThat(says).contains("before the frame goes to the heap")));
    }
}
