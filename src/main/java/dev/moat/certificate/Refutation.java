package dev.moat.certificate;

import dev.moat.certificate.CertificateFormula.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A refutation of a goal, step by step. Sentences that begin with a quantifier are opaque and numbered from 1, in the order in which steps
 * bring them in; the steps say what such a sentence implies:
 *
 * <ul>
 *   <li>an instance: what holds for all elements holds for these constants; what holds for these constants holds for some element;
 *   <li>a witness: where something holds for some element, or does not hold for all, new constants are such elements;
 *   <li>what equality is: transitive, and atoms of equal elements are equal.
 * </ul>
 *
 * Each step adds a formula that is true, or, for a witness, true with the right choice of what is new. Hence a goal from which propagation
 * derives a contradiction is unsatisfiable. As in SMT-LIB, no sort is empty.
 */
final class Refutation {
    private final GoalFile goal;
    private final Clauses clauses = new Clauses();
    private final Map<String, String> constants;
    private final Map<CertificateFormula, Integer> numbers = new LinkedHashMap<>();
    private final List<CertificateFormula> sentences = new ArrayList<>();

    public Refutation(GoalFile goal) {
        this.goal = goal;
        constants = new HashMap<>(goal.constants());
    }

    /** Uses an assertion of the goal, counted from 1. */
    public void use(int assertion) {
        require(assertion >= 1 && assertion <= goal.assertions().size(), "the goal has no assertion " + assertion);
        claim(goal.assertions().get(assertion - 1));
    }

    /** The sentence of this number for these constants. */
    public void instance(int sentence, List<String> elements) {
        CertificateFormula all = sentence(sentence);
        require(
                all.sorts().equals(elements.stream().map(constants::get).toList()),
                "the constants are not of the sorts " + all.sorts());
        CertificateFormula one = all.instance(elements);
        claim(all.kind() == Kind.FORALL ? implies(all, one) : implies(one, all));
    }

    /** New constants for which the sentence of this number is so, where it is so for some, and is not, where it is not for all. */
    public void witness(int sentence, List<String> elements) {
        CertificateFormula some = sentence(sentence);
        require(
                some.sorts().size() == elements.size(),
                "the sentence has " + some.sorts().size() + " variables");
        for (int i = 0; i < elements.size(); i++) {
            String name = elements.get(i);
            boolean fresh = !name.startsWith("?") && goal.places(name) == null && !constants.containsKey(name);
            require(fresh, "'" + name + "' is not new");
            constants.put(name, some.sorts().get(i));
        }
        CertificateFormula one = some.instance(elements);
        claim(some.kind() == Kind.EXISTS ? implies(some, one) : implies(one, some));
    }

    /** Two elements that are one with a third are one. */
    public void transitive(String a, String b, String c) {
        String sort = constants.get(a);
        require(
                sort != null && sort.equals(constants.get(b)) && sort.equals(constants.get(c)),
                "elements of one sort are needed");
        claim(implies(
                CertificateFormula.same(a, b), implies(CertificateFormula.same(b, c), CertificateFormula.same(a, c))));
    }

    /** A relation that holds of elements holds of others that are one with them, place by place. */
    public void congruent(String relation, List<String> elements, List<String> others) {
        List<String> sorts = goal.places(relation);
        require(
                sorts != null
                        && sorts.equals(elements.stream().map(constants::get).toList())
                        && sorts.equals(others.stream().map(constants::get).toList()),
                "'" + relation + "' is no relation of these elements");
        CertificateFormula claim =
                implies(CertificateFormula.atom(relation, elements), CertificateFormula.atom(relation, others));
        for (int i = 0; i < elements.size(); i++) {
            claim = implies(CertificateFormula.same(elements.get(i), others.get(i)), claim);
        }
        claim(claim);
    }

    /** A clause that follows by propagation from what there is. */
    public void clause(int... literals) {
        for (int literal : literals) {
            require(
                    literal != 0 && literal != Integer.MIN_VALUE && Math.abs(literal) <= clauses.size(),
                    "there is no variable " + literal);
        }
        require(clauses.follows(literals), "the clause does not follow by propagation");
        clauses.add(literals);
    }

    /** Whether a contradiction is derived: the goal cannot be satisfied. */
    public boolean isComplete() {
        return clauses.isRefuted();
    }

    /** The clauses that the steps have added. */
    public Clauses clauses() {
        return clauses;
    }

    /** The sentences that begin with a quantifier, by number from 1 at index 0. */
    public List<CertificateFormula> sentences() {
        return sentences;
    }

    /** The sorts of all constants, those of witnesses included. */
    public Map<String, String> constants() {
        return constants;
    }

    private CertificateFormula sentence(int number) {
        require(number >= 1 && number <= sentences.size(), "there is no sentence " + number);
        return sentences.get(number - 1);
    }

    private static CertificateFormula implies(CertificateFormula premise, CertificateFormula goal) {
        return CertificateFormula.or(List.of(CertificateFormula.not(premise), goal));
    }

    private void claim(CertificateFormula f) {
        number(f);
        clauses.add(clauses.literal(f));
    }

    private void number(CertificateFormula f) {
        if (!f.isQuantified()) {
            f.parts().forEach(this::number);
        } else if (numbers.putIfAbsent(f, numbers.size() + 1) == null) {
            sentences.add(f);
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new RefusedStepException(otherwise);
        }
    }
}
