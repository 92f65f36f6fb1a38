package dev.moat.trace;

import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Chooses the next transition of a random walk, and counts. For one thread.
 *
 * <p>Each roll first chooses a name, all with equal chance, and then its CPU and arguments. Otherwise the operation
 * with the most arguments would be nearly every transition.
 */
final class ActionChooser {
    private static final int TRIES = 200;
    /** Letters of a name that are tried before another name is chosen, where rare ones are to be met. */
    private static final int EAGER = 24;
    /** Of so many rolls that choose what ends something for good one is meant. */
    private static final int RARE = 32;
    /** Of so many calls that will come to nothing one is made. */
    private static final int REFUSED = 256;

    private final TraceRunner runner;
    private final boolean favours;
    private final List<List<Integer>> byName;
    private final List<Integer> steps = new ArrayList<>();
    private final long[] taken;
    /** How often a name was chosen and did something, in this walk. */
    private final int[] done;

    private final BitSet rare;
    private final int letters;
    private long rejected;

    /**
     * @param favours what is seldom possible: every other roll advances a running operation, if it can; of two names the one is
     *     chosen that has happened less in this walk, as a rule; of a name several letters are tried; and what ends something
     *     for good, and calls that come to nothing, stay rare
     */
    ActionChooser(TraceRunner runner, boolean favours) {
        this.runner = runner;
        this.favours = favours;
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
        done = new int[byName.size()];
        rare = new BitSet();
        if (favours && !machine.model().rare().isEmpty()) {
            for (int i = 0; i < taken.length; i++) {
                rare.set(i, machine.model().rare().contains(withoutActor(machine.name(i))));
            }
        }
    }

    /** A letter's name without the CPU in front. */
    private static String withoutActor(String name) {
        int end = name.lastIndexOf(": ");
        return end < 0 ? name : name.substring(end + 2);
    }

    /** Begins another walk. */
    void begin() {
        Arrays.fill(done, 0);
    }

    /** Performs one transition in place and answers its letter; -1, with nothing changed, when none does anything. */
    int roll(SplittableRandom random, long[] s) {
        for (int n = 0; n < TRIES && !byName.isEmpty(); n++) {
            boolean step = !steps.isEmpty() && random.nextBoolean();
            int name = step ? -1 : name(random, n);
            List<Integer> group = step ? steps : byName.get(name);
            for (int k = 0; k < letters; k++) {
                int letter = group.get(random.nextInt(group.size()));
                if (isWanted(letter, random, s) && takesEffect(letter, s)) {
                    if (!step) {
                        done[name]++;
                    }
                    return letter;
                }
            }
        }
        // Few letters are enabled, so chance alone may miss them for long.
        int first = taken.length == 0 ? 0 : random.nextInt(taken.length);
        for (int i = 0; i < taken.length; i++) {
            int letter = (first + i) % taken.length;
            if (takesEffect(letter, s)) {
                return letter;
            }
        }
        return -1;
    }

    /** Of rare letters and of calls that will be refused few are wanted; of the latter some, for they run through checks too. */
    private boolean isWanted(int letter, SplittableRandom random, long[] s) {
        return !favours
                || ((!rare.get(letter) || random.nextInt(RARE) == 0)
                        && (random.nextInt(REFUSED) == 0 || !runner.comesToNothing(letter, s)));
    }

    private boolean takesEffect(int letter, long[] s) {
        if (runner.takesEffect(letter, s)) {
            taken[letter]++;
            return true;
        }
        rejected++;
        return false;
    }

    /** A name; what is seldom possible is only favoured in every other try, for it may be impossible now. */
    private int name(SplittableRandom random, int attempt) {
        int one = random.nextInt(byName.size());
        if (!favours || attempt % 2 == 1) {
            return one;
        }
        int other = random.nextInt(byName.size());
        return done[other] < done[one] ? other : one;
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
