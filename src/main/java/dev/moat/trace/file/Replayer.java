package dev.moat.trace.file;

import dev.moat.liveness.Response;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.state.Slots;
import dev.moat.trace.Round;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs counterexamples again and compares every state with the record. */
public final class Replayer {
    private final TraceRunner runner;
    private final Machine machine;
    private final Counterexample c;
    private final long target;
    private final List<Transition> transitions = new ArrayList<>();
    private Replay.@Nullable Difference difference;
    /** Recorded actions that were not possible. */
    private int impossible;

    private Replayer(Counterexample c, Machine machine, StateJudge judge) {
        this.c = c;
        this.machine = machine;
        runner = new TraceRunner(machine, judge);
        target = runner.set(c.violates());
    }

    /**
     * Replays on the machine that the counterexample describes.
     *
     * @throws dev.moat.model.BadSettingException when the catalog cannot build the machine
     * @throws dev.moat.input.InputException when a property that the counterexample violates does not exist
     */
    public static Replay replay(Counterexample c, Catalog catalog, StateJudge.Source judges) {
        Machine machine = catalog.machine(c.machine());
        return replay(c, machine, judges.judge(machine, c.invariants()));
    }

    /** Replays on a given machine; properties that the judge does not know count as not violated. */
    public static Replay replay(Counterexample c, Machine machine, StateJudge judge) {
        return new Replayer(c, machine, judge).run();
    }

    private Replay run() {
        Map<String, Integer> alphabet = Trace.alphabet(machine);
        long[] s = machine.initial();
        compare(0, CounterexampleFile.INIT, s);
        long violated = difference == null ? 0 : runner.violated(s) & target;
        for (int k = 1; k < c.states().size() && violated == 0; k++) {
            Integer letter = alphabet.get(c.actions().get(k - 1));
            violated = letter == null ? 0 : endBefore(k, machine.instance(letter), s);
            if (violated == 0) {
                take(k, letter, s);
                violated = difference == null ? 0 : runner.violated(s) & target;
            }
        }
        boolean follows = difference == null;
        if (Response.is(c.violates().get(0))) {
            return endless(follows, alphabet);
        }
        violated = runner.violated(s) & target;
        if (violated != 0) {
            return result(follows ? Replay.Outcome.REPRODUCED : Replay.Outcome.DIVERGED, violated, null);
        }
        violated = endAtFirst();
        if (violated != 0) {
            return result(Replay.Outcome.DIVERGED, violated, null);
        }
        RunOn on = RunOn.of(runner, target, s);
        return on == null ? result(left(follows), 0, null) : unended(follows, on);
    }

    /** Nothing is broken at the end: that what was broken before is mended there makes nothing right. Answers what that is. */
    private long endAtFirst() {
        long violated = runner.violated(machine.initial()) & target;
        int done = 0;
        while (violated == 0 && done < transitions.size()) {
            violated = runner.violated(transitions.get(done++).state()) & target;
        }
        transitions.subList(done, transitions.size()).clear();
        return violated;
    }

    /** An operation that takes more steps than it did comes to its end before its CPU begins the next one; answers what breaks then. */
    private long endBefore(int k, Machine.Instance it, long[] s) {
        Slots pc = machine.model().pc();
        if (pc == null || it.kind() != Machine.Kind.START || pc.get(s, it.cpu()) == 0) {
            return 0;
        }
        notEnabled(k);
        RunOn first = RunOn.alone(runner, target, it.cpu(), s);
        transitions.addAll(first.transitions());
        first.copyTo(s);
        return first.violated();
    }

    private void take(int k, @Nullable Integer letter, long[] s) {
        Transition done = letter == null ? null : runner.perform(letter, s);
        if (done == null) {
            impossible++;
            notEnabled(k);
        } else {
            transitions.add(done);
            compare(k, c.actions().get(k - 1), s);
        }
    }

    private void notEnabled(int k) {
        if (difference == null) {
            difference = new Replay.Difference(k, c.actions().get(k - 1), false, List.of());
        }
    }

    /** The record ends within an operation, and nothing is broken there: what comes of it decides. */
    private Replay unended(boolean follows, RunOn on) {
        boolean later = on.violated() != 0;
        // A record of no-deadlock alone ends where nothing leads on: it changes when something is possible there.
        if (follows && !c.whole() && (later || !c.invariants().isEmpty())) {
            return result(Replay.Outcome.NOTHING, 0, null);
        }
        if (later) {
            transitions.addAll(on.transitions());
            return result(Replay.Outcome.DIVERGED, on.violated(), on);
        }
        Replay.Outcome outcome = left(follows);
        boolean told = outcome == Replay.Outcome.DIVERGED || on.unfinished().isEmpty();
        return result(told ? outcome : Replay.Outcome.UNDECIDED, 0, on);
    }

    private Replay result(Replay.Outcome outcome, long violated, @Nullable RunOn on) {
        return result(outcome, runner.ids(violated), null, on);
    }

    private Replay result(Replay.Outcome outcome, List<String> violated, @Nullable Round round, @Nullable RunOn on) {
        Replay.Rest rest = on == null
                ? new Replay.Rest(impossible, 0, List.of())
                : new Replay.Rest(impossible, on.transitions().size(), on.unfinished());
        return new Replay(outcome, c, transitions, difference, new Replay.Shown(violated, round, rest));
    }

    /** Nothing is broken. Where every state is as recorded no transition is missing, and it is the property that changed. */
    private Replay.Outcome left(boolean follows) {
        return follows || c.machine().faults().isEmpty() ? Replay.Outcome.FIXED : Replay.Outcome.DIVERGED;
    }

    /** Of what breaks a response it is the whole that is judged, by its letters; whether the states are as recorded is another question. */
    private Replay endless(boolean follows, Map<String, Integer> alphabet) {
        Round found =
                c.lasso(alphabet).flatMap(lasso -> Round.of(machine, lasso)).orElse(null);
        Replay.Outcome broken = follows ? Replay.Outcome.REPRODUCED : Replay.Outcome.DIVERGED;
        List<String> violated = found == null ? List.of() : c.violates();
        return result(found == null ? left(follows) : broken, violated, found, null);
    }

    private void compare(int k, String action, long[] s) {
        List<String> recorded = c.states().get(k);
        List<String> now = Counterexample.values(machine, s);
        if (difference != null || recorded.equals(now)) {
            return;
        }
        List<String> lines = new ArrayList<>();
        int at = 0;
        for (Slots f : machine.schema().families()) {
            for (int i = 0; i < f.size(); i++, at++) {
                String was = at < recorded.size() ? recorded.get(at) : Counterexample.MISSING;
                if (!was.equals(now.get(at))) {
                    lines.add(f.label(i) + ": recorded " + Counterexample.print(machine, recorded, f, i) + ", now "
                            + Counterexample.print(machine, now, f, i));
                }
            }
        }
        difference = new Replay.Difference(k, action, true, lines);
    }
}
