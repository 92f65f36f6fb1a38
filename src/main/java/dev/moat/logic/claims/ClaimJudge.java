package dev.moat.logic.claims;

import dev.moat.logic.ground.Readers;
import dev.moat.logic.read.Discipline;
import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Claim;
import dev.moat.state.relation.Relation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a transition of an implementation is what it claims to be: the abstraction of the state before satisfies
 * the claimed actions' guards, and their effects make it the abstraction of the state after, in every atom. It checks the
 * claim and searches for none. What was judged before is not judged again ({@link ClaimMemo}): then it allocates nothing.
 */
public final class ClaimJudge implements TransitionJudge {
    private static final long MOST_REMEMBERED = 16L << 20;

    private final Discipline discipline;
    private final Schema schema;
    private final AtomSpace space;
    private final ClaimedActions actions;
    private final Objection objection;
    private final ClaimMemo memo;
    private final long mostRemembered;
    private final AbstractState state;
    /** What finds the actions of transitions that claim none, or null where they claim them. */
    private final @Nullable Explanation explanation;

    private final Claim found = new Claim();
    private final long[] expected;
    private final long[] readers;
    /** For each action of the discipline, how often it was taken, but for what the memo counts. */
    private final long[] taken;

    /**
     * @throws IncomparableException when the implementation gives no meaning to a relation of the discipline; then, when it has
     *     too many atoms; then, when an action has more instances than a long counts
     */
    public ClaimJudge(Discipline discipline, Abstraction abstraction, Schema schema) throws IncomparableException {
        this(discipline, abstraction, schema, MOST_REMEMBERED, false);
    }

    /**
     * Judges transitions that claim nothing: their actions are found from what differs.
     *
     * @param abstraction relations that it does not have are false
     */
    public static ClaimJudge finding(Discipline discipline, Abstraction abstraction, Schema schema)
            throws IncomparableException {
        Abstraction whole = completed(discipline, abstraction);
        return new ClaimJudge(discipline, whole, schema, MOST_REMEMBERED, true);
    }

    private static Abstraction completed(Discipline discipline, Abstraction from) {
        Abstraction whole = new Abstraction();
        from.sorts().forEach(whole::sort);
        for (String sort : discipline.vocabulary().sorts()) {
            if (from.sort(sort).isEmpty()) {
                whole.sort(Sort.numbered(sort, "none", 0));
            }
        }
        for (String name : discipline.relations()) {
            Relation r = from.relation(name).orElse(null);
            if (r != null) {
                whole.relation(name, r.places(), r.code(), r.reads());
            } else {
                List<Sort> places = Objects.requireNonNull(
                                discipline.vocabulary().places(name))
                        .stream()
                        .map(sort -> whole.sort(sort).orElseThrow())
                        .toList();
                whole.relation(name, places, (s, a, b, c, d, e) -> false, (p, a, b, c, d, e) -> {});
            }
        }
        return whole;
    }

    /**
     * As the other, with another limit of what it remembers.
     *
     * @param mostRemembered bytes, about
     */
    public ClaimJudge(Discipline discipline, Abstraction abstraction, Schema schema, long mostRemembered)
            throws IncomparableException {
        this(discipline, abstraction, schema, mostRemembered, false);
    }

    private ClaimJudge(
            Discipline discipline, Abstraction abstraction, Schema schema, long mostRemembered, boolean finds)
            throws IncomparableException {
        this.discipline = discipline;
        this.schema = schema;
        this.mostRemembered = mostRemembered;
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
        actions = new ClaimedActions(discipline, space);
        objection = new Objection(discipline, space, actions);
        explanation = finds ? new Explanation(space, actions) : null;
        taken = new long[discipline.actions().size()];
        memo = new ClaimMemo(space.readers(), schema);
        state = new AbstractState(space, schema);
        expected = space.bits().blank();
        readers = new long[space.readers().setWords()];
    }

    /** {@inheritDoc} */
    @Override
    public @Nullable List<String> judge(long[] before, long[] after, Claim claim) {
        if (explanation != null) {
            return explained(explanation, before, after);
        }
        if (memo.knows(before, after, claim)) {
            return null;
        }
        List<String> wrong = judgeAnew(before, after, claim);
        if (wrong == null) {
            learn(before, after, claim);
        }
        return wrong;
    }

    private @Nullable List<String> explained(Explanation finder, long[] before, long[] after) {
        state.jump(before);
        System.arraycopy(state.bits(), 0, expected, 0, expected.length);
        state.follow(after);
        found.clear();
        boolean taken = finder.find(expected, state.bits(), found);
        for (int i = 0; i < found.count(); i++) {
            count(found.name(i), 1, this.taken);
        }
        if (!taken) {
            return objection.refusal(found, found.count() - 1, expected);
        }
        return Arrays.equals(state.bits(), expected) ? null : objection.difference(found, expected, state.bits());
    }

    private void learn(long[] before, long[] after, Claim claim) {
        if (memo.isFull() || memo.bytes() > mostRemembered) {
            // Cases that do not come again must not fill the memory; those that do are soon learned once more.
            memo.forEachAction((name, times) -> count(name, times, taken));
            memo.clear();
        }
        if (!memo.knowsForm()) {
            memo.learnForm(claim, reads(before, after, claim));
        }
        memo.learn(before, claim);
    }

    private @Nullable List<String> judgeAnew(long[] before, long[] after, Claim claim) {
        state.jump(before);
        System.arraycopy(state.bits(), 0, expected, 0, expected.length);
        for (int i = 0; i < claim.count(); i++) {
            if (!actions.take(claim, i, expected)) {
                return objection.refusal(claim, i, expected);
            }
            count(claim.name(i), 1, taken);
        }
        state.follow(after);
        return Arrays.equals(state.bits(), expected) ? null : objection.difference(claim, expected, state.bits());
    }

    /** What a judgement of this transition may read of the state before; what it reads of the state after follows. */
    private Footprint reads(long[] before, long[] after, Claim claim) {
        Footprint atoms = new Footprint(space.bits());
        Readers index = space.readers();
        if (index.ofChange(before, after, readers)) {
            for (int w = 0; w < readers.length; w++) {
                for (long rest = readers[w]; rest != 0; rest &= rest - 1) {
                    space.add((w << 6) + Long.numberOfTrailingZeros(rest), atoms);
                }
            }
        }
        for (int i = 0; i < claim.count(); i++) {
            actions.touch(claim, i, atoms);
        }
        Footprint reads = new Footprint(schema);
        space.addReads(atoms, reads);
        return reads;
    }

    private void count(String name, long times, long[] counts) {
        if (ClaimedActions.exchanged(name) == null) {
            counts[actions.number(name)] += times;
        }
    }

    /** How often each action of the discipline was claimed, in its order. */
    public Map<String, Long> taken() {
        long[] all = taken.clone();
        memo.forEachAction((name, times) -> count(name, times, all));
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < all.length; i++) {
            counts.put(discipline.actions().get(i).name(), all[i]);
        }
        return counts;
    }

    /** Relations of which some atom became this in a transition that was judged; those that are constant never do. */
    public Set<String> moved(boolean value) {
        return state.moved(value);
    }
}
