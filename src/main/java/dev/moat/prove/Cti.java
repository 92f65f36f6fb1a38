package dev.moat.prove;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Var;
import dev.moat.logic.ground.FiniteState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A counterexample to induction: a state that satisfies every statement, and a step of the discipline to one that does
 * not. It need not be reachable. Of an initial goal: an initial state that violates it.
 *
 * @param parameters elements for the action's parameters
 * @param disagreement what Moat's own evaluation of the solver's state says against it, or null
 */
public record Cti(
        Goal goal,
        FiniteState before,
        List<Integer> parameters,
        @Nullable String disagreement) {
    /** Characters on a line. */
    private static final int WIDTH = 110;

    /** The state that violates the goal. */
    public FiniteState after() {
        AbstractAction action = goal.action();
        return action == null ? before : before.after(action, parameters);
    }

    /** For a person: the state, the step, what it changes, and why the goal is false then. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        AbstractAction action = goal.action();
        filled(action == null ? "initially:  " : "before:  ", before.facts(), lines);
        if (action != null) {
            lines.add("step:    " + step(action) + "  -- " + action.says());
            filled("after:   ", changes(), lines);
        }
        lines.add("broken:  " + goal.statement().id() + ": " + goal.statement().says());
        after().whyFalse(goal.formula()).forEach(line -> lines.add("  " + line));
        return lines;
    }

    /** Atoms beside what they are, on as many lines as they need. */
    private static void filled(String what, List<String> atoms, List<String> lines) {
        StringBuilder line = new StringBuilder(what);
        for (String atom : atoms) {
            if (line.length() > what.length() && line.length() + atom.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(what.length()));
            }
            line.append(atom).append(' ');
        }
        lines.add(line.toString().stripTrailing());
    }

    private String step(AbstractAction action) {
        List<String> given = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Var v = action.parameters().get(i);
            given.add(v.name() + " = " + before.label(v.sort(), parameters.get(i)));
        }
        return action.name() + "(" + String.join(", ", given) + ")";
    }

    private List<String> changes() {
        List<String> was = before.facts();
        List<String> is = after().facts();
        List<String> changes = new ArrayList<>();
        is.stream().filter(f -> !was.contains(f)).forEach(f -> changes.add("+" + f));
        was.stream().filter(f -> !is.contains(f)).forEach(f -> changes.add("-" + f));
        return changes;
    }
}
