package dev.moat.notation.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a step, an action, a procedure or a claim does; statements run in order, with nothing between them. */
public sealed interface Statement {
    /** Where it begins. */
    At at();

    /**
     * {@code place := value}.
     *
     * @param operator {@code :=}, {@code +=} or {@code -=}
     */
    record Assign(At at, Expr place, String operator, Expr value) implements Statement {}

    /**
     * {@code let x = value else goto label}: a name for a value within this step.
     *
     * @param otherwise where it goes on when the value is none; null where it may be
     */
    record Let(At at, String name, Expr value, @Nullable String otherwise) implements Statement {}

    /** {@code wait condition}: until it is true the step is not enabled. */
    record Wait(At at, Expr condition) implements Statement {}

    /** {@code take lock} waits until it is free; {@code drop lock} does not. */
    record Lock(At at, boolean takes, Expr lock) implements Statement {}

    /**
     * {@code goto label if condition}: ends the step.
     *
     * @param condition null for always
     */
    record Goto(At at, String label, @Nullable Expr condition) implements Statement {}

    /**
     * {@code if}, or {@code where}, which is decided when a machine is built.
     *
     * @param isStatic whether it is {@code where}
     */
    record If(At at, boolean isStatic, Expr condition, List<Statement> yes, List<Statement> no) implements Statement {
        public If {
            yes = List.copyOf(yes);
            no = List.copyOf(no);
        }
    }

    /** {@code for p: Page where condition { ... }}: the elements in order. */
    record For(At at, Expr.Binder variable, @Nullable Expr where, List<Statement> body) implements Statement {
        public For {
            body = List.copyOf(body);
        }
    }

    /** A call of a procedure, of a primitive, or in a claim of another claim. */
    record Do(At at, Expr.Call call) implements Statement {}

    /**
     * {@code return value if condition}: ends a procedure, or a claim.
     *
     * @param value null where there is none
     * @param condition null for always
     */
    record Return(At at, @Nullable Expr value, @Nullable Expr condition) implements Statement {}

    /** {@code say action(arguments)}: in a claim, one action of the discipline. */
    record Say(At at, String action, List<Expr> arguments) implements Statement {
        public Say {
            arguments = List.copyOf(arguments);
        }
    }
}
