package dev.moat.logic;

import dev.moat.state.Abstraction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a formula as a person reads it, bound variables by their elements' labels. Cut off after 200 characters. */
public final class TermText {
    private static final int LIMIT = 200;

    private final Abstraction abstraction;
    private final StringBuilder out = new StringBuilder();

    private TermText(Abstraction abstraction) {
        this.abstraction = abstraction;
    }

    /** The term as text, its bound variables replaced by the names of their elements. */
    public static String of(Term t, @Nullable Env env, Abstraction abstraction) {
        TermText text = new TermText(abstraction);
        text.write(t, env, false);
        return text.out.length() > LIMIT ? text.out.substring(0, LIMIT) + " ..." : text.out.toString();
    }

    /** The label of an element. */
    public static String label(Abstraction abstraction, Var v, int element) {
        return abstraction.sort(v.sort()).map(s -> s.label(element)).orElse("?" + element);
    }

    private void write(Term t, @Nullable Env env, boolean nested) {
        if (out.length() > LIMIT) {
            return;
        }
        if (t instanceof Term.Truth truth) {
            out.append(truth.value());
        } else if (t instanceof Term.Atom atom) {
            applied(atom.relation(), atom.args(), env);
        } else if (t instanceof Term.Call call) {
            applied(call.macro().name(), call.args(), env);
        } else if (t instanceof Term.Same same) {
            out.append(name(same.left(), env)).append(" = ").append(name(same.right(), env));
        } else if (t instanceof Term.Not not) {
            out.append("not ");
            write(not.body(), env, true);
        } else {
            out.append(nested ? "(" : "");
            compound(t, env);
            out.append(nested ? ")" : "");
        }
    }

    private void compound(Term t, @Nullable Env env) {
        if (t instanceof Term.And and) {
            joined(and.parts(), " and ", env);
        } else if (t instanceof Term.Or or) {
            joined(or.parts(), " or ", env);
        } else if (t instanceof Term.Implies i) {
            joined(List.of(i.premise(), i.goal()), " => ", env);
        } else if (t instanceof Term.Iff iff) {
            joined(List.of(iff.left(), iff.right()), " <=> ", env);
        } else if (t instanceof Term.Ite ite) {
            out.append("if ");
            write(ite.condition(), env, true);
            out.append(" then ");
            write(ite.yes(), env, true);
            out.append(" else ");
            write(ite.no(), env, true);
        } else if (t instanceof Term.Forall all) {
            quantified("for all ", all.vars(), all.body(), env);
        } else if (t instanceof Term.Exists some) {
            quantified("for some ", some.vars(), some.body(), env);
        }
    }

    private void quantified(String word, List<Var> vars, Term body, @Nullable Env env) {
        String gap = word;
        for (Var v : vars) {
            out.append(gap).append(v.name());
            gap = ", ";
        }
        out.append(": ");
        write(body, env, false);
    }

    private void joined(List<Term> parts, String word, @Nullable Env env) {
        String gap = "";
        for (Term p : parts) {
            out.append(gap);
            write(p, env, true);
            gap = word;
        }
    }

    private void applied(String name, List<Var> args, @Nullable Env env) {
        out.append(name);
        String gap = "(";
        for (Var v : args) {
            out.append(gap).append(name(v, env));
            gap = ", ";
        }
        out.append(args.isEmpty() ? "" : ")");
    }

    private String name(Var v, @Nullable Env env) {
        int element = Env.lookUpOr(env, v, -1);
        return element < 0 ? v.name() : label(abstraction, v, element);
    }
}
