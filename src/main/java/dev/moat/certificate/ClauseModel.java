package dev.moat.certificate;

import dev.moat.certificate.CertificateFormula.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a model of the clauses says about formulas: an atom that is not among the true ones is false; a sentence of which the clauses know
 * nothing is open, or what it is of the elements there are. Values are -1 false, 0 open, 1 true.
 */
final class ClauseModel {
    private final Map<CertificateFormula, Boolean> sentences;
    private final Map<String, List<CertificateFormula>> atoms = new HashMap<>();
    private final Set<CertificateFormula> trueOnes;
    /** Constants by sort, each sort's by name. */
    private final Map<String, List<String>> elements = new HashMap<>();

    /**
     * @param trueOnes atoms and equalities
     * @param sentences what quantified sentences are
     * @param constants their sorts
     */
    ClauseModel(
            Set<CertificateFormula> trueOnes,
            Map<CertificateFormula, Boolean> sentences,
            Map<String, String> constants) {
        this.trueOnes = trueOnes;
        this.sentences = sentences;
        new TreeMap<>(constants)
                .forEach((constant, sort) ->
                        elements.computeIfAbsent(sort, s -> new ArrayList<>()).add(constant));
        for (CertificateFormula f : trueOnes) {
            if (f.kind() == Kind.ATOM) {
                atoms.computeIfAbsent(f.names().get(0), r -> new ArrayList<>()).add(f);
            }
        }
    }

    /** The elements of a sort, by name. */
    List<String> elements(String sort) {
        return elements.getOrDefault(sort, List.of());
    }

    /** A formula's value, with constants for some of its free variables. */
    int value(CertificateFormula f, Map<String, String> by) {
        return value(f, by, false);
    }

    /**
     * The same with constants for all of them, and nothing open: sentences in it of which the clauses know nothing are what they are of the
     * elements. Else what they stand in would be taken for violated wherever they decide.
     *
     * @param by is as before afterwards
     */
    int wholeValue(CertificateFormula f, Map<String, String> by) {
        return value(f, by, true);
    }

    /** Whether a sentence is so of the elements, whatever the clauses say of it. */
    boolean isSo(CertificateFormula sentence) {
        return ofElements(sentence, new HashMap<>()) > 0;
    }

    private int value(CertificateFormula f, Map<String, String> by, boolean whole) {
        return switch (f.kind()) {
            case TRUE -> 1;
            case ATOM -> atom(f, by);
            case SAME -> same(f, by);
            case NOT -> -value(f.parts().get(0), by, whole);
            case AND -> least(f, by, 1, whole);
            case OR -> -least(f, by, -1, whole);
            case IFF -> value(f.parts().get(0), by, whole) * value(f.parts().get(1), by, whole);
            case ITE -> ite(f, by, whole);
            case FORALL, EXISTS -> sentence(f, by, whole);
        };
    }

    /** The least value of the parts, each with this sign. */
    private int least(CertificateFormula f, Map<String, String> by, int sign, boolean whole) {
        int least = 1;
        for (CertificateFormula part : f.parts()) {
            least = Math.min(least, sign * value(part, by, whole));
            if (least < 0) {
                return least;
            }
        }
        return least;
    }

    private int ite(CertificateFormula f, Map<String, String> by, boolean whole) {
        int condition = value(f.parts().get(0), by, whole);
        if (condition != 0) {
            return value(f.parts().get(condition > 0 ? 1 : 2), by, whole);
        }
        int yes = value(f.parts().get(1), by, whole);
        return yes == value(f.parts().get(2), by, whole) ? yes : 0;
    }

    private int sentence(CertificateFormula f, Map<String, String> by, boolean whole) {
        Boolean is = sentences.get(f.with(by));
        if (is != null) {
            return is ? 1 : -1;
        }
        return whole ? ofElements(f, by) : 0;
    }

    private int ofElements(CertificateFormula sentence, Map<String, String> by) {
        int sign = sentence.kind() == Kind.FORALL ? 1 : -1;
        return decides(sentence, 0, sign, by) ? -sign : sign;
    }

    /** Whether the body has the opposite sign for some elements of the variables from this one on. */
    private boolean decides(CertificateFormula sentence, int variable, int sign, Map<String, String> by) {
        CertificateFormula body = sentence.parts().get(0);
        if (variable == sentence.names().size()) {
            return sign * wholeValue(body, by) < 0;
        }
        int sofar = sign * value(body, by);
        if (sofar != 0) {
            return sofar < 0;
        }
        String name = sentence.names().get(variable);
        boolean decides = false;
        for (String element : elements(sentence.sorts().get(variable))) {
            by.put(name, element);
            decides = decides || decides(sentence, variable + 1, sign, by);
        }
        by.remove(name);
        return decides;
    }

    private int atom(CertificateFormula f, Map<String, String> by) {
        boolean whole = true;
        for (int i = 1; i < f.names().size(); i++) {
            whole &= isKnown(f.names().get(i), by);
        }
        for (CertificateFormula one : atoms.getOrDefault(f.names().get(0), List.of())) {
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

    private int same(CertificateFormula f, Map<String, String> by) {
        String a = f.names().get(0);
        String b = f.names().get(1);
        if (!isKnown(a, by) || !isKnown(b, by)) {
            return 0;
        }
        CertificateFormula known = CertificateFormula.same(by.getOrDefault(a, a), by.getOrDefault(b, b));
        return known.kind() == Kind.TRUE || trueOnes.contains(known) ? 1 : -1;
    }

    private static boolean isKnown(String name, Map<String, String> by) {
        return !name.startsWith("?") || by.containsKey(name);
    }
}
