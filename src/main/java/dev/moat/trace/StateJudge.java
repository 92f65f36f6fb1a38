package dev.moat.trace;

import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.judge.Evaluator;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.judge.Reason;
import dev.moat.logic.judge.TupleJudge;
import dev.moat.machine.Machine;
import java.util.List;

/** Which invariants are false in a state: as much of a {@link Judge} as traces need. Pure, for one thread. */
public interface StateJudge {
    /** Judges by nothing: for runs of which only the steps matter. */
    StateJudge NOBODY = new StateJudge() {
        @Override
        public long violated(long[] s) {
            return 0;
        }

        @Override
        public List<String> ids() {
            return List.of();
        }

        @Override
        public List<String> explain(int invariant, long[] s) {
            return List.of();
        }
    };

    /** Bit i is set when invariant i is false in the state; at most 63 invariants, so bit 63 is never set. */
    long violated(long[] s);

    /** The same for a state that follows one in which these invariants hold; may look only at what the two differ in. */
    default long violatedSince(long[] holding, long[] s) {
        return violated(s);
    }

    /** The invariants of a set that are false in the state, as a set; may look only at those. */
    default long violated(long[] s, long asked) {
        return violated(s) & asked;
    }

    /** The invariants of a set whose premises are met in the state, as a set. */
    default long witnessed(long[] s, long asked) {
        return 0;
    }

    /** Ids of the judged invariants, in the order of the bits. */
    List<String> ids();

    /** Why invariant i is false in a state: lines for a person. */
    List<String> explain(int invariant, long[] s);

    /** What makes invariant i false in a state; nothing where it holds, or nobody can tell. */
    default List<Reason> reasons(int invariant, long[] s) {
        return List.of();
    }

    /** The same invariants judged in states of another machine, which has the same relations. */
    default StateJudge on(Machine other) {
        return this;
    }

    /** The view of a judge, for one thread. */
    static StateJudge of(Judge judge) {
        List<String> ids = judge.invariants().stream().map(Invariant::id).toList();
        Evaluator evaluator = judge.evaluator();
        return new StateJudge() {
            @Override
            public long violatedSince(long[] holding, long[] s) {
                return evaluator.violatedSince(holding, s);
            }

            @Override
            public long violated(long[] s) {
                return judge.violated(s);
            }

            @Override
            public List<String> ids() {
                return ids;
            }

            @Override
            public List<String> explain(int invariant, long[] s) {
                return judge.explain(invariant, s);
            }

            @Override
            public List<Reason> reasons(int invariant, long[] s) {
                return judge.reasons(invariant, s);
            }

            @Override
            public StateJudge on(Machine other) {
                return of(new Judge(judge.invariants(), other.model().abstraction(), other.schema()));
            }
        };
    }

    /** The view of a judge for large machines. */
    static StateJudge of(TupleJudge judge) {
        List<String> ids = judge.invariants().stream().map(Invariant::id).toList();
        return new StateJudge() {
            @Override
            public long violated(long[] s) {
                return judge.violated(s, -1L);
            }

            @Override
            public long violated(long[] s, long asked) {
                return judge.violated(s, asked);
            }

            @Override
            public long witnessed(long[] s, long asked) {
                return judge.witnessed(s, asked);
            }

            @Override
            public List<String> ids() {
                return ids;
            }

            @Override
            public List<String> explain(int invariant, long[] s) {
                return judge.explain(invariant, s);
            }

            @Override
            public List<Reason> reasons(int invariant, long[] s) {
                return judge.reasons(invariant, s);
            }

            @Override
            public StateJudge on(Machine other) {
                return of(new TupleJudge(judge.invariants(), other.model().abstraction(), other.schema()));
            }
        };
    }

    /**
     * Judges by the invariants of a library and by the properties that a machine has of its own, machines of any size; an unknown id is
     * reported as the library does.
     */
    static Source from(InvariantLibrary library) {
        return (machine, ids) -> {
            InvariantLibrary all = library.with(machine.model().abstraction().properties());
            return of(new TupleJudge(
                    ids.stream().map(all::get).toList(), machine.model().abstraction(), machine.schema()));
        };
    }

    /** Where judges come from. */
    @FunctionalInterface
    interface Source {
        /**
         * A judge of these invariants for a machine.
         *
         * @param invariants ids; empty when only deadlock matters
         * @throws dev.moat.input.InputException when there is no such invariant, or the machine gives a relation in
         *     it no meaning
         */
        StateJudge judge(Machine machine, List<String> invariants);
    }
}
