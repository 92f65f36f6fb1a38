package dev.moat.certificate;

import dev.moat.certificate.CertificateFormula.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for a refutation: a model of what is known is looked at, and what it violates is added, until there is none (instantiation led by
 * models). Complete where witnesses are finitely many, as in all goals of a discipline.
 */
public final class Refuter {
    /** Instances of one sentence that are taken from one model. */
    private static final int AT_ONCE = 4;

    private final GoalFile goal;
    private final int most;
    private final Refutation refutation;
    private final Cdcl cdcl = new Cdcl();
    private final List<RefutationStep> steps = new ArrayList<>();
    private final Set<RefutationStep> taken = new LinkedHashSet<>();
    private final Map<CertificateFormula, Integer> numbers = new HashMap<>();
    private final Set<CertificateFormula> witnessed = new LinkedHashSet<>();
    /** Per step the number of the clauses after it. */
    private final List<Integer> ends = new ArrayList<>();

    private int given;

    private Refuter(GoalFile goal, int most) {
        this.goal = goal;
        this.most = most;
        refutation = new Refutation(goal);
    }

    /**
     * The certificate of a goal, or nothing when a model shows that it has none, or when it would take more steps.
     *
     * @param most steps that are tried
     */
    public static Optional<String> certificate(GoalFile goal, int most) {
        Refuter refuter = new Refuter(goal, most);
        return refuter.refutes()
                ? Optional.of(new Trimming(goal, refuter.steps, refuter.ends, refuter.refutation, refuter.cdcl).text())
                : Optional.empty();
    }

    private boolean refutes() {
        for (int i = 1; i <= goal.assertions().size(); i++) {
            take(new RefutationStep.Use(i));
        }
        while (steps.size() <= most) {
            List<int[]> all = refutation.clauses().all();
            cdcl.add(all.subList(given, all.size()), refutation.clauses().size());
            given = all.size();
            // What holds for all needs no witness, and what holds for none neither.
            refutation.clauses().variables().forEach((f, v) -> {
                if (f.kind() == Kind.FORALL) {
                    cdcl.prefer(v);
                }
            });
            if (!cdcl.solve()) {
                return true;
            }
            int before = steps.size();
            extend();
            if (steps.size() == before) {
                return false;
            }
        }
        return false;
    }

    private void take(RefutationStep step) {
        if (taken.add(step)) {
            for (int i = numbers.size(); i < refutation.sentences().size(); i++) {
                numbers.put(refutation.sentences().get(i), i + 1);
            }
            step.take(refutation, numbers);
            steps.add(step);
            ends.add(refutation.clauses().all().size());
        }
    }

    private void extend() {
        Set<CertificateFormula> trueOnes = new LinkedHashSet<>();
        Map<CertificateFormula, Boolean> sentences = new HashMap<>();
        refutation.clauses().variables().forEach((f, v) -> {
            if (f.isQuantified()) {
                sentences.put(f, cdcl.isTrue(v));
            } else if (cdcl.isTrue(v) && (f.kind() == Kind.ATOM || f.kind() == Kind.SAME)) {
                trueOnes.add(f);
            }
        });
        int before = steps.size();
        MissingEqualities.violated(trueOnes).forEach(this::take);
        if (steps.size() > before) {
            return;
        }
        ClauseModel model = new ClauseModel(trueOnes, sentences, refutation.constants());
        for (CertificateFormula sentence : List.copyOf(refutation.sentences())) {
            boolean is = Boolean.TRUE.equals(sentences.get(sentence));
            if (is == (sentence.kind() == Kind.FORALL)) {
                new Instances(model, sentence).violated(AT_ONCE).forEach(this::take);
            } else if (model.isSo(sentence) != is && witnessed.add(sentence)) {
                take(new RefutationStep.Witness(sentence, fresh(sentence)));
            }
        }
    }

    private List<String> fresh(CertificateFormula sentence) {
        List<String> names = new ArrayList<>();
        for (String sort : sentence.sorts()) {
            names.add(sort.toLowerCase(Locale.ROOT) + "!"
                    + (refutation.constants().size() + names.size()));
        }
        return Collections.unmodifiableList(names);
    }
}
