package dev.moat.scenario;

import dev.moat.logic.claims.IncomparableException;
import dev.moat.logic.read.Discipline;
import dev.moat.model.Action;
import dev.moat.model.Guarded;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs a {@link Machine} on one thread; holds scratch space and coverage counters, no state of the system. */
public final class Stepper {
    private static final int MAX_STEPS = 100_000;
    /** Results are statuses or error numbers. */
    private static final int MOST_RESULTS = 256;

    /** Receives successors; the array is scratch and must be copied to be kept. */
    @FunctionalInterface
    public interface Sink {
        void successor(int instance, long[] s);
    }

    private final Machine m;
    private final Schema schema;
    private final @Nullable Slots pc;
    private final Guarded[] actionCode;
    private final boolean[] service;
    private final Operation[] operations;
    private final long[] scratch;
    private final long[] before;
    private final CpuWords locals;
    private final boolean stepwise;
    private final long[] taken;
    private final long[] stepCount;
    private final long[][] resultCount;
    private long refused;
    private boolean stuck;
    private boolean wasRefused;
    private int lastResult;
    private @Nullable Consumer<long[]> watcher;
    private @Nullable ClaimWatch claims;
    private final int[] ran = new int[4096];
    private int ranCount;

    Stepper(Machine machine) {
        m = machine;
        schema = m.schema();
        pc = m.model().pc();
        List<Action> actions = m.model().actions();
        actionCode = actions.stream().map(Action::code).toArray(Guarded[]::new);
        service = new boolean[actions.size()];
        for (int k = 0; k < service.length; k++) {
            service[k] = actions.get(k).service();
        }
        operations = m.model().operations().toArray(new Operation[0]);
        scratch = new long[schema.words()];
        before = new long[schema.words()];
        locals = new CpuWords(schema, pc);
        stepwise = m.granularity() == Granularity.STEP;
        taken = new long[m.instances()];
        stepCount = new long[(m.steps() + 1) * 4];
        resultCount = new long[operations.length][MOST_RESULTS];
    }

    /** Offers every successor of a state to the sink, in the order of the alphabet. The state is not changed. */
    public void expand(long[] s, Sink sink) {
        System.arraycopy(s, 0, scratch, 0, scratch.length);
        if (claims != null) {
            claims.open(s);
        }
        boolean served = expandActions(s, sink);
        boolean running = false;
        boolean advanced = false;
        Slots counter = pc;
        for (int cpu = 0; cpu < m.cpus; cpu++) {
            int base = m.firstStart + cpu * (m.startsPerCpu + 1);
            if (counter != null && counter.get(s, cpu) != 0) {
                running = true;
                if (claims != null) {
                    claims.begin();
                }
                if (stepwise && advance(scratch, cpu)) {
                    advanced = true;
                    emit(base + m.startsPerCpu, s, sink);
                }
            } else {
                expandStarts(s, cpu, base, sink);
            }
        }
        stuck = running && (!stepwise || (!advanced && !served));
    }

    private boolean expandActions(long[] s, Sink sink) {
        boolean served = false;
        int i = 0;
        int[] args = m.arguments;
        for (int k = 0; k < actionCode.length; k++) {
            Guarded code = actionCode[k];
            for (int end = m.actionEnd[k]; i < end; i++) {
                int o = i * 5;
                if (code.apply(scratch, args[o], args[o + 1], args[o + 2], args[o + 3], args[o + 4])) {
                    served |= service[k];
                    if (claims != null) {
                        claims.begin();
                        claims.acted(i, scratch);
                    }
                    emit(i, s, sink);
                }
            }
        }
        return served;
    }

    private void expandStarts(long[] s, int cpu, int base, Sink sink) {
        int i = 0;
        for (int k = 0; k < operations.length; k++) {
            for (int end = m.startEnd[k]; i < end; i++) {
                if (begin(k, cpu, base + i, scratch) && proceed(cpu, scratch)) {
                    if (isIdle(scratch, cpu) && unchanged(s)) {
                        refused++;
                    } else {
                        emit(base + i, s, sink);
                        continue;
                    }
                }
                System.arraycopy(s, 0, scratch, 0, scratch.length);
            }
        }
    }

    boolean isIdle(long[] s, int cpu) {
        Slots counter = pc;
        return counter != null && counter.get(s, cpu) == 0;
    }

    /** Whether a finished call left everything as it was; normalises the scratch state on the way. */
    private boolean unchanged(long[] s) {
        schema.normalise(scratch);
        return Arrays.equals(s, scratch);
    }

    private void emit(int instance, long[] s, Sink sink) {
        schema.normalise(scratch);
        if (claims != null) {
            claims.end(scratch);
        }
        taken[instance]++;
        sink.successor(instance, scratch);
        System.arraycopy(s, 0, scratch, 0, scratch.length);
    }

    /**
     * Performs one instance in place.
     *
     * @return false, with the state unchanged, when it is not enabled; a call that was refused and changed nothing
     *     counts as performed here, see {@link #lastWasRefused}
     */
    public boolean apply(int instance, long[] s) {
        ranCount = 0;
        wasRefused = false;
        lastResult = -1;
        Machine.Instance it = m.instance(instance);
        if (it.kind() == Machine.Kind.START) {
            return isIdle(s, it.cpu()) && call(instance, it, s);
        }
        int o = instance * 5;
        int[] args = m.arguments;
        boolean enabled = it.kind() == Machine.Kind.ACTION
                ? actionCode[it.target()].apply(s, args[o], args[o + 1], args[o + 2], args[o + 3], args[o + 4])
                : stepwise && !isIdle(s, it.cpu()) && advance(s, it.cpu());
        if (enabled) {
            schema.normalise(s);
        }
        return enabled;
    }

    private boolean call(int instance, Machine.Instance it, long[] s) {
        locals.save(s);
        if (!begin(it.target(), it.cpu(), instance, s)) {
            locals.restore(s);
            return false;
        }
        System.arraycopy(s, 0, before, 0, before.length);
        locals.restore(before);
        if (!proceed(it.cpu(), s)) {
            System.arraycopy(before, 0, s, 0, s.length);
            return false;
        }
        schema.normalise(s);
        wasRefused = isIdle(s, it.cpu()) && Arrays.equals(before, s);
        return true;
    }

    /**
     * Calls an operation with arguments as a caller passes them, which need not be in the alphabet, and runs it to its end.
     *
     * @param args as many as the call takes, at most five
     * @return the status, as the operation's result slot holds it, or -1 when it has none
     * @throws IllegalArgumentException when the component declares no such call
     * @throws IllegalStateException when the CPU is busy, or the operation cannot end
     */
    public int call(String operation, int cpu, long[] s, int... args) {
        Slots counter = pc;
        Operation.Start begin = m.model().call(operation);
        if (begin == null || counter == null) {
            throw new IllegalArgumentException("the component declares no call " + operation);
        }
        if (!isIdle(s, cpu)) {
            throw new IllegalStateException("a call on a busy CPU");
        }
        int[] a = Arrays.copyOf(args, 5);
        ranCount = 0;
        lastResult = -1;
        begin.begin(s, cpu, a[0], a[1], a[2], a[3], a[4]);
        int k = 0;
        while (!operations[k].name().equals(operation)) {
            k++;
        }
        counter.set(s, cpu, m.entry[k]);
        runToEnd(s, cpu, counter);
        if (!isIdle(s, cpu)) {
            throw new IllegalStateException(operation + " cannot end");
        }
        schema.normalise(s);
        return lastResult;
    }

    boolean begin(int operation, int cpu, int instance, long[] s) {
        ranCount = 0;
        lastResult = -1;
        int o = instance * 5;
        int[] args = m.arguments;
        Slots counter = pc;
        if (claims != null) {
            claims.begin();
        }
        if (counter == null
                || !operations[operation]
                        .start()
                        .begin(s, cpu, args[o], args[o + 1], args[o + 2], args[o + 3], args[o + 4])) {
            return false;
        }
        counter.set(s, cpu, m.entry[operation]);
        if (claims != null) {
            claims.started(s);
        }
        return true;
    }

    private boolean proceed(int cpu, long[] s) {
        return pc != null && (stepwise ? advance(s, cpu) : runToEnd(s, cpu, pc));
    }

    /** Runs an operation back to back; while it is blocked only the queue consumer acts, in order. */
    private boolean runToEnd(long[] s, int cpu, Slots counter) {
        boolean any = false;
        for (int n = 0; n < MAX_STEPS; n++) {
            if (advance(s, cpu)) {
                any = true;
                if (counter.get(s, cpu) == 0) {
                    return true;
                }
            } else if (!serve(s)) {
                return any;
            }
        }
        throw new IllegalStateException("an operation did not end within " + MAX_STEPS + " steps");
    }

    /** Shows the state to a watcher before the queue consumer acts for a call that waits. The watcher must not change it. */
    public void watch(Consumer<long[]> observer) {
        watcher = observer;
    }

    /**
     * Compares every transition from now on with the discipline; returns where to ask what was wrong.
     *
     * @throws IncomparableException when the machine is too large, or its component lacks a relation
     * @throws IllegalArgumentException when a step claims what the component does not explain
     */
    public ClaimWatch compareWith(Discipline discipline) throws IncomparableException {
        ClaimWatch watch = new ClaimWatch(m, discipline);
        claims = watch;
        return watch;
    }

    boolean serve(long[] s) {
        Consumer<long[]> observer = watcher;
        if (observer != null) {
            observer.accept(s);
        }
        int i = 0;
        int[] args = m.arguments;
        for (int k = 0; k < actionCode.length; k++) {
            for (int end = m.actionEnd[k]; i < end; i++) {
                int o = i * 5;
                if (service[k] && actionCode[k].apply(s, args[o], args[o + 1], args[o + 2], args[o + 3], args[o + 4])) {
                    taken[i]++;
                    if (claims != null) {
                        claims.acted(i, s);
                    }
                    return true;
                }
            }
        }
        return false;
    }

    /** One transition of the operation that runs on a CPU; false when its next step is blocked. */
    boolean advance(long[] s, int cpu) {
        Slots counter = pc;
        if (counter == null) {
            return false;
        }
        int at = (int) counter.get(s, cpu);
        for (int n = 0; n < MAX_STEPS; n++) {
            int outcome = m.program[at].code().run(s, cpu);
            if (outcome == Outcome.BLOCKED) {
                return n > 0;
            }
            if (claims != null) {
                claims.ran(at, cpu, s);
            }
            stepCount[at * 4 + outcome]++;
            if (ranCount < ran.length) {
                ran[ranCount++] = at;
            }
            int next = m.successor[at * 4 + outcome];
            if (next == 0) {
                finish(s, cpu, at);
                counter.set(s, cpu, 0);
                return true;
            }
            counter.set(s, cpu, next);
            if (!m.quiet[at]) {
                return true;
            }
            at = next;
        }
        throw new IllegalStateException(m.stepName(at) + " does not come to a boundary");
    }

    private void finish(long[] s, int cpu, int step) {
        int k = operations.length - 1;
        while (m.entry[k] > step) {
            k--;
        }
        Slots result = operations[k].result();
        lastResult = result == null ? -1 : (int) result.get(s, cpu);
        if (lastResult >= 0) {
            resultCount[k][lastResult]++;
        }
    }

    /** After {@link #expand}: whether an operation is unfinished and neither a CPU nor the queue can go on. */
    public boolean stuck() {
        return stuck;
    }

    /** After {@link #apply}: whether it was a call that failed and changed nothing. */
    public boolean lastWasRefused() {
        return wasRefused;
    }

    /** After {@link #apply}: the status of the operation that finished, as its result slot holds it, or -1. */
    public int lastResult() {
        return lastResult;
    }

    /** After {@link #apply}: names of the steps that ran, in order (the first 4096). */
    public List<String> lastSteps() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < ranCount; i++) {
            names.add(m.stepName(ran[i]));
        }
        return names;
    }

    /** Adds what this stepper has done to a coverage. */
    public void addTo(Coverage coverage) {
        coverage.add(m, taken, stepCount, resultCount, refused);
    }
}
