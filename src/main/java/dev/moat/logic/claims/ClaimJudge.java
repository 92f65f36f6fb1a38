package dev.moat.logic.claims;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Env;
import dev.moat.logic.Term;
import dev.moat.logic.TermText;
import dev.moat.logic.Var;
import dev.moat.logic.ground.GroundAction;
import dev.moat.logic.ground.Grounder;
import dev.moat.logic.ground.Grounding;
import dev.moat.logic.read.Discipline;
import dev.moat.state.Abstraction;
import dev.moat.state.Claim;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a transition of an implementation is what it claims to be: the abstraction of the state before satisfies
 * the claimed actions' guards, and their effects make it the abstraction of the state after, in every atom. It checks the
 * claim and searches for none. One per thread: it remembers the last abstraction, so that only what changed is decoded.
 */
public final class ClaimJudge {
    private static final int SHOWN = 6;

    private final Discipline discipline;
    private final AtomSpace space;
    private final Map<String, Integer> actionNumber = new HashMap<>();
    /** For each action of the discipline, how many elements each parameter has to choose from. */
    private final int[][] choices;
    /** For each action, those instances that were claimed, by {@link #instance}. */
    private final List<Map<Long, GroundAction>> compiled = new ArrayList<>();
    /** For each sort, the pairs of atoms that change places, by the two elements. */
    private final Map<String, Map<Long, int[]>> exchanges = new HashMap<>();
    /** The state whose abstraction {@link #now} is. */
    private final long[] at;

    private final long[] now;
    private final long[] parent;
    private final long[] ofParent;
    private final long[] expected;
    private final long[] readers;
    private final long[] seenTrue;
    private final long[] seenFalse;
    private final long[] taken;

    /**
     * @throws IncomparableException when the implementation gives no meaning to a relation of the discipline; then, when it has
     *     too many atoms; then, when an action has more instances than a long counts
     */
    public ClaimJudge(Discipline discipline, Abstraction abstraction, Schema schema) throws IncomparableException {
        this.discipline = discipline;
        List<String> relations = discipline.vocabulary().relations().stream()
                .filter(discipline.relations()::contains)
                .toList();
        for (String r : relations) {
            if (abstraction.relation(r).isEmpty()) {
                throw new IncomparableException("the component gives no meaning to relation '" + r + "'");
            }
        }
        Set<String> changing = new HashSet<>();
        discipline.actions().forEach(a -> changing.addAll(a.effects().keySet()));
        space = new AtomSpace(relations, changing, abstraction, schema);
        for (AbstractAction a : discipline.actions()) {
            actionNumber.put(a.name(), actionNumber.size());
            compiled.add(new HashMap<>());
        }
        choices = new int[compiled.size()][];
        for (int i = 0; i < choices.length; i++) {
            choices[i] = choices(discipline.actions().get(i));
        }
        taken = new long[discipline.actions().size()];
        at = schema.blank();
        parent = schema.blank();
        now = space.bits().blank();
        ofParent = now.clone();
        expected = now.clone();
        readers = new long[space.readers().setWords()];
        seenTrue = now.clone();
        seenFalse = now.clone();
        for (int atom = 0; atom < space.size(); atom++) {
            space.set(ofParent, atom, space.evaluate(atom, parent));
        }
        reset();
    }

    private int[] choices(AbstractAction action) throws IncomparableException {
        int[] sizes = new int[action.parameters().size()];
        long instances = 1;
        for (int k = 0; k < sizes.length; k++) {
            sizes[k] = space.sizeOf(action.parameters().get(k).sort());
            if (sizes[k] > 0 && instances > Long.MAX_VALUE / sizes[k]) {
                throw new IncomparableException("too many choices of arguments for action " + action.name());
            }
            instances *= sizes[k];
        }
        return sizes;
    }

    /** Sets the state from which the next transitions begin. */
    public void open(long[] s) {
        reset();
        move(s);
        System.arraycopy(at, 0, parent, 0, at.length);
        System.arraycopy(now, 0, ofParent, 0, now.length);
    }

    /** Goes back to the state that was set with {@link #open}. */
    public void reset() {
        System.arraycopy(parent, 0, at, 0, at.length);
        System.arraycopy(ofParent, 0, now, 0, now.length);
    }

    /**
     * Whether what leads from the last state judged (or set) to this one is what it claims to be.
     *
     * @return null if so; else what is wrong, in one line per fact
     */
    public @Nullable List<String> judge(long[] after, Claim claim) {
        System.arraycopy(now, 0, expected, 0, now.length);
        for (int i = 0; i < claim.count(); i++) {
            if (!take(claim, i)) {
                return refusal(claim, i);
            }
        }
        move(after);
        return Arrays.equals(now, expected) ? null : difference(claim);
    }

    private void move(long[] s) {
        if (space.readers().ofChange(at, s, readers)) {
            for (int w = 0; w < readers.length; w++) {
                for (long rest = readers[w]; rest != 0; rest &= rest - 1) {
                    refresh((w << 6) + Long.numberOfTrailingZeros(rest), s);
                }
            }
        }
        System.arraycopy(s, 0, at, 0, at.length);
    }

    private void refresh(int atom, long[] s) {
        boolean value = space.evaluate(atom, s);
        if (value != space.isSet(now, atom)) {
            space.set(now, atom, value);
            space.set(value ? seenTrue : seenFalse, atom, true);
        }
    }

    /** Applies the i-th action to what is expected; false, with nothing changed, when it cannot be taken. */
    private boolean take(Claim claim, int i) {
        String name = claim.name(i);
        if (name.startsWith(Claim.EXCHANGE)) {
            return exchange(name.substring(Claim.EXCHANGE.length()), claim.argument(i, 0), claim.argument(i, 1));
        }
        int number = number(name);
        GroundAction action = ground(number, claim, i);
        if (action == null || !action.apply(expected)) {
            return false;
        }
        taken[number]++;
        return true;
    }

    private boolean exchange(String sort, int x, int y) {
        Map<Long, int[]> known = exchanges.computeIfAbsent(sort, k -> new HashMap<>());
        int[] pairs = known.get((long) x << 32 | y);
        if (pairs == null) {
            if (!space.isElement(sort, x) || !space.isElement(sort, y) || space.tellsApart(sort, x, y) != null) {
                return false;
            }
            pairs = space.exchange(sort, x, y);
            known.put((long) x << 32 | y, pairs);
        }
        for (int p = 0; p < pairs.length; p += 2) {
            boolean first = space.isSet(expected, pairs[p]);
            space.set(expected, pairs[p], space.isSet(expected, pairs[p + 1]));
            space.set(expected, pairs[p + 1], first);
        }
        return true;
    }

    private int number(String action) {
        Integer number = actionNumber.get(action);
        if (number == null) {
            throw new IllegalStateException("a step claims the unknown action " + action);
        }
        return number;
    }

    /** The instance of an action that is claimed, or null when an argument is no element. */
    private @Nullable GroundAction ground(int number, Claim claim, int i) {
        long instance = instance(choices[number], claim, i);
        if (instance < 0) {
            return null;
        }
        GroundAction known = compiled.get(number).get(instance);
        if (known == null) {
            List<Integer> given = new ArrayList<>();
            for (int k = 0; k < choices[number].length; k++) {
                given.add(claim.argument(i, k));
            }
            // What one instance needs is small, and what it shares with others is not worth keeping.
            Grounding grounding = new Grounding(space.abstraction(), space.bits());
            known = GroundAction.of(discipline.actions().get(number), given, grounding, space);
            compiled.get(number).put(instance, known);
        }
        return known;
    }

    /** A number for the arguments of a claim, another one for other arguments; -1 when one of them is no element. */
    private static long instance(int[] choices, Claim claim, int i) {
        long instance = 0;
        for (int k = 0; k < choices.length; k++) {
            int argument = claim.argument(i, k);
            if (argument < 0 || argument >= choices[k]) {
                return -1;
            }
            instance = instance * choices[k] + argument;
        }
        return instance;
    }

    private List<String> refusal(Claim claim, int i) {
        List<String> lines = new ArrayList<>();
        lines.add("claimed       " + print(claim));
        String name = claim.name(i);
        if (name.startsWith(Claim.EXCHANGE)) {
            String sort = name.substring(Claim.EXCHANGE.length());
            lines.add("discipline    " + noExchange(sort, claim.argument(i, 0), claim.argument(i, 1)));
            return lines;
        }
        int number = number(name);
        if (instance(choices[number], claim, i) < 0) {
            lines.add("discipline    an argument of " + name + " is no element of its sort");
            return lines;
        }
        AbstractAction action = discipline.actions().get(number);
        Env env = null;
        for (int k = 0; k < action.parameters().size(); k++) {
            env = new Env(env, action.parameters().get(k), claim.argument(i, k));
        }
        lines.add("discipline    " + name + " needs what is not so here:");
        Grounder grounder = new Grounder(space.abstraction(), space.bits());
        for (Term part : action.guard() instanceof Term.And and ? and.parts() : List.of(action.guard())) {
            if (!grounder.node(part, env, false).holds(expected)) {
                lines.add("  FALSE: " + TermText.of(part, env, space.abstraction()));
            }
        }
        return lines;
    }

    private String noExchange(String sort, int x, int y) {
        if (!space.isElement(sort, x) || !space.isElement(sort, y)) {
            return "what is exchanged is no element of " + sort;
        }
        return "constants of " + space.tellsApart(sort, x, y) + " tell " + label(sort, x) + " and " + label(sort, y)
                + " apart";
    }

    private List<String> difference(Claim claim) {
        List<String> lines = new ArrayList<>();
        lines.add("claimed       " + print(claim));
        List<String> missing = new ArrayList<>();
        List<String> extra = new ArrayList<>();
        for (int atom = 0; atom < space.size(); atom++) {
            if (space.isSet(now, atom) != space.isSet(expected, atom)) {
                (space.isSet(now, atom) ? extra : missing).add(space.print(atom));
            }
        }
        if (!missing.isEmpty()) {
            lines.add("discipline    true after it, false in the implementation: " + shown(missing));
        }
        if (!extra.isEmpty()) {
            lines.add("discipline    false after it, true in the implementation: " + shown(extra));
        }
        return lines;
    }

    private static String shown(List<String> atoms) {
        String text = String.join(", ", atoms.subList(0, Math.min(SHOWN, atoms.size())));
        return atoms.size() > SHOWN ? text + " and " + (atoms.size() - SHOWN) + " more" : text;
    }

    private String print(Claim claim) {
        List<String> actions = new ArrayList<>();
        for (int i = 0; i < claim.count(); i++) {
            if (claim.name(i).startsWith(Claim.EXCHANGE)) {
                String sort = claim.name(i).substring(Claim.EXCHANGE.length());
                actions.add(claim.name(i) + "(" + label(sort, claim.argument(i, 0)) + ", "
                        + label(sort, claim.argument(i, 1)) + ")");
            } else {
                List<String> args = new ArrayList<>();
                List<Var> parameters =
                        discipline.actions().get(number(claim.name(i))).parameters();
                for (int k = 0; k < parameters.size(); k++) {
                    args.add(label(parameters.get(k).sort(), claim.argument(i, k)));
                }
                actions.add(claim.name(i) + "(" + String.join(", ", args) + ")");
            }
        }
        return actions.isEmpty() ? "a stutter" : String.join(", then ", actions);
    }

    private String label(String sort, int element) {
        return space.isElement(sort, element)
                ? space.abstraction().sort(sort).map(s -> s.label(element)).orElse("")
                : "?" + element;
    }

    /** How often each action of the discipline was claimed, in its order. */
    public Map<String, Long> taken() {
        Map<String, Long> counts = new LinkedHashMap<>();
        actionNumber.forEach((name, number) -> counts.put(name, taken[number]));
        return counts;
    }

    /** Relations of which some atom became this since the judge began; those that are constant never do. */
    public Set<String> moved(boolean value) {
        Set<String> names = new TreeSet<>();
        for (int atom = 0; atom < space.size(); atom++) {
            if (space.isSet(value ? seenTrue : seenFalse, atom)) {
                names.add(space.relation(atom));
            }
        }
        return names;
    }
}
