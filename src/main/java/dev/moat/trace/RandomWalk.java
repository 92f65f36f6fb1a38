package dev.moat.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Finds violations by chance: the second finder, for machines too large to explore. Deterministic for a seed.
 *
 * <p>Each transition first chooses a name, all with equal chance, and then its CPU and arguments; otherwise the
 * operation with the most arguments would be nearly all that happens.
 */
public final class RandomWalk {
    private final TraceRunner runner;
    private final ActionChooser dice;

    /** Walks of one machine, judged by one judge. */
    public RandomWalk(TraceRunner runner) {
        this.runner = runner;
        dice = new ActionChooser(runner, false);
    }

    /**
     * The first violating trace that the walks of a seed meet, cut at its first violating state, not minimised.
     *
     * @param transitions at most so many in a walk; it ends earlier where nothing is enabled
     * @param walks at most so many, each from the initial state
     */
    public Optional<Trace> find(long seed, int transitions, int walks) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int w = 0; w < walks; w++) {
            List<Integer> taken = new ArrayList<>();
            long[] s = runner.machine().initial();
            boolean violated = runner.violated(s) != 0;
            int letter = 0;
            long[] holding = s.clone();
            while (!violated && letter >= 0 && taken.size() < transitions) {
                letter = dice.roll(random, s);
                if (letter >= 0) {
                    taken.add(letter);
                    // Everything held before, so that only what this letter changed can break anything.
                    violated = runner.violatedSince(holding, s) != 0 || runner.isStuck(s);
                    System.arraycopy(s, 0, holding, 0, s.length);
                }
            }
            if (violated) {
                return Optional.of(new Trace(taken));
            }
        }
        return Optional.empty();
    }
}
