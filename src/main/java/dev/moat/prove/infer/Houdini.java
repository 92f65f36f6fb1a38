package dev.moat.prove.infer;

import com.microsoft.z3.Model;
import dev.moat.logic.AbstractAction;
import dev.moat.prove.infer.CandidateQuestions.Reply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Removes candidates until every step keeps the properties and all candidates that their proofs use. If a step from a
 * state in which all candidates are true leads to a state in which one is false, all candidates that are false there
 * are removed. So are those that are false in states that random runs from there reach. Candidates that no proof uses
 * are not tested.
 */
final class Houdini {
    private static final int STEPS_BEHIND = 30;

    /** Of the candidates that a state of the solver's contradicts: so many are told it before it is asked again. */
    private static final int TOLD_AT_ONCE = 5;

    /** After so many counterexamples something is said. */
    private static final int SHOWN = 20;

    private final List<AbstractAction> actions;
    private final CandidatePool pool;
    private final CandidateQuestions questions;
    private final SolverModels models;
    private final DisciplineWalks walks;
    /** For each candidate and action, what its last proof used. */
    private final Map<Candidate, Map<AbstractAction, Set<Candidate>>> proofs = new HashMap<>();

    private final Set<Candidate> initial = new HashSet<>();
    /** What the solver is told of the state before a step. */
    private final Set<Candidate> assumed = new LinkedHashSet<>();

    private int counterexamples;
    private int undecided;

    Houdini(
            List<AbstractAction> actions,
            CandidatePool pool,
            CandidateQuestions questions,
            SolverModels models,
            DisciplineWalks walks) {
        this.actions = actions;
        this.pool = pool;
        this.questions = questions;
        this.models = models;
        this.walks = walks;
    }

    /** Until every step keeps the properties that are left, and all that their proofs use. */
    void run(Consumer<String> progress) {
        while (!isWhole()) {
            if (counterexamples % SHOWN == 0) {
                progress.accept(this + ", " + questions.asked() + " questions");
            }
        }
    }

    @Override
    public String toString() {
        return pool.alive().size() + " candidates left after " + counterexamples + " counterexamples";
    }

    /** How many questions the solver gave up; what they asked about is not there any more. */
    int undecided() {
        return undecided;
    }

    /** Whether all that is needed is proved; if not, something was taken away. */
    private boolean isWhole() {
        Set<Candidate> alive = new LinkedHashSet<>(pool.alive());
        Set<Candidate> needed = new LinkedHashSet<>();
        Deque<Candidate> open = new ArrayDeque<>(pool.properties());
        while (!open.isEmpty()) {
            Candidate c = open.remove();
            if (needed.add(c)) {
                if (!isInitial(c)) {
                    return false;
                }
                for (AbstractAction action : actions) {
                    if (!isKept(c, action, alive)) {
                        return false;
                    }
                }
                proofs(c).values().forEach(open::addAll);
            }
        }
        return true;
    }

    private boolean isInitial(Candidate c) {
        if (initial.contains(c)) {
            return true;
        }
        Reply reply = questions.initially(c);
        Model model = reply.model();
        if (reply.proved()) {
            initial.add(c);
        } else if (model != null) {
            learn(models.of(model, List.of()).structure(), c);
        } else {
            undecided++;
            pool.drop(c);
        }
        return reply.proved();
    }

    /** Whether the action keeps it, where all that are there are true before. */
    private boolean isKept(Candidate c, AbstractAction action, Set<Candidate> alive) {
        if (action.effects().keySet().stream().noneMatch(c.relations()::contains)) {
            return true;
        }
        Set<Candidate> used = proofs.getOrDefault(c, Map.of()).get(action);
        if (used != null && alive.containsAll(used)) {
            return true;
        }
        Reply reply = asked(c, action, alive);
        Model model = reply.model();
        if (reply.proved()) {
            proofs.computeIfAbsent(c, k -> new LinkedHashMap<>()).put(action, reply.used());
        } else if (model != null) {
            SolverModels.Pointed before = models.of(model, action.parameters());
            learn(walks.steps().after(new FiniteSteps.Taken(action, before.elements()), before.structure()), c);
        } else {
            undecided++;
            pool.drop(c);
        }
        return reply.proved();
    }

    /**
     * The answer when all that are there are assumed. The solver is told of few of them: of a few more when its state contradicts them,
     * for hundreds of clauses that a proof does not use cost more than a question asked again.
     */
    private Reply asked(Candidate c, AbstractAction action, Set<Candidate> alive) {
        assumed.retainAll(alive);
        while (true) {
            Reply reply = questions.after(action, c, assumed);
            Model model = reply.model();
            if (reply.proved() || model == null) {
                return reply;
            }
            Structure before = models.of(model, action.parameters()).structure();
            if (!assumed.addAll(pool.falseIn(before, TOLD_AT_ONCE))) {
                return reply;
            }
        }
    }

    private void learn(Structure s, Candidate violated) {
        counterexamples++;
        walks.run(s, STEPS_BEHIND, state -> {
            pool.see(state);
            return false;
        });
        pool.drop(violated);
    }

    /** What the proofs of a candidate used, by action; after {@link #run}. */
    Map<AbstractAction, Set<Candidate>> proofs(Candidate c) {
        return proofs.getOrDefault(c, Map.of());
    }
}
