package dev.moat.machine;

import dev.moat.bits.Watched;
import dev.moat.logic.claims.TransitionJudge;
import dev.moat.model.Action;
import dev.moat.model.ClaimCode;
import dev.moat.model.Model;
import dev.moat.state.relation.Claim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what one {@link Stepper} does with the discipline: every step and every action, with what it claims, and the
 * normalisation of every state reached, as a stutter. One per stepper.
 */
public final class ClaimWatch {
    private static final String STUTTER = "stutter";
    /** States at first; those that note what is read are large. */
    private static final int FEW = 8;

    private static final ClaimCode NOTHING = (before, after, a, b, c, d, e, claim) -> {};

    private final Machine machine;
    private final TransitionJudge judge;
    /** By number of an instance of an action. */
    private final ClaimCode[] ofAction;

    private final ClaimCode[] ofStep;
    private final Claim claim = new Claim();
    private final int words;
    /** What happened since the transition began: who, and the state reached, after the one in which it began. */
    private int[] who = new int[FEW];

    private int[] cpu = new int[who.length];
    private long[][] states = new long[who.length + 1][];
    private int count;
    private final long[] stutters;
    private @Nullable Wrong wrong;
    private boolean rests;
    /** Where what was read goes, of states that are {@link Watched}; else empty. Then the judge is shown copies. */
    private final long[] bits;

    private final long[] from;
    private final long[] to;
    private final long[] told;
    private final long[] nothing;
    private final List<Integer> idle = new ArrayList<>();
    private final List<String> claimed = new ArrayList<>();
    /** What the judge is to be asked again each time; null where it is told instead on what its answer depends. */
    private @Nullable List<Asked> asked;

    /** A transition whose judgement is no part of what is remembered: kept as what its states differ in from one. */
    public static final class Asked {
        private final int code;
        private final Claim claim;
        private final long[] before;
        private final long[] after;
        /** What it claims, where a state has no part in that. */
        private final List<String> actions;

        private Asked(int code, Claim claim, long[] before, long[] after, List<String> actions) {
            this.code = code;
            this.claim = claim;
            this.before = before;
            this.after = after;
            this.actions = actions;
        }

        /** Memory taken, about. */
        public long bytes() {
            return 256 + 8L * (before.length + after.length) + 16L * claim.wordCount();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Asked o
                    && code == o.code
                    && claim.isSame(o.claim)
                    && Arrays.equals(before, o.before)
                    && Arrays.equals(after, o.after);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(before) + Arrays.hashCode(after) + code;
        }
    }

    /**
     * A claim that is not true.
     *
     * @param who the action, or the step as {@code operation/step}
     * @param lines what was claimed, and in what the discipline differs
     */
    public record Wrong(String who, List<String> lines) {}

    /**
     * @param judge asked about every step
     * @throws IllegalArgumentException when a step claims what the component does not explain
     */
    ClaimWatch(Machine machine, TransitionJudge judge) {
        this(machine, judge, new long[0]);
    }

    /**
     * One that tells what all that it says depends on.
     *
     * @param bits where it goes, a state's words
     */
    ClaimWatch(Machine machine, TransitionJudge judge, long[] bits) {
        this.machine = machine;
        this.judge = judge;
        this.bits = bits;
        from = new long[bits.length];
        to = new long[bits.length];
        told = new long[bits.length];
        nothing = new long[bits.length];
        Model model = machine.model();
        ofAction = new ClaimCode[machine.firstStart];
        for (int i = 0; i < ofAction.length; i++) {
            Action action = model.actions().get(machine.instance(i).target());
            ofAction[i] = code(model, action.claims());
        }
        ofStep = new ClaimCode[machine.steps() + 1];
        for (int i = 1; i < ofStep.length; i++) {
            ofStep[i] = code(model, machine.program[i].claims());
        }
        words = machine.schema().words();
        addStates(0);
        stutters = new long[ofStep.length];
    }

    private void addStates(int from) {
        for (int i = from; i < states.length; i++) {
            states[i] = bits.length > 0 ? Watched.state() : new long[words];
        }
    }

    private static ClaimCode code(Model model, String name) {
        if (name.equals(STUTTER) || model.foundFrom() != null) {
            return NOTHING;
        }
        ClaimCode code = model.claims().get(name);
        if (code == null) {
            throw new IllegalArgumentException("a step claims '" + name + "', which the component does not explain");
        }
        return code;
    }

    /** Sets the state from which the next transitions begin. */
    void open(long[] s) {
        keep(s, 0);
    }

    /** A transition begins. */
    void begin() {
        count = 0;
    }

    /** The arguments of an operation were stored, or a step ran. */
    void ran(int step, int onCpu, long[] s) {
        if (count == who.length) {
            int from = states.length;
            who = Arrays.copyOf(who, 2 * count);
            cpu = Arrays.copyOf(cpu, 2 * count);
            states = Arrays.copyOf(states, 2 * count + 1);
            addStates(from);
        }
        who[count] = step;
        cpu[count++] = onCpu;
        keep(s, count);
    }

    private void keep(long[] s, int at) {
        System.arraycopy(s, 0, states[at], 0, words);
    }

    /** The arguments of an operation were stored. */
    void started(long[] s) {
        ran(0, 0, s);
    }

    /** An instance of an action took effect. */
    void acted(int instance, long[] s) {
        ran(-1 - instance, 0, s);
    }

    /**
     * A transition ends; only now is it compared, because a call that was refused is none.
     *
     * @param s the state reached, normalised
     * @param moved whether it may be another one than what ran last has left: an operation's program counter goes on, and
     *     what is dead is cleared
     */
    void end(long[] s, boolean moved) {
        wrong = null;
        if (rests) {
            return;
        }
        for (int i = 0; i < count; i++) {
            claim.clear();
            // Counted even behind what is wrong: whoever remembers the transition counts it whole.
            say(who[i], cpu[i], states[i], states[i + 1]);
            if (wrong == null) {
                judge(states[i], states[i + 1], who[i]);
            }
        }
        if (moved && wrong == null) {
            claim.clear();
            judge(states[count], s, 0);
        }
    }

    private void say(int code, int onCpu, long[] before, long[] after) {
        if (code > 0) {
            ofStep[code].say(before, after, onCpu, 0, 0, 0, 0, claim);
            if (claim.count() == 0) {
                stutters[code]++;
                if (bits.length > 0) {
                    idle.add(code);
                }
            }
        } else if (code < 0) {
            int instance = -1 - code;
            int[] a = machine.arguments;
            int o = instance * 5;
            ofAction[instance].say(before, after, a[o], a[o + 1], a[o + 2], a[o + 3], a[o + 4], claim);
        }
    }

    private void judge(long[] before, long[] after, int code) {
        List<String> lines = bits.length > 0 ? judgeWatched(before, after, code) : judge.judge(before, after, claim);
        if (lines != null) {
            wrong = new Wrong(name(code), lines);
        }
    }

    private @Nullable List<String> judgeWatched(long[] before, long[] after, int code) {
        Watched.collect(before, bits);
        Watched.collect(after, bits);
        System.arraycopy(before, 0, from, 0, words);
        System.arraycopy(after, 0, to, 0, words);
        List<String> lines = judge.judge(from, to, claim);
        List<Asked> again = asked;
        if (lines == null && again == null) {
            judge.tell(bits, claimed::add);
        } else if (lines == null && again != null) {
            List<String> actions = new ArrayList<>();
            Arrays.fill(told, 0);
            judge.tell(told, actions::add);
            boolean asks = !Arrays.equals(told, nothing);
            boolean ofState = asks && judge.finds();
            claimed.addAll(ofState ? List.of() : actions);
            if (asks) {
                again.add(
                        new Asked(code, claim.copy(), difference(from), difference(to), ofState ? List.of() : actions));
            }
        }
        return lines;
    }

    private long[] difference(long[] s) {
        long[] bitsOf = new long[words];
        for (int w = 0; w < words; w++) {
            bitsOf[w] = s[w] ^ states[0][w];
        }
        return bitsOf;
    }

    /**
     * Judges a transition again, from a state that agrees with the one in which it was in all that was read; what it claims counts as
     * {@link #again} has counted it, and is not counted twice.
     *
     * @param reads overwritten with the bits of the state on which the answer depends, where that is that nothing is wrong
     * @return what is wrong, or null
     */
    @Nullable
    Wrong ask(long[] s, Asked one, long[] reads) {
        for (int w = 0; w < words; w++) {
            from[w] = s[w] ^ one.before[w];
            to[w] = s[w] ^ one.after[w];
        }
        List<String> lines = judge.judge(from, to, one.claim);
        takeBack(one);
        if (lines != null) {
            return new Wrong(name(one.code), lines);
        }
        Arrays.fill(reads, 0);
        judge.tell(reads, action -> {});
        return null;
    }

    /** Does not count what one claims, after all. */
    void takeBack(Asked one) {
        one.actions.forEach(action -> judge.again(action, -1));
    }

    /** Whether what was right once, in a state that agrees in what was read, is so again. */
    boolean isSettled() {
        return !judge.finds();
    }

    /**
     * Forgets what was claimed.
     *
     * @param asks whether what is claimed from now on is to be judged by whoever remembers it
     */
    void forget(boolean asks) {
        idle.clear();
        claimed.clear();
        asked = asks ? new ArrayList<>() : null;
    }

    /** What is to be judged again since. */
    List<Asked> asked() {
        return asked == null ? List.of() : List.copyOf(asked);
    }

    /** Steps that claimed nothing since, by number. */
    int[] idle() {
        return idle.stream().mapToInt(step -> step).toArray();
    }

    /** Actions that were claimed since. */
    List<String> claimed() {
        return List.copyOf(claimed);
    }

    /** Counts so many times more what was claimed once. */
    void again(Probe.Account account, long times) {
        for (int step : account.stutters) {
            stutters[step] += times;
        }
        account.claimed.forEach(action -> judge.again(action, times));
    }

    private String name(int code) {
        if (code == 0) {
            return "the call itself, or normalisation";
        }
        return code > 0
                ? machine.stepName(code)
                : machine.model()
                        .actions()
                        .get(machine.instance(-1 - code).target())
                        .name();
    }

    /** Memory taken by the states that it keeps. */
    long bytes() {
        return 8L * states.length * states[0].length;
    }

    /** Compares nothing from now on. */
    public void rest() {
        rests = true;
    }

    /** What was wrong since the transition began, or null. */
    public @Nullable Wrong wrong() {
        return wrong;
    }

    /** How often a step that may claim something claimed nothing, by {@code operation/step}; not those that never ran. */
    public Map<String, Long> stutters() {
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 1; i < stutters.length; i++) {
            if (stutters[i] != 0 && ofStep[i] != NOTHING) {
                counts.put(machine.stepName(i), stutters[i]);
            }
        }
        return counts;
    }
}
