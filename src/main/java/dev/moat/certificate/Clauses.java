package dev.moat.certificate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Propositional clauses. A formula is a literal: atoms, equalities and sentences that begin with a quantifier are variables, and what is put
 * together from others is a variable with the clauses that define it (Tseitin). Variables count from 1 in the order in which their formulas
 * are first seen; a negative number is the opposite.
 *
 * <p>A clause follows when unit propagation alone finds that its opposite cannot be (reverse unit propagation, as in DRUP proofs).
 */
public final class Clauses {
    private final Map<CertificateFormula, Integer> variables = new HashMap<>();
    private final List<int[]> all = new ArrayList<>();
    /** Per literal, the clauses that have it: 2 v for variable v, 2 v + 1 for its opposite. */
    private final List<List<int[]>> having = new ArrayList<>(List.of(List.of(), List.of()));
    /** Per variable: 1 true, -1 false, 0 not known. */
    private byte[] values = new byte[64];

    private int[] trail = new int[64];
    private int known;
    private int propagated;
    private boolean refuted;

    /** The literal of a formula without free variables; what defines it is added. */
    public int literal(CertificateFormula f) {
        if (f.kind() == CertificateFormula.Kind.NOT) {
            return -literal(f.parts().get(0));
        }
        Integer seen = variables.get(f);
        if (seen != null) {
            return seen;
        }
        int[] parts = f.isQuantified()
                ? new int[0]
                : f.parts().stream().mapToInt(this::literal).toArray();
        int v = variables.size() + 1;
        variables.put(f, v);
        having.add(new ArrayList<>());
        having.add(new ArrayList<>());
        values = v < values.length ? values : Arrays.copyOf(values, 2 * v);
        trail = v < trail.length ? trail : Arrays.copyOf(trail, 2 * v);
        define(f.kind(), v, parts);
        return v;
    }

    private void define(CertificateFormula.Kind kind, int v, int[] p) {
        switch (kind) {
            case TRUE -> add(v);
            case AND -> either(-v, p, -1);
            case OR -> either(v, p, 1);
            case IFF -> {
                add(-v, -p[0], p[1]);
                add(-v, p[0], -p[1]);
                add(v, p[0], p[1]);
                add(v, -p[0], -p[1]);
            }
            case ITE -> {
                add(-v, -p[0], p[1]);
                add(-v, p[0], p[2]);
                add(v, -p[0], -p[1]);
                add(v, p[0], -p[2]);
            }
            default -> {}
        }
    }

    /** {@code whole} is so exactly if one of the parts, each with this sign, is. */
    private void either(int whole, int[] parts, int sign) {
        int[] some = new int[parts.length + 1];
        for (int i = 0; i < parts.length; i++) {
            some[i] = sign * parts[i];
            add(whole, -some[i]);
        }
        some[parts.length] = -whole;
        add(some);
    }

    /** Adds a clause. */
    public void add(int... clause) {
        all.add(clause);
        for (int literal : clause) {
            having.get(index(literal)).add(clause);
        }
        refuted |= !visit(clause) || !propagate();
    }

    /** Whether propagation finds that not all literals of the clause can be false; variables up to {@link #size}. */
    public boolean follows(int... clause) {
        if (refuted) {
            return true;
        }
        int before = known;
        boolean open = true;
        for (int literal : clause) {
            open = open && assume(-literal);
        }
        open = open && propagate();
        while (known > before) {
            values[Math.abs(trail[--known])] = 0;
        }
        propagated = before;
        return !open;
    }

    /** Whether propagation has found that not all clauses can be so. */
    public boolean isRefuted() {
        return refuted;
    }

    /** The variables of formulas. */
    public Map<CertificateFormula, Integer> variables() {
        return Collections.unmodifiableMap(variables);
    }

    /** How many variables there are. */
    public int size() {
        return variables.size();
    }

    /** All clauses, in the order in which they came. */
    public List<int[]> all() {
        return Collections.unmodifiableList(all);
    }

    private static int index(int literal) {
        return literal > 0 ? 2 * literal : 1 - 2 * literal;
    }

    private int value(int literal) {
        return literal > 0 ? values[literal] : -values[-literal];
    }

    /** False when the opposite is known. */
    private boolean assume(int literal) {
        if (value(literal) == 0) {
            values[Math.abs(literal)] = (byte) (literal > 0 ? 1 : -1);
            trail[known++] = literal;
        }
        return value(literal) > 0;
    }

    private boolean propagate() {
        while (propagated < known) {
            for (int[] clause : having.get(index(-trail[propagated++]))) {
                if (!visit(clause)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** False when all literals are false; where one is left and nothing is true, that one has to be. */
    private boolean visit(int[] clause) {
        int left = 0;
        for (int literal : clause) {
            int value = value(literal);
            if (value > 0 || (value == 0 && left != 0 && left != literal)) {
                return true;
            }
            left = value == 0 ? literal : left;
        }
        return left != 0 && assume(left);
    }
}
