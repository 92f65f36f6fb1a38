package dev.moat.trace.story;

import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.model.Written;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lines of a component's text that a trace ran, beside the numbers of its table. */
final class RanLines {
    private static final int WIDTH = 120;

    private final Machine machine;

    RanLines(Machine machine) {
        this.machine = machine;
    }

    /** A line for each line of the text, each piece of code under the number of the transition that ran it. */
    List<String> of(List<Transition> transitions) {
        List<String> all = new ArrayList<>();
        Set<String> files = new LinkedHashSet<>();
        for (int k = 0; k < transitions.size(); k++) {
            String number = String.valueOf(k + 1);
            for (Written code : codes(transitions.get(k))) {
                files.add(code.file());
                List<String> lines = code.lines();
                for (int i = 0; i < lines.size(); i++) {
                    String line = String.format(
                            "%-4s%5d  %s", number, code.line() + i, lines.get(i).replace('\t', ' '));
                    all.add(line.substring(0, Math.min(line.length(), WIDTH)).stripTrailing());
                    number = "";
                }
            }
        }
        if (!all.isEmpty()) {
            all.add(0, "#    line  " + String.join(", ", files));
        }
        return all;
    }

    private List<Written> codes(Transition t) {
        Machine.Instance letter = machine.instance(t.instance());
        List<Written> codes = new ArrayList<>();
        Model model = machine.model();
        if (letter.kind() == Machine.Kind.ACTION) {
            Action action = model.actions().get(letter.target());
            add(codes, action.code());
        }
        for (String piece : t.steps()) {
            for (Operation operation : model.operations()) {
                for (Step step : operation.steps()) {
                    if (piece.equals(operation.name() + "/" + step.name())) {
                        add(codes, step.code());
                    }
                }
            }
        }
        return codes;
    }

    private static void add(List<Written> to, @Nullable Object code) {
        if (code instanceof Written written) {
            to.add(written);
        }
    }
}
