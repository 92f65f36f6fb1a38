package dev.moat.machine;

import dev.moat.state.Schema;
import java.util.Arrays;

/** Reports the next transitions of a state, without an expansion. Does not change the state. For one thread. */
public final class Lookahead {
    /** Steps within which every operation ends that ends at all. */
    private static final int MANY = 5_000;

    private final Machine machine;
    private final Schema schema;
    private final Execution execution;
    private final boolean stepwise;
    private final long[] scratch;
    /** Of the many calls there are at real sizes most make no sense: a copy of the whole state for each took most of the time of a short walk. */
    private final CpuWords starts;

    /** For one machine. */
    public Lookahead(Machine machine) {
        this.machine = machine;
        schema = machine.schema();
        execution = new Execution(machine, new Counters(machine));
        stepwise = machine.granularity() == Granularity.STEP;
        scratch = new long[schema.words()];
        starts = new CpuWords(machine);
    }

    /**
     * Whether an instance is a call on an idle CPU that would come to its end, run back to back, and leave the state as it is:
     * one that is refused, sooner or later.
     */
    public boolean comesToNothing(int instance, long[] s) {
        Machine.Instance it = machine.instance(instance);
        if (it.kind() != Machine.Kind.START || !execution.isIdle(s, it.cpu())) {
            return false;
        }
        System.arraycopy(s, 0, scratch, 0, scratch.length);
        if (!execution.begin(it.target(), it.cpu(), instance, scratch) || !ends(it.cpu())) {
            return false;
        }
        schema.normalise(scratch);
        return Arrays.equals(s, scratch);
    }

    /** Whether the operation of a CPU comes to its end; a defective one may go round in circles. */
    private boolean ends(int cpu) {
        for (int n = 0; n < MANY; n++) {
            if (execution.advance(scratch, cpu)) {
                if (execution.isIdle(scratch, cpu)) {
                    return true;
                }
            } else if (!execution.serve(scratch)) {
                return false;
            }
        }
        return false;
    }

    /**
     * Whether an operation is unfinished and neither a CPU nor the queue can go on; or none is under way, and a call waits before its first
     * step: {@link Stepper#stuck} after an expansion.
     */
    public boolean isStuck(long[] s) {
        boolean running = false;
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            if (!execution.isIdle(s, cpu)) {
                running = true;
                System.arraycopy(s, 0, scratch, 0, scratch.length);
                if (stepwise && execution.advance(scratch, cpu)) {
                    return false;
                }
            }
        }
        if (running ? !stepwise : firstWaiting(s) < 0) {
            return running;
        }
        System.arraycopy(s, 0, scratch, 0, scratch.length);
        return !execution.serve(scratch);
    }

    /** The first call of an idle CPU that makes sense and cannot take its first step, as an instance of the alphabet; -1 for none. */
    public int firstWaiting(long[] s) {
        System.arraycopy(s, 0, scratch, 0, scratch.length);
        starts.save(s);
        for (int i = machine.firstStart; i < machine.instances(); i++) {
            Machine.Instance it = machine.instance(i);
            if (it.kind() == Machine.Kind.START && execution.isIdle(s, it.cpu())) {
                if (!execution.begin(it.target(), it.cpu(), i, scratch)) {
                    starts.restore(scratch);
                } else if (!execution.proceed(it.cpu(), scratch)) {
                    return i;
                } else {
                    System.arraycopy(s, 0, scratch, 0, scratch.length);
                }
            }
        }
        return -1;
    }
}
