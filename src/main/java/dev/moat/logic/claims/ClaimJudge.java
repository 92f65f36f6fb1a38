package dev.moat.logic.claims;

import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.state.Abstraction;
import dev.moat.state.Claim;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a transition of an implementation performs its claimed actions. The abstraction of the state before
 * must satisfy their guards. Their effects must turn it into the abstraction of the state after, in every atom. It
 * checks the claim and does not search for one. Known judgements are not repeated ({@link ClaimMemo}); then it
 * allocates nothing.
 */
public final class ClaimJudge implements TransitionJudge {
    private static final long MOST_REMEMBERED = 8L << 20;
    private static final int MOST_FOOTPRINTS = 1 << 13;
    /** Of so many sets of bits that decide judgements of one form each is looked up. */
    private static final int MOST_RECORDS = 8;

    private final Discipline discipline;
    private final Schema schema;
    private final AtomSpace space;
    private final ClaimedActions actions;
    private final Objection objection;
    private final ClaimMemo memo;
    private final DecidingBits deciding;
    private final long mostRemembered;
    private final AbstractState state;
    /** What finds the actions of transitions that claim none, or null where they claim them. */
    private final @Nullable ActionFinder finder;

    private final Claim found = new Claim();
    /** Of sets of atoms, how what these may read is packed into keys. */
    private final Map<Footprint, long[]> ofAtoms = new HashMap<>();
    /** What they may read. */
    private final Map<Footprint, Footprint> readsOf = new HashMap<>();
    /** How bits that decided judgements are packed. */
    private final Map<Footprint, long[]> ofBits = new HashMap<>();

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
    public ClaimJudge(CompiledActions discipline, Abstraction abstraction, Schema schema) throws IncomparableException {
        this(discipline, abstraction, schema, MOST_REMEMBERED, false);
    }

    /** As the other, with nothing compiled yet. */
    public ClaimJudge(Discipline discipline, Abstraction abstraction, Schema schema) throws IncomparableException {
        this(discipline, abstraction, schema, MOST_REMEMBERED);
    }

    /**
     * Judges transitions that claim nothing: their actions are found from what differs.
     *
     * @param abstraction relations that it does not have are false
     */
    public static ClaimJudge finding(CompiledActions discipline, Abstraction abstraction, Schema schema)
            throws IncomparableException {
        return new ClaimJudge(discipline, completed(discipline, abstraction), schema, MOST_REMEMBERED, true);
    }

    /** As the other, with nothing compiled yet. */
    public static ClaimJudge finding(Discipline discipline, Abstraction abstraction, Schema schema)
            throws IncomparableException {
        return finding(discipline, abstraction, schema, MOST_REMEMBERED);
    }

    /** As the other, with another limit, in bytes, of what it remembers. */
    public static ClaimJudge finding(Discipline discipline, Abstraction abstraction, Schema schema, long mostRemembered)
            throws IncomparableException {
        CompiledActions none = new CompiledActions(discipline);
        return new ClaimJudge(none, completed(none, abstraction), schema, mostRemembered, true);
    }

    /**
     * An abstraction in which the relations of a discipline that it does not have are false, and sorts that it lacks are empty. Nothing is
     * said by conditions: who looks for actions is taken at its word about what it asked, and all that this may read counts.
     */
    public static Abstraction completed(Discipline discipline, Abstraction from) {
        return completed(new CompiledActions(discipline), from);
    }

    /** As the other, of a discipline of which something may be compiled. */
    public static Abstraction completed(CompiledActions compiled, Abstraction from) {
        Vocabulary vocabulary = compiled.discipline().vocabulary();
        Abstraction whole = new Abstraction();
        from.sorts().forEach(whole::sort);
        for (String sort : vocabulary.sorts()) {
            if (from.sort(sort).isEmpty()) {
                whole.sort(Sort.numbered(sort, "none", 0));
            }
        }
        for (String name : compiled.relations()) {
            Relation r = from.relation(name).orElse(null);
            if (r != null) {
                whole.relation(name, r.places(), r.code(), r.reads());
            } else {
                List<Sort> places = Objects.requireNonNull(vocabulary.places(name)).stream()
                        .map(sort -> whole.sort(sort).orElseThrow())
                        .toList();
                whole.never(name, places);
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
        this(new CompiledActions(discipline), abstraction, schema, mostRemembered, false);
    }

    private ClaimJudge(
            CompiledActions compiled, Abstraction abstraction, Schema schema, long mostRemembered, boolean finds)
            throws IncomparableException {
        discipline = compiled.discipline();
        this.schema = schema;
        this.mostRemembered = mostRemembered;
        for (String r : compiled.relations()) {
            if (abstraction.relation(r).isEmpty()) {
                throw new IncomparableException("the component gives no meaning to relation '" + r + "'");
            }
        }
        space = new AtomSpace(compiled.relations(), compiled.changing(), abstraction, schema);
        actions = new ClaimedActions(compiled, space);
        objection = new Objection(discipline, space, actions);
        finder = finds ? new ActionFinder(space, actions) : null;
        taken = new long[discipline.actions().size()];
        memo = new ClaimMemo(space.readers(), schema);
        deciding = new DecidingBits(space, new Footprint(schema));
        state = new AbstractState(space, schema);
        expected = space.bits().blank();
        goal = space.bits().blank();
        readers = new long[space.readers().setWords()];
    }

    /** {@inheritDoc} */
    @Override
    public @Nullable List<String> judge(long[] before, long[] after, Claim claim) {
        if (finder != null) {
            return explained(finder, before, after);
        }
        if (memo.knows(before, after, claim)) {
            return null;
        }
        List<String> wrong = judgeAnew(before, after, claim);
        if (wrong == null) {
            Footprint touched = new Footprint(space.bits());
            for (int i = 0; i < claim.count(); i++) {
                actions.touch(claim, i, touched);
            }
            learn(before, after, claim, claim.wordCount(), touched);
        }
        return wrong;
    }

    @Override
    public void open(long[] s) {
        memo.open(s);
    }

    @Override
    public long[] looksAt() {
        return memo.readable();
    }

    @Override
    public void tell(long[] bits, Consumer<String> actions) {
        memo.tell(bits, actions);
    }

    @Override
    public void again(String action, long times) {
        count(action, times, taken);
    }

    private @Nullable List<String> explained(ActionFinder by, long[] before, long[] after) {
        if (memo.knowsExplained(before, after)) {
            return null;
        }
        state.jump(before);
        Footprint asked = new Footprint(space.bits());
        found.clear();
        if (state.look(after, goal)) {
            System.arraycopy(state.bits(), 0, expected, 0, expected.length);
            if (!by.find(expected, goal, asked, found)) {
                return objection.refusal(found, found.count() - 1, expected);
            }
            if (!Arrays.equals(goal, expected)) {
                return objection.difference(found, expected, goal);
            }
        }
        for (int i = 0; i < found.count(); i++) {
            count(found.name(i), 1, taken);
        }
        if (mostRemembered > 0) {
            learn(before, after, found, 0, asked);
        }
        return null;
    }

    /**
     * Remembers a judgement.
     *
     * @param words of what is claimed that belong to the form
     * @param touched atoms of which it asked what they are, or claims what they are afterwards
     */
    private void learn(long[] before, long[] after, Claim claim, int words, Footprint touched) {
        makeRoom();
        if (!space.readers().ofChange(before, after, readers)) {
            Arrays.fill(readers, 0);
        }
        Footprint others = new Footprint(space.bits());
        Footprint decided = deciding.of(before, after, touched, readers, others);
        if (!memo.learn(before, claim, words, parts(others, decided), MOST_RECORDS)) {
            // Of a form that is decided by ever other bits, what may be read counts.
            for (int w = 0; w < readers.length; w++) {
                touched.bits(w, readers[w]);
            }
            memo.learn(before, claim, words, parts(touched, null), Integer.MAX_VALUE);
        }
    }

    /** How is packed what atoms may read of the state before, and further bits; what they read of that after follows. */
    private long[] parts(Footprint atoms, @Nullable Footprint further) {
        if (further == null) {
            return ofAtoms.computeIfAbsent(atoms, a -> memo.parts(reads(a)));
        }
        return ofBits.computeIfAbsent(further.union(readsOf.computeIfAbsent(atoms, this::reads)), memo::parts);
    }

    private Footprint reads(Footprint atoms) {
        Footprint reads = new Footprint(schema);
        space.addReads(atoms, reads);
        return reads;
    }

    /** Cases that do not come again must not fill the memory; those that do are soon learned once more. */
    private void makeRoom() {
        if (memo.isFull() || memo.bytes() > mostRemembered) {
            memo.forEachAction((name, times) -> count(name, times, taken));
            memo.clear();
        }
        if (ofAtoms.size() + readsOf.size() + ofBits.size() > MOST_FOOTPRINTS) {
            ofAtoms.clear();
            readsOf.clear();
            ofBits.clear();
        }
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
