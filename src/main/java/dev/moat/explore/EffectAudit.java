package dev.moat.explore;

import dev.moat.logic.judge.Evaluator;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.ProgramException;
import dev.moat.state.Packing;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Compares stored effects with execution, for a sample of states. For one thread; its executions do not count. */
final class EffectAudit implements Stepper.Sink {
    private final Packing packing;
    private final Stepper stepper;
    private final Fingerprint fingerprint;
    private final Evaluator judge;
    /** Of the symmetry of which effects tell, or null. */
    private final @Nullable OrbitPrint orbits;

    private final long[] parent;
    /** A successor as it is remembered, and as it is. */
    private final long[] written;

    private final long[] packed;
    private long[] from = new long[0];
    private int fromAt;
    private boolean same;
    private int next;
    private final Effects effects;
    private long sum;

    EffectAudit(EffectMemory memory, Fingerprint fingerprint, Evaluator judge, Effects effects) {
        Machine machine = memory.machine;
        orbits = memory.symmetry == null ? null : new OrbitPrint(memory.symmetry);
        this.fingerprint = fingerprint;
        this.judge = judge;
        this.effects = effects;
        packing = machine.schema().packing();
        stepper = machine.stepper();
        parent = new long[machine.schema().words()];
        written = new long[packing.words()];
        packed = new long[packing.words()];
    }

    /**
     * Executes in the state that begins at a word, of which the effects' successors are those from {@code first} on.
     *
     * @throws IllegalStateException when they are others
     */
    void look(long[] state, int at, int first) {
        packing.unpack(state, at, parent);
        from = state;
        fromAt = at;
        sum = effects.sum(state, at);
        if (orbits != null) {
            orbits.base(parent);
        }
        next = first;
        same = true;
        stepper.expand(parent, this);
        if (!same || next != effects.count() || stepper.stuck() != effects.stuck()) {
            throw new ProgramException(
                    "code of the component depends on more of a state than it reads through slots, or not on the state alone");
        }
    }

    @Override
    public void successor(int instance, long[] s) {
        same = same && next < effects.count() && effects.letter(next) == instance && isSame(s);
        next++;
    }

    private boolean isSame(long[] s) {
        effects.write(next, from, fromAt, written, 0);
        packing.pack(s, packed, 0);
        return Arrays.equals(written, packed)
                && (sum ^ effects.print(next)) == fingerprint.sum(s)
                && effects.bundles(next) == judge.bundles(parent, s)
                && (orbits == null || effects.orbit(next, orbits) == orbits.of(s));
    }
}
