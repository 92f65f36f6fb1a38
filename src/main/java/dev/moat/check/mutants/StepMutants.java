package dev.moat.check.mutants;

import dev.moat.check.mutants.StepMutant.What;
import dev.moat.model.Model;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Mutants of the observed writes: each write left out, and each of its fields off by one. Locals of a running
 * operation are only left out: no other code sees them, and an error in them shows in the writes that use them.
 */
public final class StepMutants {
    private StepMutants() {}

    /**
     * @param component its id: what names steps of operations
     * @param kind the component and its kind: what names actions of hardware
     */
    public static List<ComponentMutant> of(Set<Write> writes, Model model, String component, String kind) {
        List<ComponentMutant> mutants = new ArrayList<>();
        for (Write write : writes) {
            boolean hardware = write.who().indexOf('/') < 0;
            String subject = hardware ? kind : component;
            mutants.add(new StepMutant(subject, hardware, What.DROP, new Write(write.who(), write.slots(), "")));
            if (isLocal(model, write.slots())) {
                continue;
            }
            VaryingFields.Field field = VaryingFields.of(
                            model.schema().family(write.slots()).orElseThrow())
                    .stream()
                    .filter(f -> f.name().equals(write.field()))
                    .findFirst()
                    .orElseThrow();
            // Of a value of two the other one is the old one: that is the write left out.
            if (field.hasTwoDirections() || !field.name().isEmpty()) {
                mutants.add(new StepMutant(subject, hardware, What.PLUS, write));
            }
            if (field.hasTwoDirections() && !field.name().isEmpty()) {
                mutants.add(new StepMutant(subject, hardware, What.MINUS, write));
            }
        }
        return mutants;
    }

    private static boolean isLocal(Model model, String name) {
        Slots pc = model.pc();
        Slots slots = model.schema().family(name).orElseThrow();
        return pc != null
                && slots.role() != Role.QUEUE
                && !slots.index().isEmpty()
                && slots.index().get(0).equals(pc.index().get(0));
    }
}
