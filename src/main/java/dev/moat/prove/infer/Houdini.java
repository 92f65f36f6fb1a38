package dev.moat.prove.infer;

import com.microsoft.z3.Model;
import dev.moat.logic.AbstractAction;
import dev.moat.prove.finite.Steps;
import dev.moat.prove.finite.Structure;
import dev.moat.prove.finite.Walks;
import dev.moat.prove.infer.Questions.Reply;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes candidates away until every step keeps those that are left: where a step from a state in which all are true leads to one in which
 * one is not, all that are false there go, and those that are false where random runs from there end up.
 */
final class Houdini {
    private static final int STEPS_BEHIND = 30;

    private final List<AbstractAction> actions;
    private final Pool pool;
    private final Questions questions;
    private final Models models;
    private final Walks walks;
    /** For each candidate and action, what its last proof used. */
    private final Map<Candidate, Map<AbstractAction, Set<Candidate>>> proofs = new HashMap<>();

    private int counterexamples;

    Houdini(List<AbstractAction> actions, Pool pool, Questions questions, Models models, Walks walks) {
        this.actions = actions;
        this.pool = pool;
        this.questions = questions;
        this.models = models;
        this.walks = walks;
    }

    /** How many states were shown to the pool because a step led there that should not. */
    int counterexamples() {
        return counterexamples;
    }

    /** Until nothing is taken away any more. */
    void run(Consumer<String> progress) {
        initially();
        boolean whole = false;
        while (!whole) {
            whole = true;
            for (AbstractAction action : actions) {
                whole &= after(action);
            }
            progress.accept(pool.alive().size() + " candidates left, " + counterexamples + " counterexamples, "
                    + questions.asked() + " questions");
        }
    }

    private void initially() {
        Set<Candidate> sure = new LinkedHashSet<>();
        for (List<Candidate> open = pool.alive(); !sure.containsAll(open); open = pool.alive()) {
            for (Candidate c : open) {
                if (!sure.contains(c) && pool.isAlive(c)) {
                    Reply reply = questions.initially(c);
                    Model model = reply.model();
                    if (reply.proved()) {
                        sure.add(c);
                    } else if (model != null) {
                        learn(models.of(model, List.of()).structure(), c);
                    } else {
                        pool.drop(c);
                    }
                }
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

    /** Whether the action keeps all. */
    private boolean after(AbstractAction action) {
        boolean kept = true;
        Set<Candidate> alive = new LinkedHashSet<>(pool.alive());
        for (Candidate c : List.copyOf(alive)) {
            if (!alive.contains(c) || isKept(c, action, alive)) {
                continue;
            }
            Reply reply = questions.after(action, c, alive);
            Model model = reply.model();
            if (reply.proved()) {
                proofs.computeIfAbsent(c, k -> new LinkedHashMap<>()).put(action, reply.used());
                continue;
            }
            kept = false;
            if (model == null) {
                pool.drop(c);
            } else {
                Models.Pointed before = models.of(model, action.parameters());
                learn(walks.steps().after(new Steps.Taken(action, before.elements()), before.structure()), c);
            }
            alive = new LinkedHashSet<>(pool.alive());
        }
        return kept;
    }

    private boolean isKept(Candidate c, AbstractAction action, Set<Candidate> alive) {
        if (action.effects().keySet().stream().noneMatch(c.relations()::contains)) {
            return true;
        }
        Set<Candidate> used = proofs.getOrDefault(c, Map.of()).get(action);
        return used != null && alive.containsAll(used);
    }

    /** What the proofs of a candidate used, by action; after {@link #run}. */
    Map<AbstractAction, Set<Candidate>> proofs(Candidate c) {
        return proofs.getOrDefault(c, Map.of());
    }
}
