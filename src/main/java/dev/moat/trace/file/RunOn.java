package dev.moat.trace.file;

import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the operations of a state to their ends, one after the other and nothing else. If a step waits, the units act
 * that serve it. A record that ends in this state does not say whether a property breaks on the way.
 */
final class RunOn {
    /** Transitions within which every operation ends that ends at all. */
    private static final int MANY = 5_000;

    private final TraceRunner runner;
    private final long target;
    private final Slots pc;
    private final long[] s;
    /** For each CPU the letter that advances it. */
    private final List<Integer> steps;

    private final List<Integer> services;
    private final List<Transition> transitions = new ArrayList<>();
    private long violated;

    private RunOn(TraceRunner runner, long target, Slots pc, long[] from) {
        this.runner = runner;
        this.target = target;
        this.pc = pc;
        s = Arrays.copyOf(from, from.length);
        Machine machine = runner.machine();
        steps = letters(machine, it -> it.kind() == Machine.Kind.ADVANCE);
        services = letters(machine, it -> serves(machine, it));
    }

    /**
     * Each of several operations goes first once.
     *
     * @return the first way in which a property of the target breaks or an operation does not end; else the last one, or null where
     *     nothing runs
     */
    static @Nullable RunOn of(TraceRunner runner, long target, long[] from) {
        Slots pc = runner.machine().model().pc();
        if (pc == null) {
            return null;
        }
        RunOn found = null;
        List<Integer> order = running(pc, from);
        for (int first = 0; first < order.size(); first++) {
            RunOn way = new RunOn(runner, target, pc, from);
            List<Integer> rotated = new ArrayList<>(order);
            Collections.rotate(rotated, -first);
            way.toTheEnd(rotated);
            if (way.violated != 0) {
                return way;
            }
            found = found == null || found.unfinished().isEmpty() ? way : found;
        }
        return found;
    }

    /** The operation of one CPU alone. */
    static RunOn alone(TraceRunner runner, long target, int cpu, long[] from) {
        RunOn on = new RunOn(
                runner, target, Objects.requireNonNull(runner.machine().model().pc()), from);
        on.ends(cpu);
        return on;
    }

    private static List<Integer> running(Slots pc, long[] s) {
        return IntStream.range(0, pc.size())
                .filter(cpu -> pc.get(s, cpu) != 0)
                .boxed()
                .toList();
    }

    /** Who waits for another one gets a turn again when that one has ended. */
    private void toTheEnd(List<Integer> order) {
        boolean ended = true;
        while (ended && violated == 0) {
            ended = false;
            for (int cpu : order) {
                ended |= violated == 0 && pc.get(s, cpu) != 0 && ends(cpu);
            }
        }
    }

    private boolean ends(int cpu) {
        for (int n = 0; n < MANY && violated == 0; n++) {
            Transition done = next(cpu);
            if (done == null) {
                return false;
            }
            transitions.add(done);
            violated = runner.violated(s) & target;
            if (pc.get(s, cpu) == 0) {
                return true;
            }
        }
        return false;
    }

    /** The next step of an operation; where it waits, the first that serves it. */
    private @Nullable Transition next(int cpu) {
        Transition step = runner.perform(steps.get(cpu), s);
        for (int i = 0; step == null && i < services.size(); i++) {
            step = runner.perform(services.get(i), s);
        }
        return step;
    }

    private static boolean serves(Machine machine, Machine.Instance it) {
        return it.kind() == Machine.Kind.ACTION
                && machine.model().actions().get(it.target()).service();
    }

    private static List<Integer> letters(Machine machine, Predicate<Machine.Instance> which) {
        return IntStream.range(0, machine.instances())
                .filter(i -> which.test(machine.instance(i)))
                .boxed()
                .toList();
    }

    /** Puts the state that it came to into another one. */
    void copyTo(long[] other) {
        System.arraycopy(s, 0, other, 0, s.length);
    }

    /** What happened, up to the violation if there is one. */
    List<Transition> transitions() {
        return transitions;
    }

    /** The properties of the target that are false then, as a set. */
    long violated() {
        return violated;
    }

    /** The CPUs whose operations do not end, each with the step that it is before. */
    List<String> unfinished() {
        return running(pc, s).stream()
                .map(cpu -> pc.index().get(0).label(cpu) + " before "
                        + runner.machine().stepName((int) pc.get(s, cpu)))
                .toList();
    }
}
