package dev.moat.prove.infer;

import dev.moat.input.InputException;
import dev.moat.input.Place;
import dev.moat.logic.Fragment;
import dev.moat.logic.Macro;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.Vocabulary;
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
 * The literals of clauses: each relation of the signature, applied to one variable for each sort (the n-th variable if
 * a relation names a sort n times). Goals may also use each macro of the vocabulary, and that some element of one
 * place exists.
 */
final class Literals {
    static final Place PLACE = new Place("inferred", 1, 1);
    /** As many as a word has bits. */
    static final int MOST = 64;
    /** As many as a mask has bits. */
    private static final int MOST_VARIABLES = 32;

    private final Signature signature;
    private final Vocabulary vocabulary;
    private final List<Var> vars = new ArrayList<>();
    private final List<Term> terms = new ArrayList<>();
    private final List<CompiledFormula> compiled = new ArrayList<>();
    private final List<Integer> masks = new ArrayList<>();
    private final List<Boolean> goalOnly = new ArrayList<>();
    /** With which variables around them they stay decidable: a bit for each. */
    private final List<Integer> around = new ArrayList<>();
    /** Variables, those of few literals first. */
    private final List<Integer> seldomFirst = new ArrayList<>();

    /**
     * @param base formulas that goals are made of, asserted; a macro or an existential literal that would leave the decidable fragment
     *     together with them is none
     * @throws InputException where there are more relations and macros, or more variables, than there are bits for
     */
    Literals(Signature signature, Vocabulary vocabulary, List<Term> base) {
        this.signature = signature;
        this.vocabulary = vocabulary;
        for (int r = 0; r < signature.relations().size(); r++) {
            List<Var> args = args(vocabulary.places(signature.relations().get(r)));
            add(new Term.Atom(PLACE, signature.relations().get(r), args), args, false);
        }
        List<Term> asserted = new ArrayList<>(base);
        macros(asserted);
        existential(asserted);
        surround(asserted);
        terms.forEach(t -> compiled.add(CompiledFormula.of(signature, t, vars)));
        IntStream.range(0, vars.size()).forEach(seldomFirst::add);
        seldomFirst.sort(Comparator.comparing(
                v -> masks.stream().filter(m -> (m & 1 << v) != 0).count()));
    }

    private void macros(List<Term> asserted) {
        for (String name : vocabulary.macros()) {
            Macro macro = vocabulary.macro(name);
            if (macro != null && signature.relations().containsAll(Rewriting.relations(macro.body()))) {
                int before = vars.size();
                List<Var> args = args(macro.parameters().stream().map(Var::sort).toList());
                if (!addGoal(new Term.Call(PLACE, macro, args), args, asserted)) {
                    vars.subList(before, vars.size()).clear();
                }
            }
        }
    }

    private void existential(List<Term> asserted) {
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
                addGoal(exists, rest, asserted);
            }
        }
    }

    private boolean addGoal(Term term, List<Var> args, List<Term> asserted) {
        boolean decidable = isDecidable(term, args, asserted);
        if (decidable) {
            add(term, args, true);
        }
        return decidable;
    }

    /** Whether a goal may be asserted for all elements besides what is asserted already; if so it is from now on. */
    private static boolean isDecidable(Term goal, List<Var> vars, List<Term> asserted) {
        asserted.add(vars.isEmpty() ? goal : new Term.Forall(PLACE, vars, goal));
        boolean decidable = Fragment.cycle(asserted).isEmpty();
        if (!decidable) {
            asserted.remove(asserted.size() - 1);
        }
        return decidable;
    }

    /** What a clause says for all elements stands around its goals, also where they do not speak of them. */
    private void surround(List<Term> asserted) {
        for (int i = 0; i < terms.size(); i++) {
            int all = goalOnly(i) ? 0 : -1;
            for (int v = 0; v < vars.size() && goalOnly(i); v++) {
                boolean own = (masks.get(i) & 1 << v) != 0;
                all |= own || isDecidable(terms.get(i), List.of(vars.get(v)), asserted) ? 1 << v : 0;
            }
            around.add(all);
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
        if (vars.size() == MOST_VARIABLES) {
            throw tooMuch(MOST_VARIABLES + " sorts, one that a relation names twice counted twice");
        }
        return variable(vocabulary, vars, letter(sort), sort);
    }

    /** What variables of a sort begin with. */
    static String letter(String sort) {
        return sort.substring(0, 1).toLowerCase(Locale.ROOT);
    }

    /** Adds a variable to those that there are, with this name or, where it is taken, with this one and a number. */
    static Var variable(Vocabulary vocabulary, List<Var> vars, String name, String sort) {
        Set<String> taken = new HashSet<>(vars.stream().map(Var::name).toList());
        String free = name;
        for (int i = 1; taken.contains(free) || vocabulary.isTaken(free); i++) {
            free = name + i;
        }
        Var v = new Var(free, sort);
        vars.add(v);
        return v;
    }

    private void add(Term term, List<Var> args, boolean goal) {
        if (terms.size() == MOST) {
            throw tooMuch(MOST + " relations and macros");
        }
        int mask = 0;
        for (Var v : new LinkedHashSet<>(args)) {
            mask |= 1 << vars.indexOf(v);
        }
        terms.add(term);
        masks.add(mask);
        goalOnly.add(goal);
    }

    private static InputException tooMuch(String what) {
        return InputException.withoutPlace("the discipline", "more than " + what + "; inference takes no more");
    }

    int count() {
        return terms.size();
    }

    List<Var> vars() {
        return vars;
    }

    /** The variables of some literals, a bit for each of either. */
    int mask(long set) {
        int mask = 0;
        for (long rest = set; rest != 0; rest &= rest - 1) {
            mask |= masks.get(Long.numberOfTrailingZeros(rest));
        }
        return mask;
    }

    /** The variables that a clause with this goal may have: a bit for each. */
    int around(int literal) {
        return around.get(literal);
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

    /** How many choices of elements there are; as many as a long has where there are more. */
    long choices(Structure s) {
        double all = 1;
        for (Var v : vars) {
            all *= s.size(signature.sort(v.sort()));
        }
        return (long) all;
    }

    /**
     * Which literals are true for the first choice that makes a clause false, each a bit; null where none does. Variables are given
     * elements literal by literal, so that a literal which leaves the clause true is looked at once for all that others may stand for.
     */
    @Nullable
    Long falseRow(Structure s, StrongClauses.Clause clause) {
        int[] values = new int[vars.size()];
        if (!isFalse(s, clause, clause.premises() | clause.goals(), 0, values)) {
            return null;
        }
        long row = 0;
        for (int i = 0; i < compiled.size(); i++) {
            row |= compiled.get(i).holds(s, values) ? 1L << i : 0;
        }
        return row;
    }

    /**
     * Whether the rest of a clause can be made false.
     *
     * @param open literals that are left
     * @param given variables that stand for an element
     */
    private boolean isFalse(Structure s, StrongClauses.Clause clause, long open, int given, int[] values) {
        if (open == 0) {
            return true;
        }
        int literal = Long.numberOfTrailingZeros(open);
        int free = masks.get(literal) & ~given;
        if (free == 0) {
            boolean premise = (clause.premises() >>> literal & 1) != 0;
            return compiled.get(literal).holds(s, values) == premise
                    && isFalse(s, clause, open & open - 1, given, values);
        }
        int v = Integer.numberOfTrailingZeros(free);
        for (int e = 0; e < s.size(signature.sort(vars.get(v).sort())); e++) {
            values[v] = e;
            if (isFalse(s, clause, open, given | 1 << v, values)) {
                return true;
            }
        }
        return false;
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
