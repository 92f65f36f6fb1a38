package dev.moat.logic.judge;

import dev.moat.logic.Env;
import dev.moat.logic.Invariant;
import dev.moat.logic.Term;
import dev.moat.logic.TermText;
import dev.moat.logic.Var;
import dev.moat.logic.ground.Conjunct;
import dev.moat.logic.ground.Conjunct.Scoped;
import dev.moat.logic.ground.Grounder;
import dev.moat.state.Abstraction;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says why an invariant is false in one state. */
final class ViolationExplanation {
    private static final int PREMISES = 3;
    private static final int PARTS = 4;

    private final Abstraction abstraction;
    private final Schema schema;
    private final Grounder grounder;
    private final long[] s;

    ViolationExplanation(Abstraction abstraction, Schema schema, long[] s) {
        this.abstraction = abstraction;
        this.schema = schema;
        this.s = s;
        grounder = Grounder.in(s, abstraction, schema);
    }

    /** At most 12 lines: sentence, variables, 3 premises and the others in one line, goal and 4 parts, further conjuncts. */
    List<String> of(Invariant invariant, List<Conjunct> wrong) {
        List<String> lines = new ArrayList<>();
        lines.add(invariant.id() + ": " + invariant.says());
        if (wrong.isEmpty()) {
            lines.add("holds");
            return lines;
        }
        Conjunct first = wrong.get(0);
        if (!first.binding().isEmpty()) {
            lines.add(first.binding().stream()
                    .map(e -> e.var().name() + " = " + TermText.label(abstraction, e.var(), e.element()))
                    .collect(Collectors.joining(", ", "with ", "")));
        }
        premises(first, lines);
        goal(first.goal(), lines);
        if (wrong.size() > 1) {
            int more = wrong.size() - 1;
            lines.add("(" + more + (more == 1 ? " more conjunct is false)" : " more conjuncts are false)"));
        }
        return lines;
    }

    /** What makes the first conjunct false: premises first, then what does not follow from them. */
    List<Reason> reasons(List<Conjunct> wrong) {
        List<Reason> reasons = new ArrayList<>();
        if (!wrong.isEmpty()) {
            List<Scoped> parts = new ArrayList<>();
            wrong.get(0).premises().forEach(p -> flatten(p.term(), p.env(), parts));
            parts.forEach(p -> holding(p.term(), p.env(), false, reasons));
            lacking(wrong.get(0).goal().term(), wrong.get(0).goal().env(), reasons);
        }
        return reasons;
    }

    /** The parts of a formula that is false here, as far down as each has to be another way for it to hold. */
    private void lacking(Term t, @Nullable Env env, List<Reason> reasons) {
        if (t instanceof Term.Not not) {
            holding(not.body(), env, true, reasons);
        } else if (t instanceof Term.Or or) {
            or.parts().forEach(p -> lacking(p, env, reasons));
        } else if (t instanceof Term.And and) {
            and.parts().stream().filter(p -> !holds(p, env)).findFirst().ifPresent(p -> lacking(p, env, reasons));
        } else if (t instanceof Term.Implies implies) {
            List<Scoped> parts = new ArrayList<>();
            flatten(implies.premise(), env, parts);
            parts.forEach(p -> holding(p.term(), p.env(), false, reasons));
            lacking(implies.goal(), env, reasons);
        } else if (t instanceof Term.Iff iff && iff.left() instanceof Term.Atom && iff.right() instanceof Term.Atom) {
            boolean left = holds(iff.left(), env);
            holding(left ? iff.left() : iff.right(), env, false, reasons);
            lacking(left ? iff.right() : iff.left(), env, reasons);
        } else {
            reasons.add(reason(t, env, false, true));
        }
    }

    /** Of a choice the first that is so. */
    private void holding(Term t, @Nullable Env env, boolean goal, List<Reason> reasons) {
        if (t instanceof Term.Or or) {
            or.parts().stream().filter(p -> holds(p, env)).findFirst().ifPresent(p -> holding(p, env, goal, reasons));
        } else {
            reasons.add(reason(t, env, true, goal));
        }
    }

    private Reason reason(Term t, @Nullable Env env, boolean premise, boolean goal) {
        Term plain = t instanceof Term.Not not ? not.body() : t;
        boolean holds = premise == (plain == t);
        String name = "";
        String none = "";
        List<Var> bound = List.of();
        Term inner = plain;
        if (plain instanceof Term.Forall all && all.body() instanceof Term.Not not) {
            none = "none.";
            bound = all.vars();
            inner = not.body();
        }
        List<Var> args = List.of();
        if (inner instanceof Term.Atom atom) {
            name = none + atom.relation();
            args = atom.args();
        } else if (inner instanceof Term.Call call) {
            name = none + call.macro().name();
            args = call.args();
        }
        List<Var> any = bound;
        List<String> labels = args.stream()
                .map(v -> any.contains(v) ? "any" : TermText.label(abstraction, v, Env.lookUp(env, v)))
                .toList();
        return new Reason(
                new Reason.Formula(name, labels, text(plain, env)),
                holds,
                goal,
                state -> Grounder.in(state, abstraction, schema)
                        .node(plain, env, false)
                        .holds(state));
    }

    private void premises(Conjunct conjunct, List<String> lines) {
        List<Scoped> parts = new ArrayList<>();
        conjunct.premises().forEach(p -> flatten(p.term(), p.env(), parts));
        parts.stream().limit(PREMISES).forEach(p -> lines.add("  true:  " + text(p.term(), p.env())));
        if (parts.size() > PREMISES) {
            lines.add(parts.stream()
                    .skip(PREMISES)
                    .map(p -> text(p.term(), p.env()))
                    .collect(Collectors.joining(", ", "  true:  ", "")));
        }
    }

    private static void flatten(Term t, @Nullable Env env, List<Scoped> parts) {
        if (t instanceof Term.And and) {
            and.parts().forEach(p -> flatten(p, env, parts));
        } else {
            parts.add(new Scoped(t, env));
        }
    }

    private void goal(Scoped goal, List<String> lines) {
        lines.add("  FALSE: " + text(goal.term(), goal.env()));
        Term t = goal.term();
        Env env = goal.env();
        if (t instanceof Term.Not not) {
            t = not.body();
        }
        if (t instanceof Term.Call call) {
            env = Env.ofCall(call, env);
            t = call.macro().body();
        }
        List<Term> parts = t instanceof Term.Exists || t instanceof Term.Forall ? List.of(t) : t.children();
        for (Term part : parts.size() > PARTS ? parts.subList(0, PARTS) : parts) {
            boolean value = holds(part, env);
            lines.add("    " + (value ? "true:  " : "false: ") + text(part, env) + (value ? "" : blame(part, env)));
        }
    }

    /** Which part of a false conjunction is false. */
    private String blame(Term t, @Nullable Env env) {
        if (t instanceof Term.And and) {
            for (Term p : and.parts()) {
                if (!holds(p, env)) {
                    return "  -- not so: " + text(p, env);
                }
            }
        }
        return "";
    }

    private boolean holds(Term t, @Nullable Env env) {
        return grounder.node(t, env, false).holds(s);
    }

    private String text(Term t, @Nullable Env env) {
        return TermText.of(t, env, abstraction);
    }
}
