package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.z3.Status;
import dev.moat.discipline.Designs;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * For any size: within the discipline, an invalidation that is submitted completes or is given up, if hardware goes on with each. The
 * premises of the rule for responses under justice (Manna and Pnueli, 1991) with {@code complete-invalidation} of the same token as the
 * helpful action: it is possible for as long as the token is queued, it ends that and makes the token done, and no other action ends it.
 * The discipline has no order in its queue, so there is nothing to rank.
 */
class InvalidationsAnsweredTest {
    private static final Theory THEORY = Theory.load(Proofs.HOME);
    private static final String HELPFUL = "complete-invalidation";
    private static final Var WAITS = new Var("waits", "Inv");

    private static AbstractAction action(Theory theory, String name) {
        return theory.discipline().actions().stream()
                .filter(a -> a.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Term is(String relation, Var token) {
        return new Term.Atom(THEORY.initially().place(), relation, List.of(token));
    }

    private static Term not(Term t) {
        return new Term.Not(t.place(), t);
    }

    private static boolean possible(Theory theory, List<Var> constants, Term... all) {
        try (Prover prover = Proofs.prover(theory)) {
            List<Term> plain = new ArrayList<>();
            for (Term t : all) {
                plain.add(Rewriting.plain(t));
            }
            Term last = new Term.And(all[0].place(), plain);
            return prover.satisfiable(theory.assumed(), last, constants) != Status.UNSATISFIABLE;
        }
    }

    /** Which actions can end that a token is queued, in a state that satisfies all that is proved. */
    private static List<String> ending(Theory theory) {
        List<String> names = new ArrayList<>();
        Term queued = is("queued", WAITS);
        for (AbstractAction a : theory.discipline().actions()) {
            List<Var> constants = new ArrayList<>(a.parameters());
            constants.add(WAITS);
            if (possible(theory, constants, queued, a.guard(), not(Rewriting.before(a, queued)))) {
                names.add(a.name());
            }
        }
        return names;
    }

    private static boolean helps(Theory theory) {
        AbstractAction helpful = action(theory, HELPFUL);
        Var token = helpful.parameters().get(0);
        Term queued = is("queued", token);
        List<Var> constants = helpful.parameters();
        boolean blocked = possible(theory, constants, queued, not(helpful.guard()));
        boolean stays = possible(theory, constants, queued, helpful.guard(), Rewriting.before(helpful, queued));
        boolean undone =
                possible(theory, constants, queued, helpful.guard(), not(Rewriting.before(helpful, is("done", token))));
        return !blocked && !stays && !undone;
    }

    @Test
    void theHelpfulActionIsPossibleAndAnswers() {
        assertThat(helps(THEORY)).isTrue();
    }

    @Test
    void nothingElseEndsTheWaitButToGiveItUp() {
        assertThat(ending(THEORY)).containsExactlyInAnyOrder(HELPFUL, "give-up");
    }

    /** An instance of the rule that must fail: hardware that completes and leaves the descriptor queued, or does not say that it is done. */
    @Test
    void hardwareThatDoesNotAnswerIsSeen() {
        for (String left : List.of("complete-invalidation.queued", "complete-invalidation.done")) {
            Theory broken = THEORY.with(Designs.inject(THEORY.discipline(), List.of(left)));
            assertThat(helps(broken)).as(left).isFalse();
        }
    }
}
