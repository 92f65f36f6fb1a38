package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.prove.Theory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A guard that some state satisfies, and a witness that some state is, are no use where no run gets there. */
class ReachedTest {
    private static final Theory COMMITTED = Theory.load(Path.of(""));

    private static @Nullable ReachedActions all;

    /** What is reached of the committed discipline, which takes some instances. */
    private static synchronized ReachedActions all() {
        ReachedActions known = all == null ? ReachedActions.of(COMMITTED) : all;
        all = known;
        return known;
    }

    /** What is reached of another one in those instances: in them the committed one reaches everything. */
    private static ReachedActions there(Theory theory) {
        return ReachedActions.of(theory, all().searched(), ReachedActions.MOST_STATES);
    }

    private static Theory edited(String from, String to) throws IOException {
        String text = Files.readString(Path.of("specs/discipline.smt2"));
        assertThat(text).containsOnlyOnce(from);
        return COMMITTED.with(Discipline.read("discipline.smt2", text.replace(from, to), COMMITTED.vocabulary()));
    }

    @Test
    void everyActionAndEveryWitnessOfTheCommittedDisciplineIsReached() {
        ReachedActions found = all();
        assertThat(found.lines()).isEmpty();
        assertThat(found.searched()).hasSizeGreaterThan(1);
    }

    /** No action sets 'settlingQ': states with it satisfy every statement, and no run gets to one; nor to what is queued and done. */
    @Test
    void anActionAndAWitnessThatNoRunGetsToAreReported() throws IOException {
        Theory stuck = edited(
                "(define-fun deassign.guard ((q Req)) Bool (forall ((v Unit)) (not (undrained v q))))",
                "(define-fun deassign.guard ((q Req)) Bool (and (settlingQ q) (forall ((v Unit)) (not (undrained v q)))))");
        Invariant hollow = Invariant.read("hollow.smt2", """
                (set-info :says "Nothing is queued and done.") (set-info :kind safety) (set-info :source "planted")
                (define-fun invariant () Bool (forall ((i Inv)) (or (queued i) (not (queued i)))))
                (define-fun witness () Bool (exists ((i Inv)) (and (queued i) (done i))))
                """, COMMITTED.vocabulary());
        ReachedActions found =
                there(Theory.of(COMMITTED.vocabulary(), stuck.discipline(), new ArrayList<>(List.of(hollow))));
        assertThat(found.searched()).isEqualTo(all().searched());
        assertThat(found.idle()).containsExactly("deassign");
        assertThat(found.unseen()).containsExactly("hollow");
        assertThat(found.lines().values()).anyMatch(line -> line.startsWith("NEVER TAKEN deassign: "));
    }
}
