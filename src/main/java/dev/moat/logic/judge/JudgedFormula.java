package dev.moat.logic.judge;

import dev.moat.logic.Term;
import dev.moat.logic.Var;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * One closed formula as searches through the true tuples of its relations. It is evaluated again only if some of these
 * have changed. For one thread.
 */
final class JudgedFormula {
    private final Function<Term.Atom, TrueTuples> relations;
    private final ToIntFunction<Var> sizes;
    private final List<Integer> sizeOf = new ArrayList<>();
    private final List<String> sortOf = new ArrayList<>();
    private final Set<TrueTuples> used = new LinkedHashSet<>();
    private final List<Join> ways;
    private final TrueTuples[] reads;
    private final long[] versions;
    private final int[] env;
    private boolean value;

    /**
     * @param negated whether the formula's negation is meant
     * @param relations the tuples of an atom's relation
     * @param sizes how many elements a variable's sort has
     */
    JudgedFormula(Term formula, boolean negated, Function<Term.Atom, TrueTuples> relations, ToIntFunction<Var> sizes) {
        this.relations = relations;
        this.sizes = sizes;
        ways = ways(formula(formula, Map.of(), negated), Set.of());
        reads = used.toArray(TrueTuples[]::new);
        versions = new long[reads.length];
        Arrays.fill(versions, -1);
        env = new int[sizeOf.size()];
    }

    /** Whether the formula is true in a state; tuples that have expired are made those of the state. */
    boolean holds(long[] s) {
        boolean changed = versions.length == 0;
        for (int i = 0; i < reads.length; i++) {
            reads[i].refresh(s);
            changed |= versions[i] != reads[i].version();
            versions[i] = reads[i].version();
        }
        if (changed) {
            value = Join.any(ways, env);
        }
        return value;
    }

    /** Elements by sort, among them those for which the formula was found true last. */
    Map<String, Set<Integer>> found() {
        Map<String, Set<Integer>> found = new LinkedHashMap<>();
        for (int v = 0; v < env.length; v++) {
            found.computeIfAbsent(sortOf.get(v), sort -> new TreeSet<>()).add(env[v]);
        }
        return found;
    }

    private Formula formula(Term t, Map<Var, Integer> names, boolean negated) {
        if (t instanceof Term.Truth truth) {
            return truth.value() != negated ? new Formula.And(List.of()) : new Formula.Or(List.of());
        } else if (t instanceof Term.Not not) {
            return formula(not.body(), names, !negated);
        } else if (t instanceof Term.And and) {
            return parts(and.parts(), names, negated, !negated);
        } else if (t instanceof Term.Or or) {
            return parts(or.parts(), names, negated, negated);
        } else if (t instanceof Term.Implies i) {
            Formula premise = formula(i.premise(), names, !negated);
            List<Formula> both = List.of(premise, formula(i.goal(), names, negated));
            return negated ? new Formula.And(both) : new Formula.Or(both);
        } else if (t instanceof Term.Iff iff) {
            return choice(iff.left(), iff.right(), iff.right(), names, negated, !negated);
        } else if (t instanceof Term.Ite ite) {
            return choice(ite.condition(), ite.yes(), ite.no(), names, negated, negated);
        } else if (t instanceof Term.Forall all) {
            return quantified(all.vars(), all.body(), names, true, negated);
        } else if (t instanceof Term.Exists some) {
            return quantified(some.vars(), some.body(), names, false, negated);
        } else if (t instanceof Term.Call call) {
            Map<Var, Integer> inner = new HashMap<>();
            for (int i = 0; i < call.args().size(); i++) {
                inner.put(
                        call.macro().parameters().get(i),
                        named(names, call.args().get(i)));
            }
            return formula(call.macro().body(), inner, negated);
        } else if (t instanceof Term.Same same) {
            return new Formula.Same(named(names, same.left()), named(names, same.right()), !negated);
        }
        Term.Atom atom = (Term.Atom) t;
        TrueTuples tuples = relations.apply(atom);
        used.add(tuples);
        return new Formula.Literal(
                tuples, atom.args().stream().map(v -> named(names, v)).toList(), !negated);
    }

    private static int named(Map<Var, Integer> names, Var var) {
        return Objects.requireNonNull(names.get(var), "a formula has a free variable");
    }

    private Formula parts(List<Term> parts, Map<Var, Integer> names, boolean negated, boolean conjunction) {
        List<Formula> all = parts.stream().map(p -> formula(p, names, negated)).toList();
        return conjunction ? new Formula.And(all) : new Formula.Or(all);
    }

    /** The condition with one term, or its negation with another. */
    private Formula choice(Term condition, Term yes, Term no, Map<Var, Integer> names, boolean negated, boolean flips) {
        Formula with = new Formula.And(List.of(formula(condition, names, false), formula(yes, names, negated)));
        Formula without = new Formula.And(List.of(formula(condition, names, true), formula(no, names, flips)));
        return new Formula.Or(List.of(with, without));
    }

    private Formula quantified(List<Var> vars, Term body, Map<Var, Integer> names, boolean universal, boolean negated) {
        Map<Var, Integer> inner = new HashMap<>(names);
        List<Integer> numbers = new ArrayList<>();
        for (Var v : vars) {
            numbers.add(sizeOf.size());
            inner.put(v, sizeOf.size());
            sizeOf.add(sizes.applyAsInt(v));
            sortOf.add(v.sort());
        }
        Formula of = formula(body, inner, universal);
        return universal == negated ? new Formula.Exists(numbers, of) : new Formula.None(numbers, of);
    }

    /** Searches for a formula, given that some variables are known. */
    private List<Join> ways(Formula formula, Set<Integer> known) {
        return formula.cases().stream()
                .map(c -> join(c.sought(), new ArrayList<>(c.parts()), new HashSet<>(known)))
                .toList();
    }

    /**
     * Orders the conditions: what can be tested is tested, atoms before quantifiers; else the atom with the fewest
     * combinations of unknown elements is gone through; else a variable.
     */
    private Join join(List<Integer> sought, List<Formula> parts, Set<Integer> known) {
        for (Formula part : parts) {
            if (!(part instanceof Formula.None) && known.containsAll(part.free())) {
                return test(part, join(sought, without(parts, part), known), known);
            }
        }
        for (Formula part : parts) {
            if (part instanceof Formula.None && known.containsAll(part.free())) {
                return test(part, join(sought, without(parts, part), known), known);
            }
        }
        Formula.Literal best = null;
        long fewest = Long.MAX_VALUE;
        for (Formula part : parts) {
            if (part instanceof Formula.Literal literal && literal.sign() && unknown(literal, known) < fewest) {
                best = literal;
                fewest = unknown(literal, known);
            }
        }
        if (best != null) {
            return match(best, sought, without(parts, best), known);
        }
        for (int var : sought) {
            if (!known.contains(var)) {
                return new Join.Each(var, sizeOf.get(var), join(sought, parts, plus(known, List.of(var))));
            }
        }
        if (!parts.isEmpty()) {
            throw new IllegalStateException("a formula has a free variable");
        }
        return Join.FOUND;
    }

    private Join match(Formula.Literal atom, List<Integer> sought, List<Formula> rest, Set<Integer> known) {
        Set<Integer> now = new HashSet<>(known);
        boolean[] before = new boolean[atom.vars().size()];
        int by = -1;
        for (int place = 0; place < before.length; place++) {
            int var = atom.vars().get(place);
            before[place] = !now.add(var);
            if (known.contains(var)
                    && (by < 0 || atom.tuples().size(place) > atom.tuples().size(by))) {
                by = place;
            }
        }
        return new Join.Match(atom.tuples(), places(atom), before, by, join(sought, rest, now));
    }

    private Join test(Formula part, Join next, Set<Integer> known) {
        if (part instanceof Formula.Literal literal) {
            return new Join.Test(literal.tuples(), places(literal), literal.sign(), next);
        } else if (part instanceof Formula.Same same) {
            return new Join.Compare(same.left(), same.right(), same.sign(), next);
        }
        Formula.None none = (Formula.None) part;
        return new Join.None(ways(new Formula.Exists(none.vars(), none.body()), known), next);
    }

    private long unknown(Formula.Literal atom, Set<Integer> known) {
        long product = 1;
        for (int var : atom.free()) {
            product *= known.contains(var) ? 1 : sizeOf.get(var);
        }
        return product;
    }

    private static int[] places(Formula.Literal atom) {
        int[] vars = new int[TrueTuples.PLACES];
        Arrays.fill(vars, -1);
        for (int i = 0; i < atom.vars().size(); i++) {
            vars[i] = atom.vars().get(i);
        }
        return vars;
    }

    private static <T> List<T> without(List<T> list, T one) {
        List<T> rest = new ArrayList<>(list);
        rest.remove(one);
        return rest;
    }

    private static Set<Integer> plus(Set<Integer> set, List<Integer> more) {
        Set<Integer> larger = new HashSet<>(set);
        larger.addAll(more);
        return larger;
    }
}
