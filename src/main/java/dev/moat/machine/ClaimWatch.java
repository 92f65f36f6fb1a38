package dev.moat.machine;

import dev.moat.bits.SomeBits;
import dev.moat.bits.Watched;
import dev.moat.logic.claims.TransitionJudge;
import dev.moat.model.Action;
import dev.moat.model.ClaimCode;
import dev.moat.model.Model;
import dev.moat.model.ProgramException;
import dev.moat.state.Claim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares each step and action of one {@link Stepper} with the discipline action that it claims. The normalisation of
 * each reached state must be a stutter. One per stepper.
 */
public final class ClaimWatch {
    private static final String STUTTER = "stutter";
    /** States at first; those that note what is read are large. */
    private static final int FEW = 8;

    private static final Probe.Asked[] NONE = {};

    private static final ClaimCode NOTHING = (before, after, a, b, c, d, e, claim) -> {};

    private final Machine machine;
    private final TransitionJudge judge;
    /** By number of an instance of an action. */
    private final ClaimCode[] ofAction;

    private final ClaimCode[] ofStep;
    /** What the judge looks at of that which is changed behind what ran last. */
    private final SomeBits last;

    private final Claim claim = new Claim();
    private final int words;
    /** What happened since the transition began: who, and the state reached, after the one in which it began. */
    private int[] who = new int[FEW];

    private int[] cpu = new int[who.length];
    private long[][] states = new long[who.length + 1][];
    private int count;
    private final long[] stutters;
    private @Nullable Wrong wrong;
    /** The letter of the transition that ended last, and of the first wrong one that was asked about. */
    private int letter;

    private boolean rests;
    /** Whether states are {@link Watched}. Then the judge is shown copies. */
    private final boolean watches;

    private final long[] from;
    private final long[] to;
    private final long[] told;
    private final long[] nothing;
    private final long[] pairs;
    /** What counts wherever what is done does, and what else was counted, where what that depends on is the same. */
    private final Probe.Noted always = new Probe.Noted();

    private final Probe.Noted here = new Probe.Noted();
    /** That on which the latter depends. */
    private final long[] reads;
    /** Those of the transition that was judged last. */
    private final List<String> actions = new ArrayList<>();
    /** What the judge is to be asked again where the state is another. */
    private final List<Probe.Asked> asked = new ArrayList<>();

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
        this(machine, judge, false);
    }

    /** @param watches whether it tells on what all that it says depends */
    ClaimWatch(Machine machine, TransitionJudge judge, boolean watches) {
        this.machine = machine;
        this.judge = judge;
        this.watches = watches;
        words = machine.schema().words();
        from = new long[words];
        to = new long[words];
        told = new long[words];
        nothing = new long[words];
        pairs = new long[Probe.Asked.PAIRS + 4 * words];
        reads = new long[words];
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
        last = new SomeBits(machine.lastChanges(judge.looksAt()));
        addStates(0);
        stutters = new long[ofStep.length];
    }

    private void addStates(int from) {
        for (int i = from; i < states.length; i++) {
            states[i] = watches ? Watched.state() : new long[words];
        }
    }

    private static ClaimCode code(Model model, String name) {
        if (name.equals(STUTTER) || model.foundFrom() != null) {
            return NOTHING;
        }
        ClaimCode code = model.claims().get(name);
        if (code == null) {
            throw new ProgramException("a step claims '" + name + "', which the component does not explain");
        }
        return code;
    }

    /** Sets the state from which the next transitions begin. */
    void open(long[] s) {
        keep(s, 0);
        judge.open(s);
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
     * @param by the letter
     */
    void end(long[] s, boolean moved, int by) {
        wrong = null;
        letter = by;
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
        if (moved && wrong == null && last.differ(states[count], s)) {
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
        List<String> lines = watches ? judgeWatched(before, after, code, onCpu) : judge.judge(before, after, claim);
        if (lines != null) {
            wrong = new Wrong(name(code), lines);
        }
    }

    private @Nullable List<String> judgeWatched(long[] before, long[] after, int code, int onCpu) {
        Arrays.fill(told, 0);
        List<String> lines = look(code, before, after, told);
        if (lines == null && !Arrays.equals(told, nothing)) {
            asked.add(asked(code, onCpu));
            for (int w = 0; w < words; w++) {
                reads[w] |= told[w];
            }
            note(code, here);
        } else if (lines == null) {
            note(code, always);
        }
        return lines;
    }

    /** Judges what was said of watched states, and adds the bits on which both depend. */
    private @Nullable List<String> look(int code, long[] before, long[] after, long[] bits) {
        // Else nothing was said, and what is noted of the state reached is the call's.
        if (code != 0) {
            Watched.collect(before, bits);
            Watched.collect(after, bits);
        }
        System.arraycopy(before, 0, from, 0, words);
        System.arraycopy(after, 0, to, 0, words);
        List<String> lines = judge.judge(from, to, claim);
        actions.clear();
        if (lines == null) {
            judge.tell(bits, actions::add);
        }
        return lines;
    }

    /** What was looked at last counts in all states that agree in what was read. */
    private void note(int code, Probe.Noted to) {
        if (code > 0 && claim.count() == 0) {
            to.idle(code);
        }
        to.claimed(actions);
    }

    private Probe.Asked asked(int code, int onCpu) {
        pairs[0] = letter;
        pairs[1] = code;
        pairs[2] = onCpu;
        int after = difference(from, Probe.Asked.PAIRS);
        pairs[3] = after;
        return new Probe.Asked(Arrays.copyOf(pairs, difference(to, after)));
    }

    /** Tells in which words a state differs from that in which the transition began, from a place on; answers the next one. */
    private int difference(long[] s, int at) {
        int next = at;
        for (int w = 0; w < words; w++) {
            if (s[w] != states[0][w]) {
                pairs[next++] = w;
                pairs[next++] = s[w] ^ states[0][w];
            }
        }
        return next;
    }

    private void differing(long[] s, int number, long[] all, int from, int to) {
        keep(s, number);
        for (int k = from; k < to; k += 2) {
            states[number][(int) all[k]] ^= all[k + 1];
        }
    }

    /**
     * Judges transitions again, with what they claim from a state that agrees with the one in which they were in all that they do by.
     * That counts, as {@link #end} does.
     *
     * @return what is wrong, or null; then {@link #here} has what was counted, and {@link #reads} on what that depends
     */
    @Nullable
    Wrong ask(long[] s, List<Probe.Asked> all) {
        forget();
        judge.open(s);
        Wrong first = null;
        boolean isBehind = false;
        long by = -1;
        for (Probe.Asked one : all) {
            long[] it = one.told;
            // As when it ended: what is behind something wrong is not judged, but the next transition is.
            isBehind &= it[0] == by;
            by = it[0];
            differing(s, 0, it, Probe.Asked.PAIRS, (int) it[3]);
            differing(s, 1, it, (int) it[3], it.length);
            int code = (int) it[1];
            say(code, (int) it[2], states[0], states[1]);
            List<String> lines = isBehind ? null : look(code, states[0], states[1], reads);
            note(code, here);
            isBehind |= lines != null;
            if (lines != null && first == null) {
                first = new Wrong(name(code), lines);
                letter = (int) by;
            }
        }
        return first;
    }

    /** Forgets what was claimed. */
    void forget() {
        always.clear();
        here.clear();
        asked.clear();
        Arrays.fill(reads, 0);
    }

    /** The letter of what {@link #ask} found wrong. */
    int letter() {
        return letter;
    }

    /** What is to be judged again since. */
    Probe.Asked[] asked() {
        return asked.toArray(NONE);
    }

    /** What was counted since wherever letters did the same. */
    Probe.Noted always() {
        return always;
    }

    /** What else was counted since, in states that agree in {@link #reads}, too. */
    Probe.Noted here() {
        return here;
    }

    /** The bits of the state on which that depends. */
    long[] reads() {
        return reads;
    }

    /** Counts so many times more what was claimed once. */
    void again(Probe.Account account, long times) {
        for (int step : account.stutters) {
            stutters[step] += times;
        }
        for (String action : account.claimed) {
            judge.again(action, times);
        }
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
