package dev.moat.scenario;

import dev.moat.logic.ClaimJudge;
import dev.moat.logic.Discipline;
import dev.moat.model.ClaimCode;
import dev.moat.model.Model;
import dev.moat.state.Claim;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final ClaimJudge judge;
    private final ClaimCode[] ofAction;
    private final ClaimCode[] ofStep;
    private final Claim claim = new Claim();
    private final long[] before;
    private final long[] reached;
    private final long[] stutters;
    private final int[] args = new int[5];
    private @Nullable Wrong wrong;

    /**
     * A claim that is not true.
     *
     * @param who the action, or the step as {@code operation/step}
     * @param lines what was claimed, and in what the discipline differs
     */
    public record Wrong(String who, List<String> lines) {}

    /** @throws IllegalArgumentException as {@link ClaimJudge}, and when a step claims what the component does not explain */
    ClaimWatch(Machine machine, Discipline discipline) {
        this.machine = machine;
        Model model = machine.model();
        judge = new ClaimJudge(discipline, model.abstraction(), machine.schema());
        ofAction = model.actions().stream()
                .map(a -> code(model.claims(), a.claims()))
                .toArray(ClaimCode[]::new);
        ofStep = new ClaimCode[machine.steps() + 1];
        for (int i = 1; i < ofStep.length; i++) {
            ofStep[i] = code(model.claims(), machine.program[i].claims());
        }
        before = machine.schema().blank();
        reached = machine.schema().blank();
        stutters = new long[ofStep.length];
    }

    private static ClaimCode code(Map<String, ClaimCode> claims, String name) {
        if (name.equals(STUTTER)) {
            return NOTHING;
        }
        ClaimCode code = claims.get(name);
        if (code == null) {
            throw new IllegalArgumentException("a step claims '" + name + "', which the component does not explain");
        }
        return code;
    }

    /** Forgets what went wrong before a transition begins. */
    void begin() {
        wrong = null;
    }

    /** Before a step runs, or before arguments are stored. */
    void before(long[] s) {
        System.arraycopy(s, 0, before, 0, before.length);
    }

    /** After the arguments of an operation were stored. */
    void started(long[] s, String operation) {
        claim.clear();
        judge(before, s, operation);
    }

    /** After a step ran. */
    void ran(int step, int cpu, long[] s) {
        claim.clear();
        ofStep[step].say(before, s, cpu, 0, 0, 0, 0, claim);
        if (claim.count() == 0) {
            stutters[step]++;
        }
        judge(before, s, machine.stepName(step));
    }

    /** After an action. */
    void acted(int action, int instance, long[] from, long[] s) {
        claim.clear();
        System.arraycopy(machine.arguments, instance * 5, args, 0, 5);
        ofAction[action].say(from, s, args[0], args[1], args[2], args[3], args[4], claim);
        judge(from, s, machine.model().actions().get(action).name());
    }

    /** After the queue consumer acted for an operation that waits. */
    void served(int action, int instance, long[] s) {
        acted(action, instance, before, s);
    }

    /** After the state reached was normalised. */
    void normalised(long[] s) {
        claim.clear();
        judge(reached, s, "normalisation");
    }

    private void judge(long[] from, long[] to, String who) {
        System.arraycopy(to, 0, reached, 0, reached.length);
        if (wrong == null) {
            List<String> lines = judge.judge(from, to, claim);
            if (lines != null) {
                wrong = new Wrong(who, lines);
            }
        }
    }

    /** What was wrong since the transition began, or null. */
    public @Nullable Wrong wrong() {
        return wrong;
    }

    /** How often each action of the discipline was claimed. */
    public Map<String, Long> taken() {
        return judge.taken();
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

    /** Relations of which an atom became true, or false. */
    public Set<String> moved(boolean value) {
        return judge.moved(value);
    }
}
