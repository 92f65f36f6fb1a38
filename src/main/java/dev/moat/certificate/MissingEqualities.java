package dev.moat.certificate;

import dev.moat.certificate.CertificateFormula.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the true equalities of a model demand and the model lacks. */
final class MissingEqualities {
    private MissingEqualities() {}

    static List<RefutationStep> violated(Set<CertificateFormula> trueOnes) {
        List<RefutationStep> steps = new ArrayList<>();
        for (CertificateFormula equality : trueOnes) {
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
    private static void demanded(
            CertificateFormula f, String a, String b, Set<CertificateFormula> trueOnes, List<RefutationStep> steps) {
        int from = f.kind() == Kind.ATOM ? 1 : 0;
        for (int i = from; i < f.names().size(); i++) {
            if (f.names().get(i).equals(a)) {
                List<String> names =
                        new ArrayList<>(f.names().subList(from, f.names().size()));
                List<String> others = new ArrayList<>(names);
                others.set(i - from, b);
                if (f.kind() == Kind.SAME) {
                    String c = names.get(1 - i);
                    if (!c.equals(b) && !trueOnes.contains(CertificateFormula.same(b, c))) {
                        steps.add(new RefutationStep.Transitive(b, a, c));
                    }
                } else if (!trueOnes.contains(CertificateFormula.atom(f.names().get(0), others))) {
                    steps.add(new RefutationStep.Congruent(f.names().get(0), List.copyOf(names), List.copyOf(others)));
                }
            }
        }
    }
}
