package dev.moat.check.proof;

import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.logic.ground.Ground;
import dev.moat.prove.Goal;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Prover;
import dev.moat.prove.Theory;
import dev.moat.prove.Z3Required;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shipped families, proved, and run by hand. */
final class Families {
    static final Theory PLAIN = Theory.load(Path.of(""));

    private Families() {}

    static Theory family(String name) {
        return PLAIN.ofFamily(Path.of("specs/families", name + ".smt2"));
    }

    static List<ProofStatement> failed(Theory theory) {
        Z3Required.orSkipped("families are");
        try (Prover prover = new Prover(theory, Prover.RLIMIT)) {
            return prover.answers(theory).stream()
                    .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                    .map(a -> a.goal().statement())
                    .toList();
        }
    }

    /** Whether a goal of the action from which a fault takes a part is not proved any more, without asking the others, which take longer. */
    static boolean failsAt(Theory faulty, String fault) {
        Z3Required.orSkipped("families are");
        String action = "@" + fault.substring(0, fault.indexOf('.'));
        List<Goal> goals =
                faulty.goals().stream().filter(g -> g.id().endsWith(action)).toList();
        try (Prover prover = new Prover(faulty, Prover.RLIMIT)) {
            return prover.firstOpen(goals) != null;
        }
    }

    static InstanceBounds bounds(String words) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String word : words.split(" ")) {
            given.put(word.split("=")[0], word.split("=")[1]);
        }
        return InstanceBounds.with(given);
    }

    /** Whether a property is true from state to state, as far as the steps are possible. */
    static List<Boolean> taken(Theory theory, InstanceBounds bounds, String id, String steps) {
        Instance instance = new Instance(theory.discipline(), bounds);
        ProofStatement judged = theory.statements().stream()
                .filter(s -> s.id().equals(id))
                .findFirst()
                .orElseThrow();
        List<Ground> conjuncts =
                judged.conjuncts().stream().map(instance::ground).toList();
        long[] s = instance.initial();
        List<Boolean> judgements = new ArrayList<>();
        for (String step : steps.split("; ")) {
            DisciplineAction letter = instance.letters().get(step.substring(0, step.indexOf('('))).stream()
                    .filter(l -> l.toString().equals(step))
                    .findFirst()
                    .orElseThrow();
            if (!letter.apply(s)) {
                break;
            }
            judgements.add(conjuncts.stream().allMatch(c -> c.holds(s)));
        }
        return judgements;
    }
}
