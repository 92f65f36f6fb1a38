package dev.moat.machine;

import dev.moat.logic.claims.TransitionJudge;
import dev.moat.model.Action;
import dev.moat.model.ClaimCode;
import dev.moat.model.Model;
import dev.moat.state.relation.Claim;
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
    private static final ClaimCode NOTHING = (before, after, a, b, c, d, e, claim) -> {};

    private final Machine machine;
    private final TransitionJudge judge;
    /** By number of an instance of an action. */
    private final ClaimCode[] ofAction;

    private final ClaimCode[] ofStep;
    private final Claim claim = new Claim();
    private final int words;
    /** What happened since the transition began: who, and the state reached, after the one in which it began. */
    private int[] who = new int[64];

    private int[] cpu = new int[who.length];
    private long[][] states = new long[who.length + 1][];
    private int count;
    private final long[] stutters;
    private @Nullable Wrong wrong;
    private boolean rests;

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
        this.machine = machine;
        this.judge = judge;
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
            states[i] = new long[words];
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
        System.arraycopy(s, 0, states[0], 0, words);
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
        System.arraycopy(s, 0, states[count], 0, words);
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
        for (int i = 0; i < count && wrong == null; i++) {
            claim.clear();
            say(who[i], cpu[i], states[i], states[i + 1]);
            judge(states[i], states[i + 1], who[i]);
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
            }
        } else if (code < 0) {
            int instance = -1 - code;
            int[] a = machine.arguments;
            int o = instance * 5;
            ofAction[instance].say(before, after, a[o], a[o + 1], a[o + 2], a[o + 3], a[o + 4], claim);
        }
    }

    private void judge(long[] from, long[] to, int code) {
        List<String> lines = judge.judge(from, to, claim);
        if (lines != null) {
            wrong = new Wrong(name(code), lines);
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
