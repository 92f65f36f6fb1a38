package dev.moat.logic;

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
    private final Map<Long, GroundAction> compiled = new HashMap<>();
    private final Map<Long, int[]> exchanges = new HashMap<>();
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
     * @throws IllegalArgumentException when the implementation lacks a relation of the discipline, or has too many atoms
     */
    public ClaimJudge(Discipline discipline, Abstraction abstraction, Schema schema) {
        this.discipline = discipline;
        List<String> relations = discipline.vocabulary().relations().stream()
                .filter(discipline.relations()::contains)
                .toList();
        for (String r : relations) {
            if (abstraction.relation(r).isEmpty()) {
                throw new IllegalArgumentException("the component gives no meaning to relation '" + r + "'");
            }
        }
        Set<String> changing = new HashSet<>();
        discipline.actions().forEach(a -> changing.addAll(a.effects().keySet()));
        space = new AtomSpace(relations, changing, abstraction, schema);
        for (AbstractAction a : discipline.actions()) {
            actionNumber.put(a.name(), actionNumber.size());
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

    private boolean take(Claim claim, int i) {
        String name = claim.name(i);
        if (name.startsWith(Claim.EXCHANGE)) {
            int x = claim.argument(i, 0);
            int y = claim.argument(i, 1);
            String sort = name.substring(Claim.EXCHANGE.length());
            int[] pairs = exchanges.computeIfAbsent((long) x << 32 | y, k -> space.exchange(sort, x, y));
            for (int p = 0; p < pairs.length; p += 2) {
                boolean first = space.isSet(expected, pairs[p]);
                space.set(expected, pairs[p], space.isSet(expected, pairs[p + 1]));
                space.set(expected, pairs[p + 1], first);
            }
            return true;
        }
        int number = number(name);
        GroundAction action = ground(number, claim, i);
        if (!action.isEnabled(expected)) {
            return false;
        }
        action.apply(expected, space);
        taken[number]++;
        return true;
    }

    private int number(String action) {
        Integer number = actionNumber.get(action);
        if (number == null) {
            throw new IllegalStateException("a step claims the unknown action " + action);
        }
        return number;
    }

    private GroundAction ground(int number, Claim claim, int i) {
        long key = number;
        for (int k = 0; k < Claim.PLACES; k++) {
            key = key << 9 | claim.argument(i, k);
        }
        GroundAction known = compiled.get(key);
        if (known == null) {
            int[] args = new int[Claim.PLACES];
            for (int k = 0; k < args.length; k++) {
                args[k] = claim.argument(i, k);
            }
            known = GroundAction.of(discipline.actions().get(number), args, space);
            compiled.put(key, known);
        }
        return known;
    }

    private List<String> refusal(Claim claim, int i) {
        AbstractAction action = discipline.actions().get(number(claim.name(i)));
        Env env = null;
        for (int k = 0; k < action.parameters().size(); k++) {
            env = new Env(env, action.parameters().get(k), claim.argument(i, k));
        }
        List<String> lines = new ArrayList<>();
        lines.add("claimed       " + print(claim));
        lines.add("discipline    " + claim.name(i) + " needs what is not so here:");
        Grounder grounder = new Grounder(space.abstraction(), space.bits());
        for (Term part : action.guard() instanceof Term.And and ? and.parts() : List.of(action.guard())) {
            if (!grounder.node(part, env, false).holds(expected)) {
                lines.add("  FALSE: " + TermText.of(part, env, space.abstraction()));
            }
        }
        return lines;
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
        return space.abstraction().sort(sort).map(s -> s.label(element)).orElse("?" + element);
    }

    /** How often each action of the discipline was claimed, in its order. */
    public Map<String, Long> taken() {
        Map<String, Long> counts = new LinkedHashMap<>();
        actionNumber.forEach((name, number) -> counts.put(name, taken[number]));
        return counts;
    }

    /** Relations of which some atom became true and some atom became false; constants count when both occur. */
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
