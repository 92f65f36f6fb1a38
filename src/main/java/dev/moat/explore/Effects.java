package dev.moat.explore;

import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.judge.Evaluator;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Conditions;
import dev.moat.machine.Coverage;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Probe;
import dev.moat.state.Schema;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Computes successors of packed states from stored effects of letters, if the state agrees in all bits on which the
 * effect depends. One per worker of a search; the workers share the {@link EffectMemory}.
 *
 * <p>The effect of a part of the alphabet ({@link KnownEffects}) in a state is executed once ({@link Probe}) and then stored
 * ({@link EffectTable}).
 */
final class Effects {
    private final EffectMemory memory;
    private final EffectLimits bounds;
    private final Machine machine;
    private final PackedPrint print;
    private final Conditions conditions;
    private final @Nullable ImageChanges images;
    private final EffectAudit audit;
    private final Learner learner;
    private final StepCounter[] counters;
    /** Words of a packed state. */
    private final int packedWords;

    /** What is known, as this worker has seen it last, and how its parts did. */
    private KnownEffects known;

    private WorkerTable[] actions = new WorkerTable[0];
    private WorkerTable[][] starts = new WorkerTable[0][];
    private WorkerTable[][] steps = new WorkerTable[0][];
    /** The words of all effects with numbers below that. */
    private long[] words = new long[0];

    private int seen;
    private final int stride;
    private final int imagesAt;
    /** How often what an account counts happened again, by number. */
    private long[] again = new long[64];
    /** A table that is to be mended. */
    private @Nullable EffectTable poor;

    private int[] successors = new int[64];
    private int count;
    private int flags;
    private boolean running;
    private int asked;
    /** What was asked when memory was measured last. */
    private int measured;

    /** How often letters were executed of late, and not looked up. */
    int executed;

    /** How often there was too much of it since the questions are counted. */
    private int forgotten;

    private boolean pays = true;
    private boolean learned;
    private final long fixed;
    private boolean compares;

    Effects(EffectMemory memory, Evaluator judge, Fingerprint fingerprint) {
        this.memory = memory;
        bounds = memory.bounds;
        machine = memory.machine;
        counters = memory.counters;
        Schema schema = machine.schema();
        packedWords = schema.packing().words();
        print = new PackedPrint(fingerprint, schema.packing(), schema.words());
        fixed = bytes(schema, memory.symmetry);
        conditions = new Conditions(schema);
        audit = new EffectAudit(memory, fingerprint, judge, this);
        known = memory.known();
        images = memory.symmetry == null ? null : new ImageChanges(memory.symmetry, schema.words());
        learner = new Learner(memory, conditions, images, judge, fingerprint);
        stride = known.store.stride();
        imagesAt = known.store.images();
        see(known);
    }

    /** Sees what is known now; of parts that are still there stays how they did. */
    private void see(KnownEffects now) {
        Map<EffectTable, WorkerTable> before = new HashMap<>();
        Stream.of(
                        Stream.of(actions),
                        Stream.of(starts).flatMap(Stream::of),
                        Stream.of(steps).flatMap(Stream::of))
                .flatMap(all -> all)
                .filter(part -> part != null)
                .forEach(part -> before.put(part.table, part));
        known = now;
        learner.note(now.store);
        seen = 0;
        actions = parts(now.actions, before);
        starts = Stream.of(now.starts).map(all -> parts(all, before)).toArray(WorkerTable[][]::new);
        steps = Stream.of(now.steps).map(all -> parts(all, before)).toArray(WorkerTable[][]::new);
    }

    private static WorkerTable[] parts(EffectTable[] tables, Map<EffectTable, WorkerTable> before) {
        return Stream.of(tables)
                .map(table -> table == null ? null : before.computeIfAbsent(table, WorkerTable::new))
                .toArray(WorkerTable[]::new);
    }

    /** Compares transitions from now on. */
    public ClaimWatch compareWith(ClaimJudge claims) {
        compares = true;
        return learner.compareWith(claims);
    }

    /** See {@link EffectMemory#look}. */
    void look(long[] s) {
        conditions.look(s);
        if (images != null) {
            images.look(s);
        }
        learned |= grew();
    }

    /** Whether anything was learned of what effects rest on, since it was asked last. */
    private boolean grew() {
        boolean images = this.images != null && this.images.grew();
        return conditions.grew() || images;
    }

    private void learn(Effects other) {
        conditions.learn(other.conditions);
        if (images != null && other.images != null) {
            images.learn(other.images);
        }
        grew();
    }

    /** Has the others learn what this one has learned of conditions; answers whether there was anything. */
    boolean teach(List<Effects> others) {
        boolean any = learned;
        learned = false;
        if (any) {
            for (Effects other : others) {
                other.learn(this);
            }
        }
        return any;
    }

    /** Counts what was met again. */
    private void settle() {
        for (int number = 0; number < again.length; number++) {
            if (again[number] != 0) {
                learner.again(number, again[number]);
                again[number] = 0;
            }
        }
    }

    /**
     * Executes in the state of which successors were found last, those from {@code first} on, and compares.
     *
     * @throws IllegalStateException when what is remembered is not what is done
     */
    public void audit(long[] packed, int at, int first) {
        audit.look(packed, at, first);
    }

    /** Forgets the successors that were found; to be called before those of a few states are. */
    public void begin() {
        lookBack();
        count = 0;
        KnownEffects now = memory.known();
        if (now != known) {
            settle();
            see(now);
        }
    }

    /** Finds the successors of the state that begins at a word, behind those that were found since {@link #begin}. */
    public void expand(long[] packed, int at) {
        flags = 0;
        running = false;
        learner.begin();
        for (WorkerTable part : actions) {
            use(part, packed, at);
        }
        boolean stepwise = machine.granularity() == Granularity.STEP;
        for (int cpu = 0; cpu < counters.length; cpu++) {
            int step = counters[cpu].of(packed, at);
            if (step == 0) {
                for (WorkerTable part : starts[cpu]) {
                    use(part, packed, at);
                }
            } else {
                running = true;
                if (stepwise) {
                    use(steps[cpu][step], packed, at);
                }
            }
        }
    }

    /** Mends what knows too little. */
    private void lookBack() {
        if (asked >= measured + bounds.questions() / 64) {
            measured = asked;
            if (memory.bytes() > bounds.bytes()) {
                memory.forget(known);
                // Once may be because there was so much to learn at first.
                pays &= ++forgotten < 2 || isWorthIt();
            }
        }
        if (poor != null) {
            memory.mend(poor, compares);
            poor = null;
        }
        if (asked > bounds.questions()) {
            pays &= isWorthIt();
            asked = 0;
            forgotten = 0;
            measured = 0;
            executed = 0;
        }
    }

    /** To execute and note takes a few times as long as to execute. */
    private boolean isWorthIt() {
        return executed < asked / 4;
    }

    /** Memory that what is a worker's alone takes at least, about. */
    static long bytes(Schema schema, @Nullable ImageTables symmetry) {
        return Conditions.bytes(schema)
                + PackedPrint.bytes(schema.packing())
                + (symmetry == null ? 0 : ImageChanges.bytes(symmetry, schema.words()));
    }

    /** Memory taken by what is this worker's alone, about. */
    long own() {
        return fixed + learner.bytes();
    }

    /** Whether it takes less time than executing does, as far as this worker can tell. */
    boolean pays() {
        return pays;
    }

    // What is asked most often is small, so that Java puts it where it is asked.
    private void use(WorkerTable part, long[] packed, int at) {
        asked++;
        int effect = part.find(packed, at);
        if (effect == 0) {
            effect = learn(part, packed, at);
            view(effect);
        } else {
            view(effect);
            int account = EffectStore.account(words, effect);
            if (account != 0) {
                count(account, part.table, packed, at);
            }
        }
        flags |= EffectStore.flags(words, effect);
        take(effect + EffectStore.HEADER, EffectStore.successors(words, effect));
    }

    private void view(int effect) {
        if (effect >= seen) {
            EffectStore.View view = known.store.view();
            seen = view.end;
            words = view.words;
        }
    }

    private void take(int first, int more) {
        if (count + more > successors.length) {
            successors = Arrays.copyOf(successors, 2 * (count + more));
        }
        for (int k = 0; k < more; k++) {
            successors[count++] = first + k * stride;
        }
    }

    private void count(int account, EffectTable table, long[] packed, int at) {
        again(account);
        Judged asked = table.asks ? known.store.asked(account) : null;
        if (asked != null) {
            int claimed = asked.find(packed, at);
            if (claimed >= 0) {
                again(claimed);
            } else {
                learner.judge(asked, packed, at);
            }
        }
    }

    private void again(int account) {
        if (account >= again.length) {
            again = Arrays.copyOf(again, 2 * account);
        }
        again[account]++;
    }

    private int learn(WorkerTable part, long[] packed, int at) {
        executed++;
        part.missed++;
        poor = part.isPoor(bounds, learner.isWhole(part.table)) ? part.table : poor;
        int effect = learner.learn(part.table, packed, at);
        learned |= grew();
        return effect;
    }

    /** How many successors were found since {@link #begin}. */
    public int count() {
        return count;
    }

    /** The letter that leads to successor k. */
    public int letter(int k) {
        return EffectStore.letter(words, successors[k]);
    }

    /** What leads from the sum of the state's fingerprint to that of successor k. */
    public long print(int k) {
        return EffectStore.print(words, successors[k]);
    }

    /** The bundles of invariants that may concern what changed; see {@link Evaluator#bundles}. */
    public long bundles(int k) {
        return EffectStore.bundles(words, successors[k]);
    }

    /** The fingerprint of the orbit of successor k of the state that is taken as the base; with a symmetry. */
    public long orbit(int k, OrbitPrint by) {
        return by.of(words, successors[k] + imagesAt);
    }

    /** Writes successor k of a packed state. */
    public void write(int k, long[] packed, int at, long[] to, int toAt) {
        for (int w = 0; w < packedWords; w++) {
            to[toAt + w] = packed[at + w] ^ EffectStore.changed(words, successors[k], w);
        }
    }

    /** The sum of a state's fingerprint. */
    public long sum(long[] packed, int at) {
        return print.sum(packed, at);
    }

    /** As {@link dev.moat.machine.Stepper#stuck}. */
    public boolean stuck() {
        boolean served = (flags & Probe.SERVED) != 0;
        boolean goesOn = (flags & Probe.ADVANCED) != 0 || served;
        return running ? machine.granularity() != Granularity.STEP || !goesOn : (flags & Probe.WAITS) != 0 && !served;
    }

    /** The first claim that is not true, or null. */
    public ClaimWatch.@Nullable Wrong wrong() {
        return learner.wrong();
    }

    /** The letter that made it. */
    public int wrongLetter() {
        return learner.wrongLetter();
    }

    /** Adds what was counted. */
    public void addTo(Coverage coverage) {
        settle();
        learner.addTo(coverage);
    }
}
