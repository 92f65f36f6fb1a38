package dev.moat.check.mutants;

import dev.moat.model.Action;
import dev.moat.model.Guarded;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * A step or an action that does not write a family of slots, or writes one field of it off by one.
 *
 * @param subject the component; for an action of hardware with its kind
 * @param hardware whether it is an action and not a step of an operation
 * @param what the change
 * @param write who, and what; without a field where the whole family keeps its values
 */
public record StepMutant(String subject, boolean hardware, What what, Write write) implements ComponentMutant {
    /** A change of a write. */
    public enum What {
        DROP,
        PLUS,
        MINUS;

        private String word() {
            return switch (this) {
                case DROP -> "drop";
                case PLUS -> "plus-1";
                case MINUS -> "minus-1";
            };
        }
    }

    @Override
    public String id() {
        return what.word() + " " + subject + " " + write;
    }

    @Override
    public boolean isOffByOne() {
        return what != What.DROP;
    }

    @Override
    public String writes() {
        return write.slots();
    }

    /** The bits of the field that is off by one, in slots of the family that it writes; 0 for a whole value. */
    public long mask(Slots slots) {
        return write.field().isEmpty() ? 0 : field(slots).mask();
    }

    private VaryingFields.Field field(Slots slots) {
        return VaryingFields.of(slots).stream()
                .filter(f -> f.name().equals(write.field()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public Model apply(Model model) {
        Slots slots = model.schema().family(write.slots()).orElseThrow();
        Change change = change(slots);
        long[] before = new long[model.schema().words()];
        List<Action> actions = new ArrayList<>(model.actions());
        List<Operation> operations = new ArrayList<>(model.operations());
        if (hardware) {
            actions.replaceAll(a -> a.name().equals(write.who()) ? a.with(changed(a.code(), before, change)) : a);
        } else {
            operations.replaceAll(op -> op.with(op.steps().stream()
                    .map(step -> name(op, step).equals(write.who())
                            ? step.running(changed(step.code(), before, change))
                            : step)
                    .toList()));
        }
        return model.running(actions, operations);
    }

    private static String name(Operation operation, Step step) {
        return operation.name() + "/" + step.name();
    }

    private static Guarded changed(Guarded code, long[] before, Change change) {
        return (s, first, second, third, fourth, fifth) -> {
            System.arraycopy(s, 0, before, 0, before.length);
            boolean acted = code.apply(s, first, second, third, fourth, fifth);
            if (acted) {
                change.make(before, s);
            }
            return acted;
        };
    }

    private static StepCode changed(StepCode code, long[] before, Change change) {
        return (s, cpu) -> {
            System.arraycopy(s, 0, before, 0, before.length);
            int outcome = code.run(s, cpu);
            if (outcome != Outcome.BLOCKED) {
                change.make(before, s);
            }
            return outcome;
        };
    }

    /** Changes what a step has done. */
    private interface Change {
        void make(long[] before, long[] after);
    }

    private Change change(Slots slots) {
        if (what == What.DROP) {
            return (before, after) -> {
                for (int i = 0; i < slots.size(); i++) {
                    slots.set(after, i, slots.get(before, i));
                }
            };
        }
        VaryingFields.Field field = field(slots);
        boolean up = what == What.PLUS;
        return (before, after) -> {
            for (int i = 0; i < slots.size(); i++) {
                long old = slots.get(before, i);
                long stored = slots.get(after, i);
                if (old != stored && WriteWatch.touches(field, old, stored)) {
                    slots.set(after, i, field.moved(stored, up));
                }
            }
        };
    }
}
