package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Action;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** One run of a machine: its state, the log of what software did, and how either takes a step. */
final class KitRun {
    final KitMachine m;
    final Iommu iommu;
    final KitHistory history;
    final long[] s;
    /** What happened, for coverage. */
    final Set<String> seen = new TreeSet<>();

    KitRun(KitMachine machine) {
        m = machine;
        iommu = m.iommu;
        history = new KitHistory(machine);
        s = m.model.initial();
    }

    /** Something that may be refused; then nothing has changed. */
    boolean attempt(String what, BooleanSupplier step) {
        long[] before = s.clone();
        boolean done = step.getAsBoolean();
        if (!done) {
            assertThat(m.model.schema().diff(before, s))
                    .as("refused, so without a trace: " + what)
                    .isEmpty();
            seen.add("refused");
        }
        m.model.schema().normalise(s);
        return done;
    }

    void step(Runnable step) {
        step.run();
        m.model.schema().normalise(s);
    }

    boolean isOneSpace() {
        return m.capabilities.tagging() == Capabilities.Tagging.NONE;
    }

    /** An action with these numbers as its arguments, whatever its sorts are. */
    boolean act(Action action, int... numbers) {
        int[] args = new int[5];
        for (int i = 0; i < action.arguments().size(); i++) {
            int size = action.arguments().get(i).sort().size();
            if (size == 0) {
                return false;
            }
            args[i] = numbers[i] % size;
        }
        return attempt(action.name(), () -> action.code().apply(s, args[0], args[1], args[2], args[3], args[4]));
    }
}
