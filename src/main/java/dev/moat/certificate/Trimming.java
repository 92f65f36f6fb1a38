package dev.moat.certificate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes a certificate with the steps that its refutation needs, and no others. */
final class Trimming {
    private final GoalFile goal;
    private final List<RefutationStep> steps;
    private final List<Integer> ends;
    private final Refutation found;
    private final Cdcl cdcl;

    Trimming(GoalFile goal, List<RefutationStep> steps, List<Integer> ends, Refutation found, Cdcl cdcl) {
        this.goal = goal;
        this.steps = steps;
        this.ends = ends;
        this.found = found;
        this.cdcl = cdcl;
    }

    /** The certificate. */
    String text() {
        Set<int[]> needed = Collections.newSetFromMap(new IdentityHashMap<>());
        needed.addAll(cdcl.needed());
        Map<CertificateFormula, Integer> numbers = new HashMap<>();
        Refutation refutation = new Refutation(goal);
        List<String> lines = new ArrayList<>(List.of(Certificate.FIRST));
        for (int kept : kept(needed)) {
            lines.add(steps.get(kept).take(refutation, numbers));
            for (int i = numbers.size(); i < refutation.sentences().size(); i++) {
                numbers.put(refutation.sentences().get(i), i + 1);
            }
        }
        int[] variables = variables(refutation);
        for (int[] clause : cdcl.learned()) {
            if (needed.contains(clause) && !refutation.isComplete()) {
                StringBuilder line = new StringBuilder("clause");
                int[] mine = new int[clause.length];
                for (int i = 0; i < clause.length; i++) {
                    mine[i] = Integer.signum(clause[i]) * variables[Math.abs(clause[i])];
                    line.append(' ').append(mine[i]);
                }
                refutation.clause(mine);
                lines.add(line.toString());
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** The steps that brought in clauses which are needed, and those that brought in what they speak of. */
    private Set<Integer> kept(Set<int[]> needed) {
        Map<Object, Integer> firsts = new HashMap<>();
        Set<Integer> open = new TreeSet<>();
        Refutation again = new Refutation(goal);
        Map<CertificateFormula, Integer> numbers = new HashMap<>();
        int clause = 0;
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).take(again, numbers);
            for (int n = numbers.size(); n < again.sentences().size(); n++) {
                numbers.put(again.sentences().get(n), n + 1);
                firsts.put(again.sentences().get(n), i);
            }
            for (String constant : again.constants().keySet()) {
                firsts.putIfAbsent(constant, i);
            }
            for (; clause < ends.get(i); clause++) {
                if (needed.contains(cdcl.added(clause))) {
                    open.add(i);
                }
            }
        }
        Set<Integer> kept = new TreeSet<>();
        List<Integer> todo = new ArrayList<>(open);
        while (!todo.isEmpty()) {
            int i = todo.remove(todo.size() - 1);
            if (kept.add(i)) {
                RefutationStep step = steps.get(i);
                step.sentences().forEach(f -> todo.add(firsts.get(f)));
                step.constants().stream()
                        .filter(c -> !goal.constants().containsKey(c))
                        .forEach(c -> todo.add(firsts.get(c)));
            }
        }
        return kept;
    }

    private int[] variables(Refutation refutation) {
        int[] to = new int[found.clauses().size() + 1];
        found.clauses()
                .variables()
                .forEach((f, v) -> to[v] = refutation.clauses().variables().getOrDefault(f, 0));
        return to;
    }
}
