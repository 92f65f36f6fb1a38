package dev.moat.notation.core;

import dev.moat.state.Slots;
import org.jspecify.annotations.Nullable;

/** What a program's numbers are in one machine. Filled while it is declared, and not changed behind that. */
public final class MachineNumbers {
    private final Program program;
    private final @Nullable Slots[] families;
    private final long[] fixed;
    private final boolean[] known;
    private @Nullable Slots counters;
    private @Nullable UnitCalls units;

    public MachineNumbers(Program program) {
        this.program = program;
        families = new Slots[program.families().size()];
        fixed = new long[program.fixed().size()];
        known = new boolean[fixed.length];
    }

    /** What is bound. */
    public Program program() {
        return program;
    }

    /** Whether a fixed value is known yet. */
    public boolean knows(int number) {
        return known[number];
    }

    /** Says what a fixed value is. */
    public void fix(int number, long value) {
        fixed[number] = value;
        known[number] = true;
    }

    /** A fixed value. */
    public long fixed(int number) {
        if (!known[number]) {
            throw new IllegalStateException("a value of the machine is not known yet: "
                    + program.fixed().get(number));
        }
        return fixed[number];
    }

    /** Says where a family is. */
    public void place(int family, Slots slots) {
        families[family] = slots;
    }

    /** Where a family is; null where the machine does not have it. */
    public @Nullable Slots slots(int family) {
        return family == Program.COUNTERS ? counters : families[family];
    }

    /** Where the step counters are. */
    public void count(Slots slots) {
        counters = slots;
    }

    /** The units. */
    public void units(UnitCalls calls) {
        units = calls;
    }

    /** The units; null before they are declared, and where there are none. */
    public @Nullable UnitCalls units() {
        return units;
    }
}
