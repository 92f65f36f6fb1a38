package dev.moat.machine;

import dev.moat.model.Action;
import dev.moat.model.Guarded;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.ProgramException;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Executes actions and the programs of operations on a state, in place, and remembers the effects of the last
 * operation. It leaves a state as the code leaves it: not normalised, and half changed if something cannot go on.
 */
final class Execution {
    private static final int MAX_STEPS = 100_000;
    /** Times that the queue consumer acts for an operation that stays blocked: far more than a queue has slots. */
    private static final int MOST_SERVED = 5_000;
    /** Steps remembered. */
    private static final int MOST_REMEMBERED = 4096;

    private final Machine m;
    private final @Nullable Slots pc;
    private final boolean stepwise;
    private final Guarded[] actionCode;
    private final boolean[] service;
    private final Operation[] operations;
    private final Counters counters;
    private final int[] ran = new int[MOST_REMEMBERED];
    private int ranCount;
    private int lastResult;
    private @Nullable Consumer<long[]> watcher;
    private @Nullable ClaimWatch claims;

    Execution(Machine machine, Counters counters) {
        m = machine;
        this.counters = counters;
        pc = m.model().pc();
        stepwise = m.granularity() == Granularity.STEP;
        List<Action> actions = m.model().actions();
        actionCode = actions.stream().map(Action::code).toArray(Guarded[]::new);
        service = new boolean[actions.size()];
        for (int k = 0; k < service.length; k++) {
            service[k] = actions.get(k).service();
        }
        operations = m.model().operations().toArray(new Operation[0]);
    }

    /** Tells this of everything that is executed from now on. */
    void tell(ClaimWatch watch) {
        claims = watch;
    }

    /** Shows the state to a watcher before the queue consumer acts for a call that waits. */
    void watch(Consumer<long[]> observer) {
        watcher = observer;
    }

    /** Whether no operation runs on a CPU. */
    boolean isIdle(long[] s, int cpu) {
        Slots counter = pc;
        return counter != null && counter.get(s, cpu) == 0;
    }

    /** Whether an action serves waiting operations. */
    boolean isService(int action) {
        return service[action];
    }

    /** An action as an instance of the alphabet has it; false, with the state unchanged, when it is not enabled. */
    boolean act(int action, int instance, long[] s) {
        int o = instance * 5;
        int[] args = m.arguments;
        return actionCode[action].apply(s, args[o], args[o + 1], args[o + 2], args[o + 3], args[o + 4]);
    }

    /** Forgets what the last operation did. */
    void forget() {
        ranCount = 0;
        lastResult = -1;
    }

    /** Starts an operation as an instance of the alphabet does; false when the call makes no sense. */
    boolean begin(int operation, int cpu, int instance, long[] s) {
        forget();
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

    /** What a start does beyond the start, at this granularity: one transition, or everything to the end. */
    boolean proceed(int cpu, long[] s) {
        return pc != null && (stepwise ? advance(s, cpu) : runToEnd(s, cpu, pc));
    }

    /** As {@link Stepper#call(String, int, long[], int...)}; what is left is not normalised. */
    int call(String operation, int cpu, long[] s, int... args) {
        Slots counter = pc;
        Operation.Start begin = m.model().call(operation);
        if (begin == null || counter == null) {
            throw new IllegalArgumentException("the component declares no call " + operation);
        }
        if (!isIdle(s, cpu)) {
            throw new IllegalStateException("a call on a busy CPU");
        }
        int[] a = Arrays.copyOf(args, 5);
        forget();
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
        return lastResult;
    }

    /**
     * Runs an operation back to back; while it is blocked only the queue consumer acts, in order. It is left unfinished where that does
     * not help, or goes on in a circle.
     */
    private boolean runToEnd(long[] s, int cpu, Slots counter) {
        boolean any = false;
        int served = 0;
        for (int n = 0; n < MAX_STEPS && served < MOST_SERVED; n++) {
            served++;
            if (advance(s, cpu)) {
                any = true;
                served = 0;
                if (counter.get(s, cpu) == 0) {
                    return true;
                }
            } else if (!serve(s)) {
                return any;
            }
        }
        if (served == MOST_SERVED) {
            return any;
        }
        throw new ProgramException(m.stepName((int) counter.get(s, cpu)) + " is reached after " + MAX_STEPS
                + " steps of one call: it does not end");
    }

    /** The first enabled action that serves waiting operations; false when there is none. */
    boolean serve(long[] s) {
        Consumer<long[]> observer = watcher;
        if (observer != null) {
            observer.accept(s);
        }
        int i = 0;
        for (int k = 0; k < actionCode.length; k++) {
            for (int end = m.actionEnd[k]; i < end; i++) {
                if (service[k] && act(k, i, s)) {
                    counters.took(i);
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
            if ((outcome & ~Outcome.DONE) != 0) {
                return isBlocked(at, outcome) && n > 0;
            }
            if (claims != null) {
                claims.ran(at, cpu, s);
            }
            counters.ran(at, outcome);
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
        throw new ProgramException(m.stepName(at) + " is reached after " + MAX_STEPS
                + " quiet steps in a row: no other CPU would ever come between");
    }

    /** Of an outcome that is none of those after which the program goes on. */
    private boolean isBlocked(int step, int outcome) {
        if (outcome != Outcome.BLOCKED) {
            throw new ProgramException(m.stepName(step) + " answers " + outcome + ", which is no outcome of a step");
        }
        return true;
    }

    private void finish(long[] s, int cpu, int step) {
        int k = operations.length - 1;
        while (m.entry[k] > step) {
            k--;
        }
        Slots result = operations[k].result();
        lastResult = result == null ? -1 : (int) result.get(s, cpu);
        if (lastResult >= 0) {
            counters.ended(k, lastResult);
        }
    }

    /** The status of the last operation, as its result slot holds it; -1 when it has none or did not end. */
    int lastResult() {
        return lastResult;
    }

    /** Names of the steps that ran, in order, the first {@value #MOST_REMEMBERED}. */
    List<String> lastSteps() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < ranCount; i++) {
            names.add(m.stepName(ran[i]));
        }
        return names;
    }
}
