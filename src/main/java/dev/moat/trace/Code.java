package dev.moat.trace;

import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Model;
import dev.moat.model.program.Operation;
import dev.moat.model.program.Step;
import java.util.List;
import java.util.Optional;

/**
 * Where what a transition did is written.
 *
 * @param type name of the class that has the code, the outermost one
 * @param name of the step, where one alone ran, or of the operation or action: it stands there in quotation marks
 */
public record Code(String type, String name) {
    /** For a transition of a machine. An injected fault's own code is the fault's. */
    public static Code of(Machine machine, Transition t) {
        Machine.Instance letter = machine.instance(t.instance());
        if (letter.kind() == Machine.Kind.ACTION) {
            var action = machine.model().actions().get(letter.target());
            return new Code(outermost(action.code()), action.name());
        }
        List<String> steps = t.steps();
        String[] first = (steps.isEmpty() ? "" : steps.get(0)).split("/", 2);
        Optional<Operation> operation = machine.model().operations().stream()
                .filter(op -> op.name().equals(first[0]))
                .findFirst();
        Optional<Step> only = operation
                .filter(op -> steps.size() == 1)
                .flatMap(op -> op.steps().stream()
                        .filter(s -> s.name().equals(first[first.length - 1]))
                        .findFirst());
        return only.map(s -> new Code(outermost(s.code()), s.name()))
                .or(() -> operation.map(op -> new Code(outermost(op.start()), op.name())))
                .orElse(new Code("", ""));
    }

    /** For an action, or a step named with its operation; empty names where a model has none such. */
    public static Code of(Model model, String piece) {
        for (Action action : model.actions()) {
            if (action.name().equals(piece)) {
                return new Code(outermost(action.code()), piece);
            }
        }
        for (Operation operation : model.operations()) {
            if (operation.name().equals(piece)) {
                return new Code(outermost(operation.start()), piece);
            }
            for (Step step : operation.steps()) {
                if (piece.equals(operation.name() + "/" + step.name())) {
                    return new Code(outermost(step.code()), step.name());
                }
            }
        }
        return new Code("", "");
    }

    private static String outermost(Object code) {
        return code.getClass().getName().replaceFirst("\\$.*", "");
    }
}
