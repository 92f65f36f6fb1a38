package dev.moat.prove.lift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of a local variable or of a place on the operand stack. */
sealed interface StackValue {
    /** A number, of 32 or 64 bits. */
    record Word(TermExpr expr) implements StackValue {}

    /** An object of the built machine, or null. */
    record Reference(@Nullable Object object) implements StackValue {
        @Override
        public boolean equals(Object other) {
            return other instanceof Reference that && that.object == object;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }
    }

    /** A state: the number of an array of words that code may read and write. */
    record State(int number) implements StackValue {}

    /** One of two objects, as a condition says. */
    record Either(TermExpr condition, StackValue yes, StackValue no) implements StackValue {}

    /** Something that nothing may be asked of: a text on its way into an exception, or what differs at a join. */
    record Unknown(String what) implements StackValue {}

    /**
     * A function that the code itself makes.
     *
     * @param captured what it was made with, in order
     */
    record Function(Lambdas.Target target, List<StackValue> captured) implements StackValue {}

    /** The one or the other, as a condition says. */
    static StackValue either(TermExpr condition, StackValue a, StackValue b, Exprs exprs) {
        if (a.equals(b)) {
            return a;
        }
        if (a instanceof Word m
                && b instanceof Word n
                && m.expr().width() == n.expr().width()) {
            return new Word(exprs.ite(condition, m.expr(), n.expr()));
        }
        return isObject(a) && isObject(b)
                ? new Either(condition, a, b)
                : new Unknown("what differs where two ways meet");
    }

    private static boolean isObject(StackValue v) {
        return v instanceof Reference || v instanceof Either;
    }
}
