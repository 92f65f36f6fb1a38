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
    /** Those of the transition that was judged last. */
    private final List<String> actions = new ArrayList<>();
    /** What the judge is to be asked again each time; null where it is told instead on what its answer depends. */
    private @Nullable List<Asked> asked;

    /**
     * A transition that is no part of what is remembered in what it claims, and whether that is true: kept as what its states differ
     * in from one.
     */
    public static final class Asked {
        private final int code;
        private final int cpu;
        private final long[] before;
        private final long[] after;

        private Asked(int code, int cpu, long[] before, long[] after) {
            this.code = code;
            this.cpu = cpu;
            this.before = before;
            this.after = after;
        }

        /** Memory taken, about. */
        public long bytes() {
            return 128 + 8L * (before.length + after.length);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Asked o
                    && code == o.code
                    && cpu == o.cpu
                    && Arrays.equals(before, o.before)
                    && Arrays.equals(after, o.after);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * Arrays.hashCode(before) + Arrays.hashCode(after)) + 31 * code + cpu;
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
            // Counted even behind what is wrong: whoever remembers the transition counts it whole.
            say(who[i], cpu[i], states[i], states[i + 1]);
            if (wrong == null) {
                judge(states[i], states[i + 1], who[i], cpu[i]);
            }
        }
        if (moved && wrong == null) {
            claim.clear();
            judge(states[count], s, 0, 0);
        }
    }

    private void say(int code, int onCpu, long[] before, long[] after) {
        claim.clear();
        if (code > 0) {
            ofStep[code].say(before, after, onCpu, 0, 0, 0, 0, claim);
            stutters[code] += claim.count() == 0 ? 1 : 0;
        } else if (code < 0) {
            int instance = -1 - code;
            int[] a = machine.arguments;
            int o = instance * 5;
            ofAction[instance].say(before, after, a[o], a[o + 1], a[o + 2], a[o + 3], a[o + 4], claim);
        }
    }

    private void judge(long[] before, long[] after, int code, int onCpu) {
        List<String> lines =
                bits.length > 0 ? judgeWatched(before, after, code, onCpu) : judge.judge(before, after, claim);
        if (lines != null) {
            wrong = new Wrong(name(code), lines);
        }
    }

    private @Nullable List<String> judgeWatched(long[] before, long[] after, int code, int onCpu) {
        List<Asked> again = asked;
        Arrays.fill(told, 0);
        List<String> lines = look(code, before, after, again == null ? bits : told);
        if (lines == null && again != null && !Arrays.equals(told, nothing)) {
            again.add(new Asked(code, onCpu, difference(from), difference(to)));
        } else if (lines == null) {
            note(code);
        }
        return lines;
    }

    /** Judges what was said of watched states, and adds the bits on which both depend. */
    private @Nullable List<String> look(int code, long[] before, long[] after, long[] reads) {
        // Else nothing was said, and what is noted of the state reached is the call's.
        if (code != 0) {
            Watched.collect(before, reads);
            Watched.collect(after, reads);
        }
        System.arraycopy(before, 0, from, 0, words);
        System.arraycopy(after, 0, to, 0, words);
        List<String> lines = judge.judge(from, to, claim);
        actions.clear();
        if (lines == null) {
            judge.tell(reads, actions::add);
        }
        return lines;
    }

    /** What was looked at last counts in all states that agree in what was read. */
    private void note(int code) {
        if (code > 0 && claim.count() == 0) {
            idle.add(code);
        }
        claimed.addAll(actions);
    }

    private long[] difference(long[] s) {
        long[] bitsOf = new long[words];
        for (int w = 0; w < words; w++) {
            bitsOf[w] = s[w] ^ states[0][w];
        }
        return bitsOf;
    }

    /**
     * Judges transitions again, with what they claim from a state that agrees with the one in which they were in all that they do by.
     * That counts, as {@link #end} does.
     *
     * @param reads overwritten with the bits of the state on which the answer depends, where that is that nothing is wrong
     * @return what is wrong, or null; then {@link #idle} and {@link #claimed} say what was counted
     */
    @Nullable
    Wrong ask(long[] s, List<Asked> all, long[] reads) {
        forget(false);
        Arrays.fill(reads, 0);
        Wrong first = null;
        for (Asked one : all) {
            for (int w = 0; w < words; w++) {
                states[0][w] = s[w] ^ one.before[w];
                states[1][w] = s[w] ^ one.after[w];
            }
            say(one.code, one.cpu, states[0], states[1]);
            if (first == null) {
                List<String> lines = look(one.code, states[0], states[1], reads);
                first = lines == null ? null : new Wrong(name(one.code), lines);
                note(one.code);
            }
        }
        return first;
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
