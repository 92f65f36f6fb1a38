package dev.moat.trace;

import dev.moat.limit.StoppedException;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The part of a violation that is due to the initial state: slots that nothing has changed and without which the first
 * broken property would hold. Found by trial: each slot is changed alone in the last state, which is then judged.
 */
public final class InitialState {
    private final TraceRunner runner;
    private final Bookkeeping bookkeeping;

    /** For traces of the runner's machine, judged as it judges them. */
    public InitialState(TraceRunner runner) {
        this.runner = runner;
        bookkeeping = new Bookkeeping(runner.machine());
    }

    /**
     * For example {@code owner[f0]: d1}, in the order of declaration; nothing when no invariant is broken, or not for one slot's
     * sake.
     */
    public List<String> matters(List<Transition> transitions) {
        long[] last = transitions.isEmpty()
                ? runner.machine().initial()
                : transitions.get(transitions.size() - 1).state();
        long broken = Long.lowestOneBit(runner.violated(last) & ~TraceRunner.DEADLOCK);
        List<String> found = new ArrayList<>();
        if (broken == 0) {
            return found;
        }
        Set<String> changed = transitions.stream()
                .flatMap(t -> t.changes().stream())
                .map(c -> c.slots().label(c.element()))
                .collect(Collectors.toSet());
        for (Slots f : runner.machine().schema().families()) {
            for (int i = 0; i < f.size() && f.width() > 0 && !bookkeeping.is(f); i++) {
                long value = f.get(last, i);
                long other = another(f, value);
                if (other != value && !changed.contains(f.label(i)) && !breaks(broken, last, f, i, other)) {
                    found.add(f.label(i) + ": " + f.print(last, i));
                }
            }
        }
        return found;
    }

    private boolean breaks(long broken, long[] last, Slots f, int i, long other) {
        long[] s = last.clone();
        f.set(s, i, other);
        try {
            return runner.violates(s, broken);
        } catch (StoppedException e) {
            throw e;
        } catch (RuntimeException e) {
            // Nothing leads to that state, and code that refuses it says nothing about the one that was reached.
            return true;
        }
    }

    /** What all begin with, or of names another one; itself where there is no other that says something. */
    private static long another(Slots f, long value) {
        if (value != f.fixed()) {
            return f.fixed();
        }
        Sort names = f.values();
        return names == null || f.optional() || names.size() < 2 ? value : value == 0 ? 1 : 0;
    }
}
