package dev.moat.prove.infer;

import dev.moat.input.InputException;
import dev.moat.input.Place;
import dev.moat.logic.Fragment;
import dev.moat.logic.Macro;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.read.Vocabulary;
import dev.moat.prove.finite.Compiled;
import dev.moat.prove.finite.Signature;
import dev.moat.prove.finite.Structure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What clauses are made of: each relation of the signature applied to one variable for each sort (the n-th of it where a relation names a
 * sort n times), each macro of the vocabulary likewise, and, only to be had as a goal, that some element of one place exists.
 */
final class Literals {
    static final Place PLACE = new Place("inferred", 1, 1);
    /** As many as a word has bits. */
    static final int MOST = 64;

    private final Signature signature;
    private final Vocabulary vocabulary;
    private final List<Var> vars = new ArrayList<>();
    private final List<Term> terms = new ArrayList<>();
    private final List<Compiled> compiled = new ArrayList<>();
    private final List<Integer> masks = new ArrayList<>();
    private final List<Boolean> goalOnly = new ArrayList<>();
    /** Variables, those of few literals first. */
    private final List<Integer> seldomFirst = new ArrayList<>();

    /**
     * @param base formulas that goals are made of, asserted; an existential literal that would leave the decidable fragment together
     *     with them is none
     */
    Literals(Signature signature, Vocabulary vocabulary, List<Term> base) {
        this.signature = signature;
        this.vocabulary = vocabulary;
        for (int r = 0; r < signature.relations().size(); r++) {
            List<Var> args = args(vocabulary.places(signature.relations().get(r)));
            add(new Term.Atom(PLACE, signature.relations().get(r), args), args, false);
        }
        for (String name : vocabulary.macros()) {
            Macro macro = vocabulary.macro(name);
            if (macro != null && signature.relations().containsAll(Rewriting.relations(macro.body()))) {
                List<Var> args = args(macro.parameters().stream().map(Var::sort).toList());
                add(new Term.Call(PLACE, macro, args), args, true);
            }
        }
        existential(base);
        terms.forEach(t -> compiled.add(Compiled.of(signature, t, vars)));
        IntStream.range(0, vars.size()).forEach(seldomFirst::add);
        seldomFirst.sort(Comparator.comparing(
                v -> masks.stream().filter(m -> (m & 1 << v) != 0).count()));
    }

    private void existential(List<Term> base) {
        List<Term> asserted = new ArrayList<>(base);
        for (String relation : signature.relations()) {
            List<Var> args = args(vocabulary.places(relation));
            for (int i = 0; i < args.size() && args.size() == 2 && terms.size() < MOST; i++) {
                Var sought = args.get(i);
                Var some = new Var(sought.name(), sought.sort());
                List<Var> inner = new ArrayList<>(args);
                inner.set(i, some);
                List<Var> rest = new ArrayList<>(args);
                rest.remove(i);
                Term exists = new Term.Exists(PLACE, List.of(some), new Term.Atom(PLACE, relation, inner));
                asserted.add(new Term.Forall(PLACE, rest, exists));
                if (Fragment.cycle(asserted).isPresent()) {
                    asserted.remove(asserted.size() - 1);
                } else {
                    add(exists, rest, true);
                }
            }
        }
    }

    private List<Var> args(@Nullable List<String> sorts) {
        Map<String, Integer> seen = new HashMap<>();
        List<Var> args = new ArrayList<>();
        for (String sort : sorts == null ? List.<String>of() : sorts) {
            int n = seen.merge(sort, 1, Integer::sum);
            args.add(variable(sort, n));
        }
        return args;
    }

    private Var variable(String sort, int n) {
        int found = 0;
        for (Var v : vars) {
            if (v.sort().equals(sort) && ++found == n) {
                return v;
            }
        }
        Set<String> taken = new HashSet<>(vars.stream().map(Var::name).toList());
        String letter = sort.substring(0, 1).toLowerCase(Locale.ROOT);
        String name = letter;
        for (int i = 1;
                taken.contains(name) || vocabulary.places(name) != null || vocabulary.macro(name) != null;
                i++) {
            name = letter + i;
        }
        Var v = new Var(name, sort);
        vars.add(v);
        return v;
    }

    private void add(Term term, List<Var> args, boolean goal) {
        if (terms.size() == MOST) {
            throw InputException.withoutPlace(
                    "the discipline", "more than " + MOST + " relations; inference takes no more");
        }
        int mask = 0;
        for (Var v : new LinkedHashSet<>(args)) {
            mask |= 1 << vars.indexOf(v);
        }
        terms.add(term);
        masks.add(mask);
        goalOnly.add(goal);
    }

    int count() {
        return terms.size();
    }

    List<Var> vars() {
        return vars;
    }

    /** Its variables: a bit for each. */
    int mask(int literal) {
        return masks.get(literal);
    }

    /** Whether it may only stand as a goal, never as a premise. */
    boolean goalOnly(int literal) {
        return goalOnly.get(literal);
    }

    Term term(int literal) {
        return terms.get(literal);
    }

    /**
     * Which literals are true, for each choice of elements in turn, each a bit.
     *
     * @param most choices that are looked at
     * @param more whether to go on
     */
    void rows(Structure s, int most, LongPredicate more) {
        int[] values = new int[vars.size()];
        int changed = -1;
        long row = 0;
        for (int n = 0; n < most && changed != 0; n++) {
            for (int i = 0; i < compiled.size(); i++) {
                // Only those with a variable that has another value than before; those without any once.
                if ((masks.get(i) & changed) != 0 || n == 0) {
                    row = compiled.get(i).holds(s, values) ? row | 1L << i : row & ~(1L << i);
                }
            }
            changed = more.test(row) ? next(s, values) : 0;
        }
    }

    /** The next choice; the variables that change, a bit for each, or none after the last one. */
    private int next(Structure s, int[] values) {
        int changed = 0;
        for (int v : seldomFirst) {
            changed |= 1 << v;
            if (++values[v] < s.size(signature.sort(vars.get(v).sort()))) {
                return changed;
            }
            values[v] = 0;
        }
        return 0;
    }
}
