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
import java.util.stream.IntStream;
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

    private final ExplainedPairs explained;
    private final Claim found = new Claim();
    private final long[] expected;
    /** The abstraction of the state after a transition that is explained. */
    private final long[] goal;

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
        return finding(discipline, abstraction, schema, MOST_REMEMBERED);
    }

    /** As the other, with another limit, in bytes, of what it remembers. */
    public static ClaimJudge finding(Discipline discipline, Abstraction abstraction, Schema schema, long mostRemembered)
            throws IncomparableException {
        return new ClaimJudge(discipline, completed(discipline, abstraction), schema, mostRemembered, true);
    }

    /** An abstraction in which the relations of a discipline that it does not have are false, and sorts that it lacks are empty. */
    public static Abstraction completed(Discipline discipline, Abstraction from) {
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
        goal = space.bits().blank();
        explained = new ExplainedPairs(goal.length, mostRemembered);
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
        if (!space.readers().ofChange(before, after, readers)) {
            return null;
        }
        state.jump(before);
        if (!state.look(after, goal)) {
            return null;
        }
        int known = explained.find(state.bits(), goal);
        if (known >= 0) {
            for (int number : explained.actions(known)) {
                taken[number]++;
            }
            return null;
        }
        System.arraycopy(state.bits(), 0, expected, 0, expected.length);
        found.clear();
        if (!finder.find(expected, goal, found)) {
            return objection.refusal(found, found.count() - 1, expected);
        }
        if (!Arrays.equals(goal, expected)) {
            return objection.difference(found, expected, goal);
        }
        int[] numbers = IntStream.range(0, found.count())
                .mapToObj(found::name)
                .filter(name -> ClaimedActions.exchanged(name) == null)
                .mapToInt(actions::number)
                .toArray();
        for (int number : numbers) {
            taken[number]++;
        }
        explained.add(state.bits(), goal, numbers);
        return null;
    }

    /**
     * Pairs of abstract states that were explained, with the actions between them: the same pair is explained in the same way.
     *
     * <p>{@code @shape} {@code pairs} has the words of the first and of the second state, pair after pair; {@code index} is an
     * open-addressing table of their numbers plus one.
     */
    private static final class ExplainedPairs {
        private static final int MOST = 1 << 14;

        private final int words;
        private final int most;
        private final int[] index = new int[2 * MOST];
        private final int[][] actions = new int[MOST][];
        private long[] pairs = new long[0];
        private int count;

        ExplainedPairs(int words, long bytes) {
            this.words = words;
            most = (int) Math.min(MOST, bytes / (2L * Long.BYTES * words));
        }

        /** The number of a pair, or -1. */
        int find(long[] from, long[] to) {
            int i = place(from, to);
            return index[i] - 1;
        }

        private int place(long[] from, long[] to) {
            long h = 0;
            for (int w = 0; w < words; w++) {
                h = (h ^ from[w]) * 0x9E3779B97F4A7C15L;
                h = (h ^ (h >>> 32) ^ to[w]) * 0xC2B2AE3D27D4EB4FL;
                h ^= h >>> 29;
            }
            int i = (int) h & (index.length - 1);
            while (index[i] != 0 && !is(index[i] - 1, from, to)) {
                i = (i + 1) & (index.length - 1);
            }
            return i;
        }

        private boolean is(int number, long[] from, long[] to) {
            int at = number * 2 * words;
            return Arrays.equals(pairs, at, at + words, from, 0, words)
                    && Arrays.equals(pairs, at + words, at + 2 * words, to, 0, words);
        }

        int[] actions(int number) {
            return actions[number];
        }

        /** Adds one that is not there; forgets all others where there is no more room. */
        void add(long[] from, long[] to, int[] between) {
            if (count >= most) {
                Arrays.fill(index, 0);
                count = 0;
            }
            if (most == 0) {
                return;
            }
            int at = count * 2 * words;
            if (at + 2 * words > pairs.length) {
                pairs = Arrays.copyOf(pairs, Math.max(2 * pairs.length, 256 * words));
            }
            int i = place(from, to);
            System.arraycopy(from, 0, pairs, at, words);
            System.arraycopy(to, 0, pairs, at + words, words);
            actions[count] = between;
            index[i] = ++count;
        }
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
