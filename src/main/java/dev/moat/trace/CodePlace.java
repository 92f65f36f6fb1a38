package dev.moat.trace;

import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.model.Written;
import java.util.List;

/**
 * The source place of a transition's code.
 *
 * @param type name of the class that has the code, the outermost one; of what stands in a text, its file
 * @param name of the step, where one alone ran, or of the operation or action: it stands there in quotation marks
 * @param line in a text; 0 where the code is a class's
 */
public record CodePlace(String type, String name, int line) {
    /** For a transition of a machine. An injected fault's own code is the fault's. */
    public static CodePlace of(Machine machine, Transition t) {
        Machine.Instance letter = machine.instance(t.instance());
        if (letter.kind() == Machine.Kind.ACTION) {
            var action = machine.model().actions().get(letter.target());
            return of(action.code(), action.name());
        }
        List<String> steps = t.steps();
        String first = steps.isEmpty() ? "" : steps.get(0);
        return of(machine.model(), steps.size() == 1 ? first : first.split("/", 2)[0]);
    }

    /** For an action, or a step named with its operation; empty names where a model has none such. */
    public static CodePlace of(Model model, String piece) {
        for (Action action : model.actions()) {
            if (action.name().equals(piece)) {
                return of(action.code(), piece);
            }
        }
        for (Operation operation : model.operations()) {
            if (operation.name().equals(piece)) {
                return of(operation.start(), piece);
            }
            for (Step step : operation.steps()) {
                if (piece.equals(operation.name() + "/" + step.name())) {
                    return of(step.code(), step.name());
                }
            }
        }
        return new CodePlace("", "", 0);
    }

    private static CodePlace of(Object code, String name) {
        return code instanceof Written text
                ? new CodePlace(text.file(), name, text.line())
                : new CodePlace(code.getClass().getName().replaceFirst("\\$.*", ""), name, 0);
    }
}
