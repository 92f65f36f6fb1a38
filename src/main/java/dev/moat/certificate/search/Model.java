package dev.moat.certificate.search;

import dev.moat.certificate.Formula;
import dev.moat.certificate.Formula.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a model of the clauses says about formulas: an atom that is not among the true ones is false; a sentence of which the clauses know
 * nothing is open. Values are -1 false, 0 open, 1 true.
 */
final class Model {
    private final Map<Formula, Boolean> sentences;
    private final Map<String, List<Formula>> atoms = new HashMap<>();
    private final Set<Formula> trueOnes;

    /**
     * @param trueOnes atoms and equalities
     * @param sentences what quantified sentences are
     */
    Model(Set<Formula> trueOnes, Map<Formula, Boolean> sentences) {
        this.trueOnes = trueOnes;
        this.sentences = sentences;
        for (Formula f : trueOnes) {
            if (f.kind() == Kind.ATOM) {
                atoms.computeIfAbsent(f.names().get(0), r -> new ArrayList<>()).add(f);
            }
        }
    }

    /** A formula's value, with constants for some of its free variables. */
    int value(Formula f, Map<String, String> by) {
        return switch (f.kind()) {
            case TRUE -> 1;
            case ATOM -> atom(f, by);
            case SAME -> same(f, by);
            case NOT -> -value(f.parts().get(0), by);
            case AND -> least(f, by, 1);
            case OR -> -least(f, by, -1);
            case IFF -> value(f.parts().get(0), by) * value(f.parts().get(1), by);
            case ITE -> ite(f, by);
            case FORALL, EXISTS -> sentence(f, by);
        };
    }

    /** The least value of the parts, each with this sign. */
    private int least(Formula f, Map<String, String> by, int sign) {
        int least = 1;
        for (Formula part : f.parts()) {
            least = Math.min(least, sign * value(part, by));
            if (least < 0) {
                return least;
            }
        }
        return least;
    }

    private int ite(Formula f, Map<String, String> by) {
        int condition = value(f.parts().get(0), by);
        if (condition != 0) {
            return value(f.parts().get(condition > 0 ? 1 : 2), by);
        }
        int yes = value(f.parts().get(1), by);
        return yes == value(f.parts().get(2), by) ? yes : 0;
    }

    private int atom(Formula f, Map<String, String> by) {
        boolean whole = true;
        for (int i = 1; i < f.names().size(); i++) {
            whole &= isKnown(f.names().get(i), by);
        }
        for (Formula one : atoms.getOrDefault(f.names().get(0), List.of())) {
            if (fits(f.names(), one.names(), by)) {
                return whole ? 1 : 0;
            }
        }
        return -1;
    }

    private static boolean fits(List<String> pattern, List<String> names, Map<String, String> by) {
        for (int i = 1; i < pattern.size(); i++) {
            String name = pattern.get(i);
            if (isKnown(name, by) && !by.getOrDefault(name, name).equals(names.get(i))) {
                return false;
            }
        }
        return true;
    }

    private int same(Formula f, Map<String, String> by) {
        String a = f.names().get(0);
        String b = f.names().get(1);
        if (!isKnown(a, by) || !isKnown(b, by)) {
            return 0;
        }
        Formula known = Formula.same(by.getOrDefault(a, a), by.getOrDefault(b, b));
        return known.kind() == Kind.TRUE || trueOnes.contains(known) ? 1 : -1;
    }

    private int sentence(Formula f, Map<String, String> by) {
        Boolean is = sentences.get(f.with(by));
        return is == null ? 0 : is ? 1 : -1;
    }

    private static boolean isKnown(String name, Map<String, String> by) {
        return !name.startsWith("?") || by.containsKey(name);
    }
}
