package dev.moat.logic.testing;

import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.state.Abstraction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The slow twin of grounding and compiled evaluation: Tarski's definition, one line per connective. */
public final class NaiveTruth {
    private NaiveTruth() {}

    public static boolean holds(Term t, Map<Var, Integer> env, Abstraction a, long[] s) {
        if (t instanceof Term.Truth x) {
            return x.value();
        } else if (t instanceof Term.Not x) {
            return !holds(x.body(), env, a, s);
        } else if (t instanceof Term.And x) {
            return x.parts().stream().allMatch(p -> holds(p, env, a, s));
        } else if (t instanceof Term.Or x) {
            return x.parts().stream().anyMatch(p -> holds(p, env, a, s));
        } else if (t instanceof Term.Implies x) {
            return !holds(x.premise(), env, a, s) || holds(x.goal(), env, a, s);
        } else if (t instanceof Term.Iff x) {
            return holds(x.left(), env, a, s) == holds(x.right(), env, a, s);
        } else if (t instanceof Term.Ite x) {
            return holds(x.condition(), env, a, s) ? holds(x.yes(), env, a, s) : holds(x.no(), env, a, s);
        } else if (t instanceof Term.Same x) {
            return env.get(x.left()).equals(env.get(x.right()));
        } else if (t instanceof Term.Forall x) {
            return !some(x.vars(), 0, x.body(), false, env, a, s);
        } else if (t instanceof Term.Exists x) {
            return some(x.vars(), 0, x.body(), true, env, a, s);
        } else if (t instanceof Term.Call x) {
            Map<Var, Integer> inner = new HashMap<>();
            for (int i = 0; i < x.args().size(); i++) {
                inner.put(x.macro().parameters().get(i), env.get(x.args().get(i)));
            }
            return holds(x.macro().body(), inner, a, s);
        }
        Term.Atom x = (Term.Atom) t;
        int[] v = new int[5];
        for (int i = 0; i < x.args().size(); i++) {
            v[i] = env.get(x.args().get(i));
        }
        return a.relation(x.relation()).orElseThrow().code().holds(s, v[0], v[1], v[2], v[3], v[4]);
    }

    /** Whether the body has the wanted value for some elements. */
    private static boolean some(
            List<Var> vars, int i, Term body, boolean wanted, Map<Var, Integer> env, Abstraction a, long[] s) {
        if (i == vars.size()) {
            return holds(body, env, a, s) == wanted;
        }
        Var v = vars.get(i);
        for (int e = 0; e < a.sort(v.sort()).orElseThrow().size(); e++) {
            Map<Var, Integer> inner = new HashMap<>(env);
            inner.put(v, e);
            if (some(vars, i + 1, body, wanted, inner, a, s)) {
                return true;
            }
        }
        return false;
    }
}
