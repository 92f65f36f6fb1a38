package dev.moat.prove.lift;

import dev.moat.prove.bytecode.Lambdas;
import dev.moat.prove.term.Expr;
import dev.moat.prove.term.Exprs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of a local variable or of a place on the operand stack. */
sealed interface Value {
    /** A number, of 32 or 64 bits. */
    record Word(Expr expr) implements Value {}

    /** An object of the built machine, or null. */
    record Reference(@Nullable Object object) implements Value {
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
    record State(int number) implements Value {}

    /** One of two objects, as a condition says. */
    record Either(Expr condition, Value yes, Value no) implements Value {}

    /** Something that nothing may be asked of: a text on its way into an exception, or what differs at a join. */
    record Unknown(String what) implements Value {}

    /**
     * A function that the code itself makes.
     *
     * @param captured what it was made with, in order
     */
    record Function(Lambdas.Target target, List<Value> captured) implements Value {}

    /** The one or the other, as a condition says. */
    static Value either(Expr condition, Value a, Value b, Exprs exprs) {
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

    private static boolean isObject(Value v) {
        return v instanceof Reference || v instanceof Either;
    }
}
