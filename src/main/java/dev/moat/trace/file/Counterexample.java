package dev.moat.trace.file;

import dev.moat.liveness.Lasso;
import dev.moat.liveness.Response;
import dev.moat.machine.Machine;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A violating trace together with everything that is needed to run it again elsewhere.
 *
 * @param scenario id of the scenario in which it was found
 * @param machine the machine, injected faults included
 * @param schema {@link dev.moat.state.Schema#version} of the machine's state layout
 * @param violates ids of the properties that are false in the last state, {@link TraceRunner#NO_DEADLOCK} included; with a loop the
 *     one response that the run without end breaks
 * @param actions printable names of the letters, in order
 * @param states the values of all slots in the order of {@link #labels}, one list for the initial state and one after
 *     each action; a value is an unsigned decimal number, for a step counter the name of the step that runs next
 * @param sources where each action comes from, in words, when something recorded led to it; otherwise empty
 * @param loop index of the state that the last one is the same as, from which on everything is repeated for ever; {@link #NO_LOOP}
 *     where a state is what is wrong
 * @param whole whether no transition can be missing; not of a file from before their number was written
 */
public record Counterexample(
        String scenario,
        MachineSpec machine,
        String schema,
        List<String> violates,
        List<String> actions,
        List<List<String>> states,
        List<String> sources,
        int loop,
        boolean whole) {
    /** {@link #loop} of a record that ends. */
    public static final int NO_LOOP = -1;
    /** Instead of a value that a recorded state does not have. */
    static final String MISSING = "missing";

    /** @throws IllegalArgumentException when there is not one state more than there are actions, or not one source each, or no
     *     state to go back to */
    public Counterexample {
        violates = List.copyOf(violates);
        actions = List.copyOf(actions);
        states = List.copyOf(states);
        sources = List.copyOf(sources);
        if (!sources.isEmpty() && sources.size() != actions.size()) {
            throw new IllegalArgumentException(actions.size() + " actions do not have " + sources.size() + " sources");
        }
        if (states.size() != actions.size() + 1) {
            throw new IllegalArgumentException(
                    actions.size() + " actions lead through " + (actions.size() + 1) + " states, not " + states.size());
        }
        if (loop < NO_LOOP || loop >= states.size()) {
            throw new IllegalArgumentException("there is no state " + loop + " to go back to");
        }
    }

    /** One that comes from nothing recorded. */
    public Counterexample(
            String scenario,
            MachineSpec machine,
            String schema,
            List<String> violates,
            List<String> actions,
            List<List<String>> states) {
        this(scenario, machine, schema, violates, actions, states, List.of(), NO_LOOP, true);
    }

    /** The same with other sources. */
    public Counterexample withSources(List<String> others) {
        return new Counterexample(scenario, machine, schema, violates, actions, states, others, loop, whole);
    }

    /**
     * Records a trace by running it.
     *
     * @param scenario id of the scenario
     * @param spec what the runner's machine was built from
     * @throws IllegalArgumentException when the trace does not run, or violates nothing at its end
     */
    public static Counterexample record(String scenario, MachineSpec spec, TraceRunner runner, Trace trace) {
        List<String> violated = runner.ids(runner.violated(runner.last(trace)));
        return record(scenario, spec, runner.machine(), new Known(trace, violated, NO_LOOP));
    }

    /**
     * Records what is known to be wrong, by running it.
     *
     * @throws IllegalArgumentException when the trace does not run
     */
    public static Counterexample record(String scenario, MachineSpec spec, Machine machine, Known known) {
        List<Transition> done = new TraceRunner(machine, StateJudge.NOBODY).run(known.trace());
        return new Counterexample(
                scenario,
                spec,
                machine.schema().version(),
                known.violates(),
                known.trace().names(machine),
                states(machine, done),
                List.of(),
                known.loop(),
                true);
    }

    /**
     * What has to be kept of a counterexample to record it again; its states take a hundred times the memory.
     *
     * @param violates as {@link Counterexample#violates}
     * @param loop as {@link Counterexample#loop}
     */
    public record Known(Trace trace, List<String> violates, int loop) {
        /** @throws IllegalArgumentException when nothing is violated */
        public Known {
            if (violates.isEmpty()) {
                throw new IllegalArgumentException("the trace violates nothing at its end");
            }
            violates = List.copyOf(violates);
        }

        /** The run without end that a lasso is. */
        public static Known of(Lasso lasso) {
            int loop = lasso.response().isEndless() ? lasso.loop() : NO_LOOP;
            return new Known(
                    new Trace(lasso.letters()), List.of(lasso.response().id()), loop);
        }
    }

    private static List<List<String>> states(Machine machine, List<Transition> done) {
        List<List<String>> states = new ArrayList<>();
        states.add(values(machine, machine.initial()));
        done.forEach(t -> states.add(values(machine, t.state())));
        return states;
    }

    /** Ids of the invariants among what is violated: all but those that have no file. */
    public List<String> invariants() {
        return violates.stream()
                .filter(id -> !id.equals(TraceRunner.NO_DEADLOCK) && !Response.is(id))
                .toList();
    }

    /**
     * As a run that breaks a response on a machine; nothing where it breaks none, or the machine has not all of its letters.
     *
     * @param alphabet letters of the machine by name
     */
    Optional<Lasso> lasso(Map<String, Integer> alphabet) {
        boolean known = alphabet.keySet().containsAll(actions);
        int from = loop == NO_LOOP ? actions.size() : loop;
        return Response.of(violates.get(0))
                .filter(r -> known && r.isEndless() == (loop != NO_LOOP))
                .map(r -> new Lasso(r, actions.stream().map(alphabet::get).toList(), from));
    }

    /** The same record for the machine without its injected faults; replayed, it must not be reproduced. */
    public Counterexample withoutFaults() {
        return new Counterexample(
                scenario, machine.withFaults(List.of()), schema, violates, actions, states, sources, loop, whole);
    }

    /** Printable names of all slots of a machine, in the order of declaration. */
    static List<String> labels(Machine machine) {
        List<String> labels = new ArrayList<>();
        for (Slots f : machine.schema().families()) {
            for (int i = 0; i < f.size(); i++) {
                labels.add(f.label(i));
            }
        }
        return labels;
    }

    /** The values of all slots in the order of {@link #labels}, as they are recorded. */
    static List<String> values(Machine machine, long[] s) {
        List<String> values = new ArrayList<>();
        for (Slots f : machine.schema().families()) {
            for (int i = 0; i < f.size(); i++) {
                long v = f.get(s, i);
                values.add(f == machine.model().pc() ? machine.stepName((int) v) : Long.toUnsignedString(v));
            }
        }
        return values;
    }

    /**
     * Element i of a recorded state as a person reads it; a step counter is recorded so.
     *
     * @param values of the state, as {@link #values}
     */
    static String print(Machine machine, List<String> values, Slots f, int i) {
        String value = value(machine, values, f, i);
        return isNumber(value) ? f.print(number(value), number(value(machine, values, f.kinds(), i))) : value;
    }

    /** Whether a recorded value is a number, and not the name of a step, which may begin with a digit. */
    static boolean isNumber(String value) {
        return value.chars().allMatch(Character::isDigit);
    }

    private static long number(String value) {
        return isNumber(value) ? Long.parseUnsignedLong(value) : 0;
    }

    private static String value(Machine machine, List<String> values, Slots f, int i) {
        List<Slots> families = machine.schema().families();
        int at = families.stream().takeWhile(g -> g != f).mapToInt(Slots::size).sum() + i;
        return at < values.size() ? values.get(at) : MISSING;
    }
}
