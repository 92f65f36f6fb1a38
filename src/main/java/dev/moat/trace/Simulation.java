package dev.moat.trace;

import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Long random walks through a machine that is too large to explore. Every invariant is evaluated in every state.
 * Deadlock is looked for in every hundredth state and at the end of a walk. Deterministic: a walk depends on seed and
 * number alone, so an interrupted simulation continues with the walk in which it stopped. For one thread.
 */
public final class Simulation {
    private static final int DEADLOCK_EVERY = 100;
    /** Odd, and not the step of a {@link SplittableRandom}, whose sequences would be one sequence begun one number later each time. */
    private static final long SPREAD = 0xD1342543DE82EF95L;

    private final TraceRunner runner;
    private final ActionChooser dice;
    private final long[] before;
    /** What the model counts, added up. */
    private final long[] counted;

    private long transitions;
    private long walks;
    private boolean interrupted;
    private boolean violatedAtFirst;
    private long unwitnessed;

    /**
     * What was done.
     *
     * @param transitions performed and judged
     * @param walks begun
     * @param next number of the walk with which to go on
     * @param rejected letters that were tried and were not enabled, or were refused
     * @param taken how often each letter of the alphabet was taken
     * @param coverage which steps ran, with which outcomes and statuses, and those of letters that came to nothing
     * @param reached what the model counts, by name; empty where it counts nothing
     * @param unwitnessed ids of the invariants whose premises were met in no judged state, where the judge tells
     * @param violation the walk that violated something, cut there and not minimised; null for none
     * @param interrupted whether the thread was interrupted
     */
    public record Result(
            long transitions,
            long walks,
            long next,
            long rejected,
            List<Long> taken,
            Coverage coverage,
            Map<String, Long> reached,
            List<String> unwitnessed,
            @Nullable Trace violation,
            boolean interrupted) {}

    /** Hears about progress; called after each walk. */
    @FunctionalInterface
    public interface Listener {
        void walked(long walks, long transitions);
    }

    /** A simulation of one machine, judged by one judge. */
    public Simulation(TraceRunner runner) {
        this.runner = runner;
        dice = new ActionChooser(runner, true);
        unwitnessed = runner.invariants();
        before = new long[runner.machine().schema().words()];
        Slots tally = runner.machine().model().tally();
        counted = new long[tally == null ? 0 : tally.size()];
    }

    /**
     * Walks until a violation, an interrupt, or the end; one walk only where nothing is possible in the initial state.
     *
     * @param seed any number
     * @param first number of the first walk, from 0
     * @param steps transitions in all, at least 1
     * @param length transitions of a walk, at least 1; it ends earlier where next to nothing is enabled
     */
    public Result run(long seed, long first, long steps, int length, Listener listener) {
        long number = first;
        Trace violation = null;
        boolean still = false;
        while (violation == null && !interrupted && !still && transitions < steps) {
            long begun = transitions;
            SplittableRandom random = new SplittableRandom(begin(seed, number));
            walks++;
            violation = walk(random, (int) Math.min(length, steps - transitions));
            number += interrupted ? 0 : 1;
            // All walks begin in one state: where nothing is possible there, no other walk does more.
            still = transitions == begun;
            listener.walked(walks, transitions);
        }
        List<Long> taken = Arrays.stream(dice.taken()).boxed().toList();
        return new Result(
                transitions,
                walks,
                number,
                dice.rejected(),
                taken,
                runner.coverage(),
                reached(),
                runner.ids(unwitnessed),
                violation,
                interrupted);
    }

    /** Where the random numbers of a walk begin: those of two walks have nothing to do with each other. */
    static long begin(long seed, long number) {
        long z = seed * SPREAD + number;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** One walk; its letters when it violates something. */
    private @Nullable Trace walk(SplittableRandom random, int length) {
        long[] s = runner.machine().initial();
        List<Integer> letters = new ArrayList<>();
        dice.begin();
        boolean violated = isViolatedAtFirst(s);
        while (!violated && letters.size() < length) {
            if (Thread.currentThread().isInterrupted()) {
                interrupted = true;
                return null;
            }
            System.arraycopy(s, 0, before, 0, s.length);
            int letter = dice.roll(random, s);
            if (letter < 0) {
                break;
            }
            letters.add(letter);
            transitions++;
            count(s);
            unwitnessed &= ~runner.witnessed(s, unwitnessed);
            violated = runner.violatedSince(before, s) != 0 || (isLookedAt(letters.size()) && runner.isStuck(s));
        }
        return violated || (!isLookedAt(letters.size()) && runner.isStuck(s)) ? new Trace(letters) : null;
    }

    /** Whether deadlock is looked for after so many letters of a walk, of none too. */
    private static boolean isLookedAt(int letters) {
        return letters % DEADLOCK_EVERY == 0;
    }

    /** Of the initial state, which is judged once: whether a call waits there is asked of each that there is, and at real sizes there are many. */
    private boolean isViolatedAtFirst(long[] initial) {
        if (walks == 1) {
            violatedAtFirst = runner.violated(initial) != 0;
            unwitnessed &= ~runner.witnessed(initial, unwitnessed);
        }
        return violatedAtFirst;
    }

    private void count(long[] s) {
        Slots tally = runner.machine().model().tally();
        for (int i = 0; tally != null && i < counted.length; i++) {
            counted[i] += tally.get(s, i);
        }
    }

    private Map<String, Long> reached() {
        Map<String, Long> all = new LinkedHashMap<>();
        Slots tally = runner.machine().model().tally();
        for (int i = 0; tally != null && i < counted.length; i++) {
            all.put(tally.index().get(0).label(i), counted[i]);
        }
        return all;
    }

    /** The machine that is simulated. */
    public Machine machine() {
        return runner.machine();
    }
}
