package dev.moat.machine;

import dev.moat.bits.Watched;
import dev.moat.logic.claims.TransitionJudge;
import dev.moat.state.Schema;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The transitions of a {@link Machine}, on one thread; holds scratch space and counters, no state of the system. */
public final class Stepper {
    /** Receives successors; the array is scratch and must be copied to be kept. */
    @FunctionalInterface
    public interface Sink {
        void successor(int instance, long[] s);
    }

    private final Machine m;
    private final Schema schema;
    private final Counters counters;
    private final Execution execution;
    private final boolean stepwise;
    private long[] scratch;
    private final long[] before;
    private final CpuWords locals;
    private boolean stuck;
    /** In the last expansion a call could have begun, but for its first step, which waits. */
    private boolean waits;

    private boolean wasRefused;
    /** Of the last expansion, the first letter that drops a lock which its CPU does not have, or -1; where states are watched. */
    private int unheldLetter;

    private int unheldLock;
    private @Nullable ClaimWatch claims;
    private long @Nullable [] leftOver;

    Stepper(Machine machine) {
        m = machine;
        schema = m.schema();
        counters = new Counters(m);
        execution = new Execution(m, counters);
        stepwise = m.granularity() == Granularity.STEP;
        scratch = new long[schema.words()];
        before = new long[schema.words()];
        locals = new CpuWords(m);
    }

    /** Has {@link #expand} take watched states from now on, of which successors say who has which lock. */
    public void watchLocks() {
        scratch = Watched.state();
    }

    /** Offers every successor of a state to the sink, in the order of the alphabet. The state is not changed. */
    public void expand(long[] s, Sink sink) {
        unheldLetter = -1;
        load(s);
        if (claims != null) {
            claims.open(s);
        }
        boolean served = expandActions(s, sink);
        waits = false;
        boolean running = false;
        boolean advanced = false;
        for (int cpu = 0; cpu < m.cpus; cpu++) {
            int base = m.firstStart + cpu * (m.startsPerCpu + 1);
            if (execution.isIdle(s, cpu)) {
                expandStarts(s, cpu, base, sink);
            } else {
                running = true;
                if (claims != null) {
                    claims.begin();
                }
                if (stepwise && execution.advance(scratch, cpu)) {
                    advanced = true;
                    emit(base + m.startsPerCpu, s, sink);
                }
            }
        }
        // Where nobody is under way, a call waits at its door for what nobody is going to do: a lock that an earlier
        // one has kept.
        stuck = running ? !stepwise || (!advanced && !served) : waits && !served;
    }

    private boolean expandActions(long[] s, Sink sink) {
        boolean served = false;
        int i = 0;
        for (int k = 0; k < m.actionEnd.length; k++) {
            for (int end = m.actionEnd[k]; i < end; i++) {
                if (execution.act(k, i, scratch)) {
                    served |= execution.isService(k);
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
        for (int k = 0; k < m.startEnd.length; k++) {
            for (int end = m.startEnd[k]; i < end; i++) {
                boolean begun = execution.begin(k, cpu, base + i, scratch);
                assert locals.onlyDifference(s, scratch) : strays(k);
                boolean goesOn = begun && execution.proceed(cpu, scratch);
                waits |= begun && !goesOn;
                if (goesOn) {
                    if (execution.isIdle(scratch, cpu) && unchanged(s)) {
                        counters.refused();
                        noteUnheld(base + i);
                    } else {
                        emit(base + i, s, sink);
                        continue;
                    }
                }
                load(s);
            }
        }
    }

    private void load(long[] s) {
        if (scratch.length == Watched.LENGTH) {
            Watched.copy(s, scratch, schema.words());
        } else {
            System.arraycopy(s, 0, scratch, 0, scratch.length);
        }
    }

    private void noteUnheld(int instance) {
        if (unheldLetter < 0 && scratch.length == Watched.LENGTH && Watched.unheld(scratch) >= 0) {
            unheldLetter = instance;
            unheldLock = Watched.unheld(scratch);
        }
    }

    /** Whether a finished call left everything as it was; normalises the scratch state on the way. */
    private boolean unchanged(long[] s) {
        schema.normalise(scratch);
        return same(s, scratch);
    }

    private boolean same(long[] a, long[] b) {
        return Arrays.equals(a, 0, schema.words(), b, 0, schema.words());
    }

    private void emit(int instance, long[] s, Sink sink) {
        boolean moved = schema.normalise(scratch);
        if (claims != null) {
            claims.end(scratch, moved || instance >= m.firstStart, instance);
        }
        counters.took(instance);
        noteUnheld(instance);
        sink.successor(instance, scratch);
        load(s);
    }

    /**
     * Performs one instance in place.
     *
     * @return false, with the state unchanged, when it is not enabled; a call that was refused and changed nothing
     *     counts as performed here, see {@link #lastWasRefused}
     */
    public boolean apply(int instance, long[] s) {
        execution.forget();
        wasRefused = false;
        Machine.Instance it = m.instance(instance);
        if (it.kind() == Machine.Kind.START) {
            return execution.isIdle(s, it.cpu()) && start(instance, it, s);
        }
        boolean enabled = it.kind() == Machine.Kind.ACTION
                ? execution.act(it.target(), instance, s)
                : stepwise && !execution.isIdle(s, it.cpu()) && execution.advance(s, it.cpu());
        if (enabled) {
            setBack(s);
        }
        return enabled;
    }

    private void setBack(long[] s) {
        if (leftOver != null) {
            System.arraycopy(s, 0, leftOver, 0, s.length);
        }
        schema.normalise(s);
    }

    /**
     * Has {@link #apply} keep the states that it comes to as they are before what is dead in them is set back.
     *
     * @return where the last one is, after each that was performed
     */
    public long[] leftOver() {
        leftOver = new long[schema.words()];
        return leftOver;
    }

    private boolean start(int instance, Machine.Instance it, long[] s) {
        locals.save(s);
        assert keep(s);
        boolean begun = execution.begin(it.target(), it.cpu(), instance, s);
        assert locals.onlyDifference(scratch, s) : strays(it.target());
        if (!begun) {
            locals.restore(s);
            return false;
        }
        System.arraycopy(s, 0, before, 0, before.length);
        locals.restore(before);
        if (!execution.proceed(it.cpu(), s)) {
            System.arraycopy(before, 0, s, 0, s.length);
            return false;
        }
        setBack(s);
        wasRefused = execution.isIdle(s, it.cpu()) && same(before, s);
        return true;
    }

    /** For the assertion alone: the state as it was before the start, where it will be compared. */
    private boolean keep(long[] s) {
        if (locals.compares()) {
            System.arraycopy(s, 0, scratch, 0, scratch.length);
        }
        return true;
    }

    private String strays(int operation) {
        return "the start of " + m.model().operations().get(operation).name()
                + " writes what is neither a local of a CPU nor taken by starts";
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
        int status = execution.call(operation, cpu, s, args);
        schema.normalise(s);
        return status;
    }

    /** Shows the state to a watcher before the queue consumer acts for a call that waits. The watcher must not change it. */
    public void watch(Consumer<long[]> observer) {
        execution.watch(observer);
    }

    /**
     * Has every transition from now on judged, step by step; returns where to ask what was wrong.
     *
     * @throws IllegalArgumentException when a step claims what the component does not explain
     */
    public ClaimWatch compareWith(TransitionJudge judge) {
        ClaimWatch watch = new ClaimWatch(m, judge);
        claims = watch;
        execution.tell(watch);
        return watch;
    }

    /** After {@link #expand} of a watched state: the first letter by which a CPU drops a lock that it does not have; -1 for none. */
    public int unheldLetter() {
        return unheldLetter;
    }

    /** The number of that lock. */
    public int unheldLock() {
        return unheldLock;
    }

    /**
     * After {@link #expand}: whether an operation is unfinished and neither a CPU nor the queue can go on; or, where none is under way, a
     * call cannot take its first step, and the queue cannot help.
     */
    public boolean stuck() {
        return stuck;
    }

    /** After {@link #apply}: whether it was a call that failed and changed nothing. */
    public boolean lastWasRefused() {
        return wasRefused;
    }

    /** After {@link #apply}: the status of the operation that finished, as its result slot holds it, or -1. */
    public int lastResult() {
        return execution.lastResult();
    }

    /** After {@link #apply}: names of the steps that ran, in order (the first 4096). */
    public List<String> lastSteps() {
        return execution.lastSteps();
    }

    /** Adds what this stepper has done to a coverage. */
    public void addTo(Coverage coverage) {
        counters.addTo(coverage);
    }
}
