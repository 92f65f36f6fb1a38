package dev.moat.logic;

import dev.moat.state.Abstraction;
import dev.moat.state.Schema;
import java.util.List;

/**
 * Invariants grounded and compiled for one component. Immutable after construction and usable by several threads at
 * once; no evaluation allocates.
 */
public final class Judge {
    /**
     * @throws InputException at the position of the first relation or sort that the abstraction gives no meaning to
     */
    public Judge(List<Invariant> invariants, Abstraction abstraction, Schema schema) {
        throw new UnsupportedOperationException("being written");
    }

    /** The judged invariants, in the order given. */
    public List<Invariant> invariants() {
        throw new UnsupportedOperationException("being written");
    }

    /** Bit i is set when invariant i is false in the state. At most 63 invariants. */
    public long violated(long[] s) {
        throw new UnsupportedOperationException("being written");
    }

    /**
     * The same for a state of which a predecessor is at hand in which all invariants hold: only conjuncts are
     * evaluated whose atoms may read a bit in which the two differ.
     */
    public long violatedSince(long[] holding, long[] s) {
        throw new UnsupportedOperationException("being written");
    }

    /** Bit i is set when the witness of invariant i holds in the state; only those asked for are evaluated. */
    public long witnessed(long[] s, long asked) {
        throw new UnsupportedOperationException("being written");
    }

    /** Number of ground conjuncts of all invariants. */
    public int conjuncts() {
        throw new UnsupportedOperationException("being written");
    }

    /** Why an invariant is false in a state: lines for a person, the false conjunct first, then its atoms' values. */
    public List<String> explain(int invariant, long[] s) {
        throw new UnsupportedOperationException("being written");
    }

    /** An evaluator for one thread. */
    public Evaluator evaluator() {
        throw new UnsupportedOperationException("being written");
    }

    /** Evaluates on one thread, without allocation. */
    public static final class Evaluator {
        public long violatedSince(long[] holding, long[] s) {
            throw new UnsupportedOperationException("being written");
        }

        public long witnessed(long[] s, long asked) {
            throw new UnsupportedOperationException("being written");
        }
    }
}
