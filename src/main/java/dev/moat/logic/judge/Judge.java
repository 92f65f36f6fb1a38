package dev.moat.logic.judge;

import dev.moat.input.InputException;
import dev.moat.logic.Invariant;
import dev.moat.logic.Term;
import dev.moat.logic.ground.Conjunct;
import dev.moat.logic.ground.Grounder;
import dev.moat.logic.ground.MeaningCheck;
import dev.moat.state.Abstraction;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * Invariants grounded and compiled for one component. Immutable after construction and usable by several threads at
 * once; no evaluation allocates but {@link #violatedSince}: who judges many states keeps an {@link Evaluator} per thread.
 */
public final class Judge {
    private final List<Invariant> invariants;
    private final Abstraction abstraction;
    private final Schema schema;
    private final List<Conjunct> conjuncts = new ArrayList<>();
    private final ConjunctSet compiled;
    /** The witnesses negated: a witness holds where one of these conjuncts is false. */
    private final ConjunctSet denials;

    /**
     * @throws InputException in the order of the invariants, each in reading order: at the position of the first
     *     relation or sort that the abstraction gives no meaning to; then when there are more than a million ground
     *     conjuncts
     * @throws IllegalArgumentException for more than 63 invariants
     */
    public Judge(List<Invariant> invariants, Abstraction abstraction, Schema schema) {
        this(invariants, abstraction, schema, true);
    }

    private Judge(List<Invariant> invariants, Abstraction abstraction, Schema schema, boolean witnesses) {
        MeaningCheck.check(invariants, abstraction);
        this.invariants = List.copyOf(invariants);
        this.abstraction = abstraction;
        this.schema = schema;
        Grounder grounder = new Grounder(abstraction, schema);
        List<Conjunct> denied = new ArrayList<>();
        for (int i = 0; i < invariants.size(); i++) {
            Term witness = invariants.get(i).witness();
            conjuncts.addAll(grounder.conjuncts(i, invariants.get(i).formula()));
            if (witnesses) {
                denied.addAll(grounder.conjuncts(i, new Term.Not(witness.place(), witness)));
            }
        }
        compiled = new ConjunctSet(conjuncts, schema, Bundles.of(conjuncts, schema), abstraction.isObserved());
        denials = new ConjunctSet(denied, schema, Bundles.one(), abstraction.isObserved());
    }

    /** The same for who only asks what is violated: no witness is looked for, and none is found. */
    public static Judge withoutWitnesses(List<Invariant> invariants, Abstraction abstraction, Schema schema) {
        return new Judge(invariants, abstraction, schema, false);
    }

    /** The judged invariants, in the order given. */
    public List<Invariant> invariants() {
        return invariants;
    }

    /** What one thread judges with. */
    public Evaluator evaluator() {
        return evaluator(Evaluator.QUESTIONS);
    }

    /** One that looks after so many questions whether what it remembers is worth asking. */
    Evaluator evaluator(int questions) {
        return new Evaluator(compiled, denials, compiled.overAtoms(schema), questions);
    }

    /** Bit i is set when invariant i is false in the state. At most 63 invariants. */
    public long violated(long[] s) {
        return compiled.violated(s, -1L);
    }

    /**
     * The same for a state of which a predecessor is at hand in which all invariants hold: only conjuncts are
     * evaluated whose atoms may read a bit in which the two differ.
     */
    public long violatedSince(long[] holding, long[] s) {
        return compiled.violatedSince(holding, s, -1L, new long[compiled.scratchWords()]);
    }

    /** Bit i is set when the witness of invariant i holds in the state; only those asked for are evaluated. */
    public long witnessed(long[] s, long asked) {
        return denials.violated(s, asked);
    }

    /** Number of ground conjuncts of all invariants that depend on the state. */
    public int conjuncts() {
        return compiled.size();
    }

    /**
     * Why an invariant is false in a state, for a person, in at most 12 lines: its sentence, the variables of the first
     * false conjunct, the premises that hold and the goal that does not, with a macro's parts one level down.
     *
     * @return only the sentence and that it holds, where it does
     */
    public List<String> explain(int invariant, long[] s) {
        List<Conjunct> wrong = conjuncts.stream()
                .filter(c -> c.owner() == invariant && !c.node().holds(s))
                .toList();
        return new ViolationExplanation(abstraction, schema, s).of(invariants.get(invariant), wrong);
    }

    /** What makes an invariant false in a state: the parts of its first false conjunct; nothing where it holds. */
    public List<Reason> reasons(int invariant, long[] s) {
        return new ViolationExplanation(abstraction, schema, s)
                .reasons(conjuncts.stream()
                        .filter(c -> c.owner() == invariant && !c.node().holds(s))
                        .limit(1)
                        .toList());
    }
}
