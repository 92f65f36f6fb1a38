package dev.moat.notation.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of an operation's program, or of a block. */
public sealed interface Node {
    /** Where it begins. */
    At at();

    /**
     * One atomic step.
     *
     * @param label its name within the operation
     * @param quiet whether its end is where others act; null where it is
     * @param claims the claim that explains it, or ""
     * @param point the point of the program that listings print, or ""
     */
    record Step(At at, String label, @Nullable Quiet quiet, String claims, String point, List<Statement> statements)
            implements Node {
        public Step {
            statements = List.copyOf(statements);
        }

        /** The same step at a point of the program. */
        public Step at(String where) {
            return new Step(at, label, quiet, claims, where, statements);
        }

        /** The same step with other statements. */
        public Step with(List<Statement> other) {
            return new Step(at, label, quiet, claims, point, other);
        }
    }

    /**
     * That nobody acts between a step and the next one.
     *
     * @param unless a static condition under which others do; null for none
     * @param reason why nobody can tell; may be "" where the step writes nothing but locals and locks
     */
    record Quiet(At at, @Nullable Expr unless, String reason) {}

    /**
     * {@code use block(arguments)}: a copy of a block's steps.
     *
     * @param point the point of the program that listings print, or ""
     */
    record Use(At at, String block, List<Argument> arguments, String point) implements Node {
        public Use {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * What stands for a parameter of a block: an expression, which may be a label, or a text for labels.
     *
     * @param text null where it is an expression
     */
    record Argument(@Nullable Expr expr, @Nullable String text) {}

    /** {@code where condition { steps } else { steps }}: one side is in a machine. */
    record Where(At at, Expr condition, List<Node> yes, List<Node> no) implements Node {
        public Where {
            yes = List.copyOf(yes);
            no = List.copyOf(no);
        }
    }
}
