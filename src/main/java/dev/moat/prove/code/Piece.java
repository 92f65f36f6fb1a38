package dev.moat.prove.code;

import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.TermExpr;
import java.util.List;

/**
 * Code of a machine that acts on a state, lifted.
 *
 * @param call what it is called with
 * @param does what it does to the state and what it answers
 */
public record Piece(Call call, Lifted does) {
    /** Between the name of code and the number of the CPU that runs it, where there are several. */
    static final String OF_CPU = "@cpu";

    /** What there is. */
    public enum Kind {
        ACTION,
        START,
        STEP
    }

    /**
     * A call, for all arguments at once.
     *
     * @param name as printed: an action, the start of an operation, or a step with its operation
     * @param step of a step its number, of a start that of the operation's first step; else 0
     * @param arguments of actions and starts its arguments, of steps and starts the CPU first; 32 bits each
     * @param allowed which arguments occur
     */
    public record Call(Kind kind, String name, int step, List<TermExpr> arguments, TermExpr allowed) {}

    public Kind kind() {
        return call.kind();
    }

    public String name() {
        return call.name();
    }

    /** The action's, or the operation's, of an operation's step with the step's: the same for all CPUs. */
    public String code() {
        return code(name());
    }

    /** The same of a piece's name. */
    public static String code(String name) {
        int end = name.indexOf(OF_CPU);
        return end < 0 ? name : name.substring(0, end);
    }

    public List<TermExpr> arguments() {
        return call.arguments();
    }

    /** The words afterwards. */
    public List<TermExpr> after() {
        return does.states().get(0);
    }
}
