package dev.moat.prove.infer;

import dev.moat.logic.AbstractAction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which candidates are needed for some of them: those that their proofs use, and so on; then without each that can be spared. */
final class Reduction {
    private final CandidateQuestions questions;
    private final Set<Candidate> roots;
    /** For each candidate that is kept, by action, what its proof uses. */
    private final Map<Candidate, Map<AbstractAction, Set<Candidate>>> proofs = new LinkedHashMap<>();

    /**
     * @param houdini after its run
     * @param roots what is wanted, all still there
     */
    Reduction(Houdini houdini, CandidateQuestions questions, Collection<Candidate> roots) {
        this.questions = questions;
        this.roots = new LinkedHashSet<>(roots);
        Deque<Candidate> open = new ArrayDeque<>(this.roots);
        while (!open.isEmpty()) {
            Candidate c = open.remove();
            if (!proofs.containsKey(c)) {
                Map<AbstractAction, Set<Candidate>> of = new LinkedHashMap<>(houdini.proofs(c));
                proofs.put(c, of);
                of.values().forEach(open::addAll);
            }
        }
    }

    /** What is needed, the wanted ones first. */
    Set<Candidate> needed() {
        return proofs.keySet();
    }

    /** What one of them needs, directly and through others, itself included. */
    Set<Candidate> needed(Candidate root) {
        Set<Candidate> found = new LinkedHashSet<>();
        Deque<Candidate> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Candidate c = open.remove();
            if (found.add(c)) {
                proofs.getOrDefault(c, Map.of()).values().forEach(open::addAll);
            }
        }
        return found;
    }

    /** Leaves out, one after the other, the last ones first, what can be left out. */
    void reduce() {
        questions.only(proofs.keySet());
        List<Candidate> order = new ArrayList<>(proofs.keySet());
        for (int i = order.size() - 1; i >= 0; i--) {
            Candidate spare = order.get(i);
            if (!roots.contains(spare) && proofs.containsKey(spare)) {
                tryWithout(spare);
            }
        }
    }

    private void tryWithout(Candidate spare) {
        Set<Candidate> rest = new LinkedHashSet<>(proofs.keySet());
        rest.remove(spare);
        Map<AbstractAction, Map<Candidate, Set<Candidate>>> again = new LinkedHashMap<>();
        for (Candidate c : rest) {
            proofs.getOrDefault(c, Map.of()).forEach((action, used) -> {
                if (used.contains(spare)) {
                    again.computeIfAbsent(action, a -> new LinkedHashMap<>()).put(c, Set.of());
                }
            });
        }
        for (Map.Entry<AbstractAction, Map<Candidate, Set<Candidate>>> batch : again.entrySet()) {
            for (Map.Entry<Candidate, Set<Candidate>> each : batch.getValue().entrySet()) {
                CandidateQuestions.Reply reply = questions.after(batch.getKey(), each.getKey(), rest);
                if (!reply.proved()) {
                    return;
                }
                each.setValue(reply.used());
            }
        }
        again.forEach((action, batch) -> batch.forEach((c, used) -> {
            Map<AbstractAction, Set<Candidate>> of = proofs.get(c);
            if (of != null) {
                of.put(action, used);
            }
        }));
        Set<Candidate> still = new LinkedHashSet<>();
        roots.forEach(r -> still.addAll(needed(r)));
        proofs.keySet().retainAll(still);
    }
}
