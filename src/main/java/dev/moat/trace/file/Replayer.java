package dev.moat.trace.file;

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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs counterexamples again and compares every state with the record. */
public final class Replayer {
    private final TraceRunner runner;
    private final Machine machine;
    private final Counterexample c;
    private final long target;
    private final List<Transition> transitions = new ArrayList<>();
    private Replay.@Nullable Difference difference;

    private Replayer(Counterexample c, Machine machine, StateJudge judge) {
        this.c = c;
        this.machine = machine;
        runner = new TraceRunner(machine, judge);
        target = runner.set(c.violates());
    }

    /**
     * Replays on the machine that the counterexample describes.
     *
     * @throws dev.moat.model.setting.BadSettingException when the catalog cannot build the machine
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
            String action = c.actions().get(k - 1);
            Integer letter = alphabet.get(action);
            Transition done = letter == null ? null : runner.perform(letter, s);
            if (done != null) {
                transitions.add(done);
                compare(k, action, s);
            } else if (difference == null) {
                difference = new Replay.Difference(k, action, false, List.of());
            }
            violated = difference == null ? 0 : runner.violated(s) & target;
        }
        boolean follows = difference == null;
        if (c.loop() != Counterexample.NO_LOOP) {
            return endless(follows, alphabet);
        }
        violated = runner.violated(s) & target;
        Replay.Outcome outcome;
        if (violated != 0) {
            outcome = follows ? Replay.Outcome.REPRODUCED : Replay.Outcome.DIVERGED;
        } else {
            outcome = follows ? unbroken(s) : left();
        }
        return new Replay(outcome, c, transitions, difference, new Replay.Shown(runner.ids(violated), null));
    }

    /**
     * Every state is as recorded, and the last one right. The reader has counted the actions: where none still runs, no transition is
     * missing, and it is the property that changed. A state that nothing leads out of changes when something is possible there.
     */
    private Replay.Outcome unbroken(long[] s) {
        Slots pc = machine.model().pc();
        boolean runs = pc != null && IntStream.range(0, pc.size()).anyMatch(cpu -> pc.get(s, cpu) != 0);
        return runs && !c.invariants().isEmpty() ? Replay.Outcome.NOTHING : Replay.Outcome.FIXED;
    }

    /** Nothing is broken where the machine left the record. */
    private Replay.Outcome left() {
        return c.machine().faults().isEmpty() ? Replay.Outcome.FIXED : Replay.Outcome.DIVERGED;
    }

    /** Of a run without end it is the whole that is judged, by its letters; whether the states are as recorded is another question. */
    private Replay endless(boolean follows, Map<String, Integer> alphabet) {
        Round found =
                c.lasso(alphabet).flatMap(lasso -> Round.of(machine, lasso)).orElse(null);
        Replay.Outcome repaired = follows ? Replay.Outcome.FIXED : left();
        Replay.Outcome broken = follows ? Replay.Outcome.REPRODUCED : Replay.Outcome.DIVERGED;
        Replay.Outcome outcome = found == null ? repaired : broken;
        List<String> violated = found == null ? List.of() : c.violates();
        return new Replay(outcome, c, transitions, difference, new Replay.Shown(violated, found));
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
                String was = at < recorded.size() ? recorded.get(at) : "missing";
                if (!was.equals(now.get(at))) {
                    lines.add(f.label(i) + ": recorded " + print(f, was) + ", now " + print(f, now.get(at)));
                }
            }
        }
        difference = new Replay.Difference(k, action, true, lines);
    }

    private static String print(Slots f, String value) {
        return value.chars().allMatch(Character::isDigit) ? f.print(Long.parseUnsignedLong(value)) : value;
    }
}
