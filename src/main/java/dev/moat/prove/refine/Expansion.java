package dev.moat.prove.refine;

import dev.moat.logic.Env;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.TermExpr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formulas about one state, with quantifiers expanded over the finite sorts. */
final class Expansion {
    private final Exprs exprs;
    private final Atoms atoms;

    Expansion(Exprs exprs, Atoms atoms) {
        this.exprs = exprs;
        this.atoms = atoms;
    }

    /** Whether a formula holds; {@code env} says what its free variables stand for. */
    TermExpr of(Term t, @Nullable Env env) {
        if (t instanceof Term.Truth truth) {
            return truth.value() ? exprs.yes : exprs.no;
        } else if (t instanceof Term.Not not) {
            return exprs.not(of(not.body(), env));
        } else if (t instanceof Term.And and) {
            return all(and.parts(), env);
        } else if (t instanceof Term.Or or) {
            TermExpr some = exprs.no;
            for (int i = 0; i < or.parts().size() && !some.isTrue(); i++) {
                some = exprs.or(some, of(or.parts().get(i), env));
            }
            return some;
        } else if (t instanceof Term.Implies i) {
            TermExpr premise = of(i.premise(), env);
            return premise.isFalse() ? exprs.yes : exprs.or(exprs.not(premise), of(i.goal(), env));
        } else if (t instanceof Term.Iff iff) {
            TermExpr left = of(iff.left(), env);
            TermExpr right = of(iff.right(), env);
            return exprs.ite(left, right, exprs.not(right));
        } else if (t instanceof Term.Ite ite) {
            TermExpr condition = of(ite.condition(), env);
            TermExpr yes = condition.isFalse() ? exprs.no : of(ite.yes(), env);
            return exprs.ite(condition, yes, condition.isTrue() ? exprs.no : of(ite.no(), env));
        } else if (t instanceof Term.Same same) {
            return Env.lookUp(env, same.left()) == Env.lookUp(env, same.right()) ? exprs.yes : exprs.no;
        } else if (t instanceof Term.Call call) {
            return of(call.macro().body(), Env.ofCall(call, env));
        } else if (t instanceof Term.Forall every) {
            return each(every.vars(), 0, every.body(), env);
        } else if (t instanceof Term.Exists some) {
            return exprs.not(each(some.vars(), 0, new Term.Not(some.place(), some.body()), env));
        }
        Term.Atom atom = (Term.Atom) t;
        int[] elements = atom.args().stream().mapToInt(v -> Env.lookUp(env, v)).toArray();
        return atoms.atom(atom.relation(), elements);
    }

    private TermExpr all(List<Term> parts, @Nullable Env env) {
        TermExpr all = exprs.yes;
        for (int i = 0; i < parts.size() && !all.isFalse(); i++) {
            all = exprs.and(all, of(parts.get(i), env));
        }
        return all;
    }

    /** Whether the body holds for every choice of the variables from the i-th on. */
    private TermExpr each(List<Var> vars, int i, Term body, @Nullable Env env) {
        if (i == vars.size()) {
            return of(body, env);
        }
        TermExpr all = exprs.yes;
        int size = atoms.shape().size(vars.get(i).sort());
        for (int e = 0; e < size && !all.isFalse(); e++) {
            all = exprs.and(all, each(vars, i + 1, body, new Env(env, vars.get(i), e)));
        }
        return all;
    }
}
