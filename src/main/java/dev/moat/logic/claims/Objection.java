package dev.moat.logic.claims;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.Env;
import dev.moat.logic.Term;
import dev.moat.logic.TermText;
import dev.moat.logic.Var;
import dev.moat.logic.ground.Grounder;
import dev.moat.state.Claim;
import java.util.ArrayList;
import java.util.List;

/** Says in lines for people why a claim is not true. */
final class Objection {
    private static final int SHOWN = 6;

    private final Discipline discipline;
    private final AtomSpace space;
    private final ClaimedActions actions;

    Objection(Discipline discipline, AtomSpace space, ClaimedActions actions) {
        this.discipline = discipline;
        this.space = space;
        this.actions = actions;
    }

    /** The i-th action of the claim cannot be taken in an abstract state. */
    List<String> refusal(Claim claim, int i, long[] bits) {
        List<String> lines = new ArrayList<>();
        lines.add("claimed       " + print(claim));
        String name = claim.name(i);
        String sort = ClaimedActions.exchanged(name);
        if (sort != null) {
            lines.add("discipline    " + noExchange(sort, claim.argument(i, 0), claim.argument(i, 1)));
            return lines;
        }
        if (!actions.isInstance(claim, i)) {
            lines.add("discipline    an argument of " + name + " is no element of its sort");
            return lines;
        }
        AbstractAction action = discipline.actions().get(actions.number(name));
        Env env = null;
        for (int k = 0; k < action.parameters().size(); k++) {
            env = new Env(env, action.parameters().get(k), claim.argument(i, k));
        }
        lines.add("discipline    " + name + " needs what is not so here:");
        Grounder grounder = new Grounder(space.abstraction(), space.bits());
        for (Term part : action.guard() instanceof Term.And and ? and.parts() : List.of(action.guard())) {
            if (!grounder.node(part, env, false).holds(bits)) {
                lines.add("  FALSE: " + TermText.of(part, env, space.abstraction()));
            }
        }
        return lines;
    }

    private String noExchange(String sort, int x, int y) {
        if (!space.isElement(sort, x) || !space.isElement(sort, y)) {
            return "what is exchanged is no element of " + sort;
        }
        return "constants of " + space.tellsApart(sort, x, y) + " tell " + label(sort, x) + " and " + label(sort, y)
                + " apart";
    }

    /** What the discipline expects after the claim is not what the implementation has. */
    List<String> difference(Claim claim, long[] expected, long[] found) {
        List<String> lines = new ArrayList<>();
        lines.add("claimed       " + print(claim));
        List<String> missing = new ArrayList<>();
        List<String> extra = new ArrayList<>();
        for (int atom = 0; atom < space.size(); atom++) {
            if (space.isSet(found, atom) != space.isSet(expected, atom)) {
                (space.isSet(found, atom) ? extra : missing).add(space.print(atom));
            }
        }
        if (!missing.isEmpty()) {
            lines.add("discipline    true after it, false in the implementation: " + shown(missing));
        }
        if (!extra.isEmpty()) {
            lines.add("discipline    false after it, true in the implementation: " + shown(extra));
        }
        return lines;
    }

    private static String shown(List<String> atoms) {
        String text = String.join(", ", atoms.subList(0, Math.min(SHOWN, atoms.size())));
        return atoms.size() > SHOWN ? text + " and " + (atoms.size() - SHOWN) + " more" : text;
    }

    private String print(Claim claim) {
        List<String> printed = new ArrayList<>();
        for (int i = 0; i < claim.count(); i++) {
            String sort = ClaimedActions.exchanged(claim.name(i));
            List<String> args = new ArrayList<>();
            if (sort != null) {
                args.add(label(sort, claim.argument(i, 0)));
                args.add(label(sort, claim.argument(i, 1)));
            } else {
                List<Var> parameters =
                        discipline.actions().get(actions.number(claim.name(i))).parameters();
                for (int k = 0; k < parameters.size(); k++) {
                    args.add(label(parameters.get(k).sort(), claim.argument(i, k)));
                }
            }
            printed.add(claim.name(i) + "(" + String.join(", ", args) + ")");
        }
        return printed.isEmpty() ? "a stutter" : String.join(", then ", printed);
    }

    private String label(String sort, int element) {
        return space.isElement(sort, element)
                ? space.abstraction().sort(sort).map(s -> s.label(element)).orElse("")
                : "?" + element;
    }
}
