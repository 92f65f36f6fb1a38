package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.discipline.Bounds;
import dev.moat.discipline.Designs;
import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Term;
import dev.moat.prove.Answer;
import dev.moat.prove.Prover;
import dev.moat.prove.Theory;
import dev.moat.prove.solver.Z3Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The discipline on other hardware: what it keeps, what it does not, and that it does not keep it by doing nothing. */
class FamiliesTest {
    private static final Theory PLAIN = Theory.load(Path.of(""));

    private static Theory family(String name) {
        return PLAIN.ofFamily(Path.of("specs/families", name + ".smt2"));
    }

    private static Set<String> broken(Theory theory) {
        Z3Required.orSkipped("families are");
        Set<String> ids = new TreeSet<>();
        try (Prover prover = new Prover(theory, Prover.RLIMIT)) {
            for (Answer a : prover.prove(theory)) {
                if (a.status() != Answer.Status.PROVED && a.goal().statement().safety()) {
                    ids.add(a.goal().statement().id());
                }
            }
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(strings = {"calgary", "gart-careful"})
    void whatIsKept(String name) {
        Theory theory = family(name);
        theory.requireFragment();
        Z3Required.orSkipped("families are");
        try (Prover prover = new Prover(theory, Prover.RLIMIT)) {
            assertThat(prover.prove(theory)).allMatch(a -> a.status() == Answer.Status.PROVED);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calgary-alone | entries-follow-assignment,no-foreign | 1",
                "gart-inside | no-foreign | 4",
                "gart | no-foreign,no-stale | 2",
            })
    void whatIsNotKeptIsShownByARun(String name, String ids, int steps) {
        Theory theory = family(name);
        theory.requireFragment();
        assertThat(String.join(",", broken(theory))).isEqualTo(ids);
        Reachability found = Reachability.ofProperties(theory, Bounds.initial());
        assertThat(found.run()).isNotNull();
        assertThat(found.lines().get(0)).contains(" is broken " + steps + " steps from the initial one");
    }

    /** All that is kept is kept of nothing where nothing happens: but for what the hardware has not, every action does. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calgary | assign",
                "gart-careful | set-entry-ro",
            })
    void whatHappensHappens(String name, String special) {
        Theory theory = family(name);
        List<String> never = theory.discipline().actions().stream()
                .filter(a -> a.guard() instanceof Term.Truth)
                .filter(a -> !((Term.Truth) a.guard()).value())
                .map(AbstractAction::name)
                .toList();
        Reached found = Reached.of(theory);
        assertThat(found.idle()).doesNotContain(special, "walk", "fill", "acknowledge", "end-hold", "deassign");
        assertThat(found.idle()).containsAll(never);
        List<String> besides = new ArrayList<>(found.idle());
        besides.removeAll(never);
        // What ends a move, where none begins.
        assertThat(besides).isEqualTo(name.equals("calgary") ? List.of("move-context", "end-move") : List.of());
    }

    /** A bus that is not quiet when its cache is invalidated, and one whose devices are looked at one by one. */
    @Test
    void softwareThatGoesOnTooEarlyIsSeen() {
        Theory calgary = family("calgary");
        Theory early = calgary.with(Designs.inject(calgary.discipline(), List.of("completion-does-not-drain")));
        assertThat(Reachability.ofProperties(early, Bounds.initial()).lines().get(0))
                .startsWith("REACHABLE: a real defect, no-stale is broken");
        assertThat(broken(calgary.with(Designs.inject(calgary.discipline(), List.of("assign.assigned.2.1")))))
                .isNotEmpty();
    }

    /** What a file says of the hardware has to stay so. */
    @Test
    void whatDoesNotStayIsNotAssumed(@TempDir Path directory) throws IOException {
        Z3Required.orSkipped("families are");
        Path file = directory.resolve("lazy.smt2");
        Files.writeString(file, "(define-fun initially () Bool (forall ((i Inv)) (not (queued i))))");
        Theory lazy = PLAIN.ofFamily(file);
        try (Prover prover = new Prover(lazy, Prover.RLIMIT)) {
            assertThat(prover.prove(lazy))
                    .filteredOn(a -> a.status() != Answer.Status.PROVED)
                    .extracting(a -> a.goal().id())
                    .containsExactly("of-lazy.1@submit");
        }
        Files.writeString(file, "(define-fun initially () Bool (forall ((i Inv)) (not (quiet i))))");
        assertThatThrownBy(() -> PLAIN.ofFamily(file)).isInstanceOf(InputException.class);
    }
}
