package dev.moat.prove.code;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** States of a machine that a random walk reaches, and such states with some slots changed, which may be no state that is reached. */
public final class RandomStates {
    private static final int WALK = 4000;

    private RandomStates() {}

    public static List<long[]> walk(Machine machine, Random random) {
        List<long[]> reached = new ArrayList<>();
        Stepper stepper = machine.stepper();
        long[] s = machine.initial();
        for (int n = 0; n < WALK; n++) {
            if (stepper.apply(random.nextInt(machine.instances()), s)) {
                reached.add(s.clone());
            }
            if (reached.size() % 300 == 299) {
                s = machine.initial();
            }
        }
        reached.add(machine.initial());
        return reached;
    }

    /** Gives some slots values: none in the first states, then more and more. */
    public static void disturb(Machine machine, long[] s, Random random, int n) {
        List<Slots> families = machine.schema().families();
        for (int k = n / 10; k > 0; k--) {
            Slots f = families.get(random.nextInt(families.size()));
            if (f.size() > 0 && f.width() > 0) {
                long most = f.width() == 64 ? -1L : (1L << f.width()) - 1;
                long value = f.width() == 64 && random.nextInt(4) > 0 ? random.nextInt(8) : random.nextLong();
                f.set(s, random.nextInt(f.size()), value & most);
            }
        }
    }
}
