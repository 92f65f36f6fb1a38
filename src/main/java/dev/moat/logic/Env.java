package dev.moat.logic;

import org.jspecify.annotations.Nullable;

/** The elements that variables stand for, innermost first. */
public record Env(@Nullable Env outer, Var var, int element) {
    /** The element that a variable stands for, by number; IllegalStateException for a variable that is not bound. */
    public static int lookUp(@Nullable Env env, Var var) {
        int element = lookUpOr(env, var, -1);
        if (element < 0) {
            throw new IllegalStateException("variable " + var + " is not bound");
        }
        return element;
    }

    static int lookUpOr(@Nullable Env env, Var var, int otherwise) {
        for (Env e = env; e != null; e = e.outer) {
            if (e.var == var) {
                return e.element;
            }
        }
        return otherwise;
    }

    /** A macro's parameters bound to what its arguments stand for. */
    public static @Nullable Env ofCall(Term.Call call, @Nullable Env env) {
        Env inner = null;
        for (int i = 0; i < call.args().size(); i++) {
            inner = new Env(
                    inner,
                    call.macro().parameters().get(i),
                    lookUpOr(env, call.args().get(i), -1));
        }
        return inner;
    }
}
