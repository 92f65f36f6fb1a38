package dev.moat.certificate.search;

import dev.moat.certificate.Formula;
import dev.moat.certificate.Formula.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the true equalities of a model demand and the model lacks. */
final class Equalities {
    private Equalities() {}

    static List<Step> violated(Set<Formula> trueOnes) {
        List<Step> steps = new ArrayList<>();
        for (Formula equality : trueOnes) {
            if (equality.kind() == Kind.SAME) {
                String a = equality.names().get(0);
                String b = equality.names().get(1);
                trueOnes.forEach(f -> demanded(f, a, b, trueOnes, steps));
                trueOnes.forEach(f -> demanded(f, b, a, trueOnes, steps));
            }
        }
        return steps;
    }

    /** What a true formula becomes with b in the place of a. */
    private static void demanded(Formula f, String a, String b, Set<Formula> trueOnes, List<Step> steps) {
        int from = f.kind() == Kind.ATOM ? 1 : 0;
        for (int i = from; i < f.names().size(); i++) {
            if (f.names().get(i).equals(a)) {
                List<String> names =
                        new ArrayList<>(f.names().subList(from, f.names().size()));
                List<String> others = new ArrayList<>(names);
                others.set(i - from, b);
                if (f.kind() == Kind.SAME) {
                    String c = names.get(1 - i);
                    if (!c.equals(b) && !trueOnes.contains(Formula.same(b, c))) {
                        steps.add(new Step.Transitive(b, a, c));
                    }
                } else if (!trueOnes.contains(Formula.atom(f.names().get(0), others))) {
                    steps.add(new Step.Congruent(f.names().get(0), List.copyOf(names), List.copyOf(others)));
                }
            }
        }
    }
}
