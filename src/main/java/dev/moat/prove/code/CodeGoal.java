package dev.moat.prove.code;

import dev.moat.prove.lift.TermExpr;
import org.jspecify.annotations.Nullable;

/**
 * Something about the code of a machine that is to hold for all states.
 *
 * @param piece whose code, as printed
 * @param says what: a place and what must not happen there, or what holds afterwards
 * @param never the states and arguments of which there are to be none
 */
public record CodeGoal(String piece, String says, TermExpr never) {
    /** The piece that is the state everything starts from. */
    public static final String INITIALLY = "initially";

    /** Whether it is of the state that everything starts from: asked with nothing assumed, or what contradicts itself would prove it. */
    public boolean isOfTheBeginning() {
        return piece.equals(INITIALLY);
    }

    /** What became of a goal. */
    public enum Status {
        PROVED,
        FAILED,
        UNKNOWN
    }

    /**
     * An answer.
     *
     * @param state of a goal that fails, a state in which it does; else null
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Answer(CodeGoal goal, Status status, long @Nullable [] state, long nanos) {
        /** That a goal was proved, in time that is counted elsewhere. */
        public static Answer proved(CodeGoal goal) {
            return new Answer(goal, Status.PROVED, null, 0);
        }
    }
}
