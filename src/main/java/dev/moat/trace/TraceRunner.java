package dev.moat.trace;

import dev.moat.logic.judge.Reason;
import dev.moat.machine.Coverage;
import dev.moat.machine.Lookahead;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.Operation;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs traces again and says which properties are false on the way. For one thread; deterministic.
 *
 * <p>{@code @shape} a set of violated properties is a {@code long}: bit i for invariant i of the judge,
 * {@link #DEADLOCK} for {@link #NO_DEADLOCK}.
 */
public final class TraceRunner {
    /** Id of the property that no unfinished operation is left without anything that could go on. */
    public static final String NO_DEADLOCK = "no-deadlock";
    /** The bit of {@link #NO_DEADLOCK}. */
    public static final long DEADLOCK = 1L << 63;

    private final Machine machine;
    private final StateJudge judge;
    private final Stepper stepper;
    private final Lookahead ahead;

    private final List<String> ids;
    private @Nullable Round round;

    /**
     * A runner of one machine.
     *
     * @throws IllegalArgumentException when the judge has more than 63 invariants
     */
    public TraceRunner(Machine machine, StateJudge judge) {
        this.machine = machine;
        this.judge = judge;
        stepper = machine.stepper();
        ahead = new Lookahead(machine);
        ids = List.copyOf(judge.ids());
        if (ids.size() > 63) {
            throw new IllegalArgumentException("at most 63 invariants can be judged at once, not " + ids.size());
        }
    }

    /** A runner of another machine, judged by the same properties. */
    public TraceRunner on(Machine other) {
        return new TraceRunner(other, judge.on(other));
    }

    /** From now on explains runs that go on for ever like this. */
    public TraceRunner goingOn(@Nullable Round how) {
        round = how;
        return this;
    }

    /** How the runs that are explained go on for ever, where that is what is wrong. */
    public @Nullable Round round() {
        return round;
    }

    /** The machine whose traces it runs. */
    public Machine machine() {
        return machine;
    }

    /** The properties that are false in a state, as a set. */
    public long violated(long[] s) {
        return judge.violated(s) | (isStuck(s) ? DEADLOCK : 0);
    }

    /** Whether a property of the target is false. */
    boolean violates(long[] s, long target) {
        return judge.violated(s, target) != 0 || ((target & DEADLOCK) != 0 && isStuck(s));
    }

    /** The invariants that are false in a state that follows one in which all hold, as a set; without deadlock. */
    public long violatedSince(long[] holding, long[] s) {
        return judge.violatedSince(holding, s);
    }

    /** Whether an operation is unfinished, or a call cannot begin, and nothing can go on. */
    public boolean isStuck(long[] s) {
        return ahead.isStuck(s);
    }

    /** The set of all invariants, without deadlock. */
    public long invariants() {
        return (1L << ids.size()) - 1;
    }

    /** Ids of a set of properties: invariants in the order of the judge, then {@link #NO_DEADLOCK}. */
    public List<String> ids(long set) {
        List<String> named = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if ((set >>> i & 1) != 0) {
                named.add(ids.get(i));
            }
        }
        if ((set & DEADLOCK) != 0) {
            named.add(NO_DEADLOCK);
        }
        return named;
    }

    /** The set of those properties among the given ids that the judge knows. */
    public long set(List<String> named) {
        long set = named.contains(NO_DEADLOCK) ? DEADLOCK : 0;
        for (int i = 0; i < ids.size(); i++) {
            set |= named.contains(ids.get(i)) ? 1L << i : 0;
        }
        return set;
    }

    /** Why the properties of a set are false in a state: for each its id, then the judge's lines, indented. */
    public List<String> explain(long set, long[] s) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if ((set >>> i & 1) != 0) {
                lines.add(ids.get(i) + " is false:");
                judge.explain(i, s).forEach(line -> lines.add("  " + line));
            }
        }
        if ((set & DEADLOCK) != 0) {
            List<String> unfinished = unfinished(s);
            lines.add(NO_DEADLOCK + " is false: "
                    + (unfinished.isEmpty() ? "a call is kept from beginning" : "an operation is unfinished")
                    + " and nothing can go on");
            lines.addAll(unfinished.isEmpty() ? List.of("  " + kept(s) + " cannot begin") : unfinished);
        }
        return lines;
    }

    /** What makes the first invariant of a set false in a state; nothing when only deadlock is in it. */
    public List<Reason> reasons(long set, long[] s) {
        long invariants = set & ~DEADLOCK;
        return invariants == 0 ? List.of() : judge.reasons(Long.numberOfTrailingZeros(invariants), s);
    }

    private List<String> unfinished(long[] s) {
        List<String> lines = new ArrayList<>();
        Slots pc = machine.model().pc();
        for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
            int step = (int) pc.get(s, cpu);
            if (step != 0) {
                lines.add("  " + pc.index().get(0).label(cpu) + " waits before " + machine.stepName(step));
            }
        }
        return lines;
    }

    /** The call that cannot take its first step, in a state in which none is under way and one is stuck all the same. */
    public String kept(long[] s) {
        return machine.name(ahead.firstWaiting(s));
    }

    /**
     * Performs one letter in place.
     *
     * @return what happened, or null, with the state unchanged, when the letter is not enabled
     */
    public @Nullable Transition perform(int instance, long[] s) {
        long[] before = Arrays.copyOf(s, s.length);
        if (!stepper.apply(instance, s)) {
            return null;
        }
        boolean operation = machine.instance(instance).kind() != Machine.Kind.ACTION;
        List<String> steps = operation ? stepper.lastSteps() : List.of();
        return new Transition(
                instance,
                machine.name(instance),
                machine.actor(instance),
                steps,
                operation ? result(machine.instance(instance).cpu(), steps, s) : null,
                machine.schema().diff(before, s),
                Arrays.copyOf(s, s.length));
    }

    /** The status of the operation that the last step belongs to, if the CPU is idle again. */
    private @Nullable String result(int cpu, List<String> steps, long[] s) {
        Slots pc = machine.model().pc();
        int status = stepper.lastResult();
        if (pc == null || pc.get(s, cpu) != 0 || status < 0 || steps.isEmpty()) {
            return null;
        }
        String last = steps.get(steps.size() - 1);
        for (Operation op : machine.model().operations()) {
            Slots slot = op.result();
            if (slot != null && last.startsWith(op.name() + "/")) {
                Sort sort = slot.values();
                return sort == null ? Integer.toString(status) : sort.label(status);
            }
        }
        return null;
    }

    /** Whether a letter is enabled and does more than to be refused; if so it is performed in place. */
    public boolean takesEffect(int instance, long[] s) {
        return stepper.apply(instance, s) && !stepper.lastWasRefused();
    }

    /** Whether a call on an idle CPU would run to its end now and change nothing: it is refused, sooner or later. */
    public boolean comesToNothing(int instance, long[] s) {
        return ahead.comesToNothing(instance, s);
    }

    /** Which steps, with which outcomes and statuses, this runner has performed so far. */
    public Coverage coverage() {
        Coverage coverage = new Coverage();
        stepper.addTo(coverage);
        return coverage;
    }

    /** The invariants of a set whose witnesses hold in a state, as a set. */
    public long witnessed(long[] s, long asked) {
        return asked == 0 ? 0 : judge.witnessed(s, asked);
    }

    /**
     * The letters that can be done in a state, in the order of the alphabet; not those of calls that come back and change
     * nothing.
     */
    public List<Integer> enabled(long[] s) {
        List<Integer> letters = new ArrayList<>();
        stepper.expand(s, (instance, next) -> letters.add(instance));
        return letters;
    }

    /**
     * Runs a whole trace from the initial state.
     *
     * @throws IllegalArgumentException when a letter is not enabled where the trace has it
     */
    public List<Transition> run(Trace trace) {
        List<Transition> done = new ArrayList<>();
        long[] s = machine.initial();
        for (int i = 0; i < trace.transitions(); i++) {
            Transition t = perform(trace.instances().get(i), s);
            requireEnabled(t != null, i, trace);
            done.add(Objects.requireNonNull(t));
        }
        return done;
    }

    /** The state that a trace ends in; throws as {@link #run}. */
    public long[] last(Trace trace) {
        long[] s = machine.initial();
        for (int i = 0; i < trace.transitions(); i++) {
            requireEnabled(stepper.apply(trace.instances().get(i), s), i, trace);
        }
        return s;
    }

    private void requireEnabled(boolean is, int i, Trace trace) {
        if (!is) {
            throw new IllegalArgumentException("transition " + (i + 1) + ", "
                    + machine.name(trace.instances().get(i)) + ", is not enabled");
        }
    }

    /**
     * Runs letters from the initial state, skipping those that are not enabled or are refused, up to the first state in
     * which a property of the target is false.
     *
     * @return the letters that took effect, or null when no such state is met
     */
    @Nullable
    List<Integer> reach(List<Integer> letters, long target) {
        List<Integer> taken = new ArrayList<>();
        long[] s = machine.initial();
        if (violates(s, target)) {
            return taken;
        }
        long[] before = new long[s.length];
        for (int instance : letters) {
            System.arraycopy(s, 0, before, 0, s.length);
            if (takesEffect(instance, s)) {
                taken.add(instance);
                // No property of the target was false before, so those that are false now changed.
                boolean reached =
                        (judge.violatedSince(before, s) & target) != 0 || ((target & DEADLOCK) != 0 && isStuck(s));
                if (reached) {
                    return taken;
                }
            }
        }
        return null;
    }
}
