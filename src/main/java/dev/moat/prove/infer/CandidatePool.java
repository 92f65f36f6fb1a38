package dev.moat.prove.infer;

import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.Vocabulary;
import dev.moat.prove.ProofStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The strongest formulas that may still hold in every state: clauses, uniqueness of relations, and the conjuncts of
 * the properties. Each observed state removes the formulas that are false there.
 */
final class CandidatePool {
    /** Choices of elements of one structure that are looked at; of larger ones the first, and then each clause by itself. */
    private static final int MOST_ROWS = 50_000;

    private final Signature signature;
    private final Literals literals;
    private final StrongClauses clauses;
    private final Map<StrongClauses.Clause, Candidate> ofClause = new HashMap<>();
    private final List<Uniqueness> unique = new ArrayList<>();
    private final List<Candidate> conjuncts = new ArrayList<>();
    private final Map<Candidate, CompiledFormula> compiled = new LinkedHashMap<>();
    private final Set<Long> rows = new HashSet<>();

    CandidatePool(
            Signature signature,
            Vocabulary vocabulary,
            List<ProofStatement> properties,
            Inference.Shape shape,
            Literals literals) {
        this.signature = signature;
        this.literals = literals;
        clauses = new StrongClauses(literals, shape);
        for (ProofStatement s : properties) {
            for (int i = 0; i < s.conjuncts().size(); i++) {
                conjuncts.add(new Candidate(names(s).get(i), s.conjuncts().get(i), null));
            }
        }
        for (String relation : signature.relations()) {
            unique.addAll(Uniqueness.of(vocabulary, relation));
        }
        conjuncts.forEach(this::compile);
        unique.forEach(u -> compile(u.candidate()));
    }

    /** What the conjuncts of a property are called. */
    static List<String> names(ProofStatement s) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= s.conjuncts().size(); i++) {
            names.add(s.id() + "." + i);
        }
        return names;
    }

    private void compile(Candidate c) {
        compiled.put(c, CompiledFormula.of(signature, c.formula(), List.of()));
    }

    /** The conjuncts of properties that are left. */
    List<Candidate> properties() {
        return new ArrayList<>(conjuncts);
    }

    /** What is left, properties first, then what is unique, then clauses; nothing that follows from another one by its form. */
    List<Candidate> alive() {
        List<Candidate> all = new ArrayList<>(conjuncts);
        all.addAll(strongestUnique());
        clauses.alive().forEach(c -> all.add(ofClause.computeIfAbsent(c, this::candidate)));
        return all;
    }

    private List<Candidate> strongestUnique() {
        return unique.stream()
                .filter(u -> unique.stream().noneMatch(v -> !v.equals(u) && v.implies(u)))
                .map(Uniqueness::candidate)
                .toList();
    }

    /** Takes one away, if it is there, and nothing comes in its place. */
    void drop(Candidate candidate) {
        conjuncts.remove(candidate);
        unique.removeIf(u -> u.candidate() == candidate);
        clauses.alive().stream()
                .filter(c -> ofClause.get(c) == candidate)
                .toList()
                .forEach(clauses::drop);
    }

    /** Takes away what is false in a structure. */
    void see(Structure s) {
        conjuncts.removeIf(c -> !holds(c, s));
        unique.removeIf(u -> !holds(u.candidate(), s));
        literals.rows(s, MOST_ROWS, row -> {
            if (rows.add(row)) {
                clauses.see(row);
            }
            return true;
        });
        if (literals.choices(s) > MOST_ROWS) {
            seeEachClause(s);
        }
    }

    /** What too few choices were looked at for: clause by clause, until none is false. */
    private void seeEachClause(Structure s) {
        boolean again = true;
        while (again) {
            again = false;
            for (StrongClauses.Clause c : clauses.alive()) {
                Long row = literals.falseRow(s, c);
                if (row != null) {
                    clauses.see(row);
                    again = true;
                }
            }
        }
    }

    /** Some of those that are left and false in a structure; none only where all are true. */
    Set<Candidate> falseIn(Structure s, int most) {
        Set<Candidate> found = new LinkedHashSet<>();
        conjuncts.stream().filter(c -> !holds(c, s)).forEach(found::add);
        strongestUnique().stream().filter(c -> !holds(c, s)).forEach(found::add);
        literals.rows(s, MOST_ROWS, row -> {
            StrongClauses.Clause c = clauses.falseIn(row);
            if (c != null) {
                found.add(ofClause.computeIfAbsent(c, this::candidate));
            }
            return found.size() < most;
        });
        if (literals.choices(s) > MOST_ROWS) {
            clauses.alive().stream()
                    .filter(c -> found.size() < most && literals.falseRow(s, c) != null)
                    .forEach(c -> found.add(ofClause.computeIfAbsent(c, this::candidate)));
        }
        return found;
    }

    /** Whether a property's conjunct is true in a structure. */
    boolean holds(Candidate c, Structure s) {
        CompiledFormula formula = compiled.get(c);
        return formula == null || formula.holds(s);
    }

    private Candidate candidate(StrongClauses.Clause clause) {
        List<Term> premises = terms(clause.premises());
        List<Term> goals = terms(clause.goals());
        List<Var> vars = new ArrayList<>();
        int mask = literals.mask(clause.premises() | clause.goals());
        for (int i = 0; i < literals.vars().size(); i++) {
            if ((mask & 1 << i) != 0) {
                vars.add(literals.vars().get(i));
            }
        }
        // Where nothing follows but a contradiction, all premises but the last can be true together.
        int together = goals.isEmpty() ? Math.max(0, premises.size() - 1) : premises.size();
        Term example = new Term.And(Literals.PLACE, premises.subList(0, together));
        return new Candidate("clause", over(vars, body(premises, goals), true), over(vars, example, false));
    }

    private static Term body(List<Term> premises, List<Term> goals) {
        Term premise = new Term.And(Literals.PLACE, premises);
        if (goals.isEmpty()) {
            return new Term.Not(Literals.PLACE, premise);
        }
        Term goal = new Term.Or(Literals.PLACE, goals);
        return premises.isEmpty() ? goal : new Term.Implies(Literals.PLACE, premise, goal);
    }

    private static Term over(List<Var> vars, Term body, boolean all) {
        if (vars.isEmpty()) {
            return body;
        }
        return all ? new Term.Forall(Literals.PLACE, vars, body) : new Term.Exists(Literals.PLACE, vars, body);
    }

    private List<Term> terms(long set) {
        List<Term> all = new ArrayList<>();
        for (long rest = set; rest != 0; rest &= rest - 1) {
            all.add(literals.term(Long.numberOfTrailingZeros(rest)));
        }
        return all;
    }
}
