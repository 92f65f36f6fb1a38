package dev.moat.trace;

import dev.moat.scenario.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Finds violations by chance: the second finder, for machines too large to explore. Deterministic for a seed.
 *
 * <p>Each transition first chooses a name, all with equal chance, and then its CPU and arguments; otherwise the
 * operation with the most arguments would be nearly all that happens.
 */
public final class RandomWalk {
    private static final int TRIES = 64;

    private final TraceRunner runner;
    private final List<List<Integer>> byName;

    /** Walks of one machine, judged by one judge. */
    public RandomWalk(TraceRunner runner) {
        this.runner = runner;
        Machine machine = runner.machine();
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < machine.instances(); i++) {
            Machine.Instance it = machine.instance(i);
            groups.computeIfAbsent(it.kind() + " " + it.target(), k -> new ArrayList<>())
                    .add(i);
        }
        byName = List.copyOf(groups.values());
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
            while (!violated && taken.size() < transitions && go(random, s, taken)) {
                violated = runner.violated(s) != 0;
            }
            if (violated) {
                return Optional.of(new Trace(taken));
            }
        }
        return Optional.empty();
    }

    /** One transition; false when none is enabled. */
    private boolean go(SplittableRandom random, long[] s, List<Integer> taken) {
        if (byName.isEmpty()) {
            return false;
        }
        for (int n = 0; n < TRIES; n++) {
            List<Integer> group = byName.get(random.nextInt(byName.size()));
            int letter = group.get(random.nextInt(group.size()));
            if (runner.takesEffect(letter, s)) {
                taken.add(letter);
                return true;
            }
        }
        // Few letters are enabled, so chance alone may miss them for long.
        List<Integer> enabled = runner.enabled(s);
        if (enabled.isEmpty()) {
            return false;
        }
        int letter = enabled.get(random.nextInt(enabled.size()));
        taken.add(letter);
        return runner.takesEffect(letter, s);
    }
}
