package dev.moat.trace;

import dev.moat.scenario.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Chooses what happens next in a random walk, and counts. For one thread.
 *
 * <p>Each roll first chooses a name, all with equal chance, and then its CPU and arguments; otherwise the operation with the
 * most arguments would be nearly all that happens.
 */
final class Dice {
    private static final int TRIES = 64;
    /** Letters of a name that are tried before another name is chosen, where rare ones are to be met. */
    private static final int EAGER = 8;

    private final TraceRunner runner;
    private final List<List<Integer>> byName;
    private final List<Integer> steps = new ArrayList<>();
    private final long[] taken;
    private final int letters;
    private long rejected;

    /**
     * @param favours whether every other roll advances a running operation, if it can, and of a name several letters are
     *     tried, so that names whose arguments seldom fit are met as well
     */
    Dice(TraceRunner runner, boolean favours) {
        this.runner = runner;
        letters = favours ? EAGER : 1;
        Machine machine = runner.machine();
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < machine.instances(); i++) {
            Machine.Instance it = machine.instance(i);
            groups.computeIfAbsent(it.kind() + " " + it.target(), k -> new ArrayList<>())
                    .add(i);
            if (favours && it.kind() == Machine.Kind.ADVANCE) {
                steps.add(i);
            }
        }
        byName = List.copyOf(groups.values());
        taken = new long[machine.instances()];
    }

    /** Performs one transition in place and answers its letter; -1, with nothing changed, when none is enabled. */
    int roll(SplittableRandom random, long[] s) {
        for (int n = 0; n < TRIES && !byName.isEmpty(); n++) {
            boolean step = !steps.isEmpty() && random.nextBoolean();
            List<Integer> group = step ? steps : byName.get(random.nextInt(byName.size()));
            for (int k = 0; k < letters; k++) {
                int letter = group.get(random.nextInt(group.size()));
                if (runner.takesEffect(letter, s)) {
                    taken[letter]++;
                    return letter;
                }
                rejected++;
            }
        }
        // Few letters are enabled, so chance alone may miss them for long.
        List<Integer> enabled = runner.enabled(s);
        if (enabled.isEmpty()) {
            return -1;
        }
        int letter = enabled.get(random.nextInt(enabled.size()));
        runner.takesEffect(letter, s);
        taken[letter]++;
        return letter;
    }

    /** How often each letter was taken, by letter. */
    long[] taken() {
        return taken.clone();
    }

    /** Letters that were tried and were not enabled, or were refused without any change. */
    long rejected() {
        return rejected;
    }
}
