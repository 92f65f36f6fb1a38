package dev.moat.explore;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Slots;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Random operations of a machine, and the words of its states by the names of their slots; for twins. */
final class TwinWalk {
    /** Looks at a state after each operation. */
    @FunctionalInterface
    interface Look {
        void at(long[] s);
    }

    private final Machine machine;
    private final Map<String, Slots> byName = new HashMap<>();

    TwinWalk(String line) {
        machine = Machines.machine(line);
        machine.schema().families().forEach(f -> byName.put(f.name(), f));
    }

    Slots slots(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }

    long word(long[] s, String name, int at) {
        return slots(name).get(s, at);
    }

    boolean says(String relation, long[] s, int a, int b, int c) {
        return machine.model()
                .abstraction()
                .relation(relation)
                .orElseThrow()
                .code()
                .holds(s, a, b, c, 0, 0);
    }

    /** So many operations or steps that were possible, one after the other from the initial state. */
    void go(long seed, int steps, Look look) {
        Random random = new Random(seed);
        Stepper stepper = machine.stepper();
        long[] s = machine.initial().clone();
        look.at(s);
        for (int done = 0; done < steps; ) {
            long[] next = s.clone();
            if (stepper.apply(random.nextInt(machine.instances()), next)) {
                s = next;
                done++;
                look.at(s);
            }
        }
    }
}
