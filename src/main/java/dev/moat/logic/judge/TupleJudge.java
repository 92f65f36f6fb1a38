package dev.moat.logic.judge;

import dev.moat.input.InputException;
import dev.moat.logic.Invariant;
import dev.moat.logic.Term;
import dev.moat.logic.ground.Conjunct;
import dev.moat.logic.ground.Grounder;
import dev.moat.logic.ground.MeaningCheck;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges states of machines that are too large for a {@link Judge}: nothing is ground beforehand. It keeps the true
 * tuples of every relation, and lists those again that read a changed value. If a relation of an invariant has
 * changed, it searches the tuples for values that make the invariant false. The cost depends on true tuples and
 * changes, not on the sizes of sorts. Same result as a {@link Judge}. For one thread.
 */
public final class TupleJudge {
    private final List<Invariant> invariants;
    private final Abstraction abstraction;
    private final Schema schema;
    private final Map<String, TrueTuples> relations = new LinkedHashMap<>();
    private final List<JudgedFormula> violations = new ArrayList<>();
    private final List<JudgedFormula> witnesses = new ArrayList<>();
    private final long[] last;
    private final TrueTuples[][] readers;
    private final long[][] masks;
    private boolean first = true;

    /**
     * @throws InputException in the order of the invariants, each in reading order: at the position of the first relation or
     *     sort that the abstraction gives no meaning to; then of the first relation with more than 2^63 - 1 tuples
     * @throws IllegalArgumentException for more than 63 invariants
     */
    public TupleJudge(List<Invariant> invariants, Abstraction abstraction, Schema schema) {
        MeaningCheck.check(invariants, abstraction);
        this.invariants = List.copyOf(invariants);
        this.abstraction = abstraction;
        this.schema = schema;
        for (Invariant invariant : invariants) {
            violations.add(rule(invariant.formula(), true));
            witnesses.add(rule(invariant.witness(), false));
        }
        last = new long[schema.words()];
        readers = new TrueTuples[last.length][];
        masks = new long[last.length][];
        index();
    }

    private JudgedFormula rule(Term formula, boolean negated) {
        return new JudgedFormula(
                formula,
                negated,
                atom -> relations.computeIfAbsent(atom.relation(), name -> tuples(atom)),
                v -> abstraction.sort(v.sort()).map(Sort::size).orElse(0));
    }

    private TrueTuples tuples(Term.Atom atom) {
        // A relation over an empty sort needs no meaning.
        Relation relation = abstraction
                .relation(atom.relation())
                .orElseGet(() -> new Relation(
                        atom.relation(), List.of(), (s, a, b, c, d, e) -> false, (reads, a, b, c, d, e) -> {}));
        try {
            return new TrueTuples(relation, abstraction);
        } catch (ArithmeticException e) {
            throw atom.place().error("'" + atom.relation() + "' has more than 2^63 - 1 tuples; choose smaller bounds");
        }
    }

    private void index() {
        List<TrueTuples> all = new ArrayList<>(relations.values());
        List<Footprint> reads =
                all.stream().map(r -> r.reads(abstraction, schema)).toList();
        for (int w = 0; w < last.length; w++) {
            List<TrueTuples> of = new ArrayList<>();
            List<Long> bits = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if (reads.get(i).word(w) != 0) {
                    of.add(all.get(i));
                    bits.add(reads.get(i).word(w));
                }
            }
            readers[w] = of.toArray(TrueTuples[]::new);
            masks[w] = bits.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** The judged invariants, in the order given. */
    public List<Invariant> invariants() {
        return invariants;
    }

    /** Bit i is set when invariant i is among those asked for, a set of the same form, and false in the state. */
    public long violated(long[] s, long asked) {
        return those(violations, s, asked);
    }

    /** Bit i is set when invariant i is among those asked for and its witness holds in the state. */
    public long witnessed(long[] s, long asked) {
        return those(witnesses, s, asked);
    }

    private long those(List<JudgedFormula> rules, long[] s, long asked) {
        moveTo(s);
        long found = 0;
        for (int i = 0; i < rules.size(); i++) {
            if ((asked >>> i & 1) != 0 && rules.get(i).holds(s)) {
                found |= 1L << i;
            }
        }
        return found;
    }

    private void moveTo(long[] s) {
        for (int w = 0; w < last.length; w++) {
            long changed = last[w] ^ s[w];
            if (changed != 0) {
                last[w] = s[w];
                for (int i = 0; i < readers[w].length; i++) {
                    if ((masks[w][i] & changed) != 0) {
                        readers[w][i].expire();
                    }
                }
            }
        }
        if (first) {
            relations.values().forEach(TrueTuples::expire);
            first = false;
        }
    }

    /**
     * Elements by sort, and some more, for which an invariant was found false in the state judged last: in a state of these, with what is
     * true of them, it is false, too.
     */
    public Map<String, Set<Integer>> found(int invariant) {
        return violations.get(invariant).found();
    }

    /** Why an invariant is false in a state, as {@link Judge#explain} says it. */
    public List<String> explain(int invariant, long[] s) {
        List<Conjunct> wrong = Grounder.in(s, abstraction, schema)
                .conjuncts(invariant, invariants.get(invariant).formula());
        return new ViolationExplanation(abstraction, schema, s).of(invariants.get(invariant), wrong);
    }

    /** What makes an invariant false in a state, as {@link Judge#reasons} says it. */
    public List<Reason> reasons(int invariant, long[] s) {
        return new ViolationExplanation(abstraction, schema, s)
                .reasons(Grounder.in(s, abstraction, schema)
                        .conjuncts(invariant, invariants.get(invariant).formula()));
    }
}
