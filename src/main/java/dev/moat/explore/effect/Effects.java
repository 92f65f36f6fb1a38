package dev.moat.explore.effect;

import dev.moat.explore.store.Fingerprint;
import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.judge.Evaluator;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Conditions;
import dev.moat.machine.Coverage;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Probe;
import dev.moat.state.Packing;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Successors of packed states, from what letters were seen to do in states that agree in all that it depends on. One per worker of
 * a search.
 *
 * <p>The alphabet is taken in parts: the instances of an action; of each CPU the starts of an operation, where it is idle, and its next step,
 * for each place where the operation may be. What a part does in a state is executed once ({@link Probe}) and then known
 * ({@link EffectTable}).
 */
public final class Effects {
    private final Bounds bounds;
    private final Machine machine;
    private final Packing packing;
    private final Evaluator judge;
    private final Fingerprint fingerprint;
    private final PackedPrint print;
    private final Conditions conditions;
    private final EffectAudit audit;
    private final Probe probe;
    private final EffectStore store;
    private final List<EffectTable> tables = new ArrayList<>();
    private EffectTable[] actions;
    private final EffectTable[][] starts;
    private final EffectTable[][] steps;
    private final StepCounter[] counters;
    private final long[] parent;
    private final long[] child;
    private final long[] bits;
    private final long[] claimed;
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

    private boolean pays = true;
    private boolean learned;
    private final long fixed;
    private boolean compares;
    private ClaimWatch.@Nullable Wrong wrong;
    private int wrongLetter;

    private Effects(Machine machine, Evaluator judge, Fingerprint fingerprint, StepCounter[] counters, Bounds bounds) {
        this.bounds = bounds;
        this.machine = machine;
        this.judge = judge;
        this.fingerprint = fingerprint;
        this.counters = counters;
        Schema schema = machine.schema();
        packing = schema.packing();
        print = new PackedPrint(fingerprint, packing, schema.words());
        fixed = Conditions.bytes(schema) + PackedPrint.bytes(packing);
        conditions = new Conditions(schema);
        probe = new Probe(machine, conditions);
        audit = new EffectAudit(machine, fingerprint, judge, this);
        store = new EffectStore(packing.words());
        parent = new long[schema.words()];
        child = new long[schema.words()];
        bits = new long[packing.words()];
        claimed = new long[packing.words()];
        int at = 0;
        List<EffectTable> list = new ArrayList<>();
        while (at < machine.instances() && machine.instance(at).kind() == Machine.Kind.ACTION) {
            at = part(at, list);
        }
        actions = list.toArray(EffectTable[]::new);
        starts = new EffectTable[counters.length][];
        steps = new EffectTable[counters.length][machine.steps() + 1];
        for (int cpu = 0; cpu < counters.length; cpu++) {
            list.clear();
            while (machine.instance(at).kind() == Machine.Kind.START) {
                at = part(at, list);
            }
            starts[cpu] = list.toArray(EffectTable[]::new);
            for (int step = 1; step <= machine.steps(); step++) {
                steps[cpu][step] = table(at, at + 1);
            }
            at++;
        }
    }

    /** What knows the successors of a machine, or null when what its letters do cannot be seen, or is too much for these bounds. */
    public static @Nullable Effects of(Machine machine, Evaluator judge, Fingerprint fingerprint, Bounds bounds) {
        if (!machine.schema().isWatchable()) {
            return null;
        }
        StepCounter[] counters = StepCounter.of(machine);
        if (counters == null) {
            return null;
        }
        long fixed = Conditions.bytes(machine.schema())
                + PackedPrint.bytes(machine.schema().packing());
        if (fixed > bounds.ofOne()) {
            return null;
        }
        Effects made = new Effects(machine, judge, fingerprint, counters, bounds);
        return made.bytes() > bounds.bytes() / 2 ? null : made;
    }

    /** Adds the table of the letters that do the same as one, with other arguments; answers the one after them. */
    private int part(int first, List<EffectTable> list) {
        Machine.Instance it = machine.instance(first);
        int end = first + 1;
        while (end < machine.instances()
                && machine.instance(end).kind() == it.kind()
                && machine.instance(end).target() == it.target()) {
            end++;
        }
        list.add(table(first, end));
        return end;
    }

    /** Makes two of a table that knows too little, because its letters depend on too much, or has its claims judged each time. */
    private void mend(EffectTable table) {
        if (table.end - table.first == 1) {
            if (compares && !table.asks()) {
                table.ask();
            }
            return;
        }
        int middle = (table.first + table.end) / 2;
        tables.remove(table);
        EffectTable[] halves = {table(table.first, middle), table(middle, table.end)};
        actions = replaced(actions, table, halves);
        for (int cpu = 0; cpu < starts.length; cpu++) {
            starts[cpu] = replaced(starts[cpu], table, halves);
        }
    }

    private static EffectTable[] replaced(EffectTable[] all, EffectTable old, EffectTable... by) {
        return Arrays.stream(all)
                .flatMap(t -> t == old ? Arrays.stream(by) : Stream.of(t))
                .toArray(EffectTable[]::new);
    }

    private EffectTable table(int first, int end) {
        EffectTable table = new EffectTable(first, end, packing.words(), bounds);
        tables.add(table);
        return table;
    }

    /** Compares transitions from now on. */
    public ClaimWatch compareWith(ClaimJudge claims) {
        compares = true;
        return probe.compareWith(claims);
    }

    /** Learns what is to be known of a state before its successors are asked for, where it is not itself one of those. */
    public void look(long[] s) {
        conditions.look(s);
        learned = true;
    }

    /** Between blocks of a search: each learns what the others have learned of conditions. */
    public static void exchange(List<Effects> all) {
        for (Effects one : all) {
            if (one.learned) {
                one.learned = false;
                all.forEach(other -> other.conditions.learn(one.conditions));
            }
        }
        all.forEach(Effects::forgetIfGrown);
    }

    private void forgetIfGrown() {
        if (conditions.grew()) {
            forget();
        }
    }

    /** Forgets all effects. */
    public void forget() {
        store.settle(probe);
        store.clear();
        tables.forEach(EffectTable::clear);
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
    }

    /** Finds the successors of the state that begins at a word, behind those that were found since {@link #begin}. */
    public void expand(long[] packed, int at) {
        flags = 0;
        running = false;
        wrong = null;
        for (EffectTable table : actions) {
            use(table, packed, at);
        }
        boolean stepwise = machine.granularity() == Granularity.STEP;
        for (int cpu = 0; cpu < counters.length; cpu++) {
            int step = counters[cpu].of(packed, at);
            if (step == 0) {
                for (EffectTable table : starts[cpu]) {
                    use(table, packed, at);
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
            if (bytes() > bounds.bytes()) {
                forget();
            }
        }
        if (poor != null) {
            mend(poor);
            poor = null;
        }
        if (asked > bounds.questions()) {
            // To execute and note takes a few times as long as to execute.
            pays &= executed < asked / 4;
            asked = 0;
            measured = 0;
            executed = 0;
        }
    }

    /** Memory taken, about. */
    public long bytes() {
        long sum = fixed + probe.bytes() + store.bytes();
        for (EffectTable table : tables) {
            sum += table.bytes();
        }
        return sum;
    }

    /** Whether it takes less time than executing does, as far as can be told. */
    public boolean pays() {
        return pays;
    }

    private void use(EffectTable table, long[] packed, int at) {
        asked++;
        int effect = table.find(packed, at);
        if (effect == 0) {
            effect = execute(table, packed, at);
        } else {
            store.hit(effect);
            if (table.asks()) {
                ask(store.account(effect), table.first, packed, at);
            }
        }
        flags |= store.flags(effect);
        int more = store.successors(effect);
        if (count + more > successors.length) {
            successors = Arrays.copyOf(successors, 2 * (count + more));
        }
        for (int k = 0; k < more; k++) {
            successors[count++] = store.at(effect, k);
        }
    }

    private void ask(Probe.Account account, int letter, long[] packed, int at) {
        if (account.asked().isEmpty()) {
            return;
        }
        packing.unpack(packed, at, parent);
        ClaimWatch.Wrong found = probe.ask(parent, account);
        if (found != null && wrong == null) {
            wrong = found;
            wrongLetter = letter;
        }
    }

    private int execute(EffectTable table, long[] packed, int at) {
        executed++;
        packing.unpack(packed, at, parent);
        probe.run(table.first, table.end, parent, table.asks());
        store.begin(probe.count(), probe.flags(), probe.account());
        for (int k = 0; k < probe.count(); k++) {
            long sum = 0;
            for (int w = 0; w < child.length; w++) {
                child[w] = probe.changed(k, w);
                sum ^= fingerprint.part(w, child[w]);
                child[w] ^= parent[w];
            }
            long bundles = judge.bundles(parent, child);
            for (int w = 0; w < child.length; w++) {
                child[w] ^= parent[w];
            }
            packing.packDifference(child, bits, 0);
            store.successor(probe.letter(k), sum, bundles, bits);
        }
        int effect = store.end();
        if (probe.wrong() != null && wrong == null) {
            wrong = probe.wrong();
            wrongLetter = probe.wrongLetter();
        }
        if (conditions.grew()) {
            // What else is known may rest on conditions that read less.
            learned = true;
            tables.forEach(EffectTable::clear);
        } else if (probe.wrong() == null) {
            packing.mask(probe.bits(), bits);
            packing.mask(probe.claimed(), claimed);
            table.add(packed, at, bits, claimed, effect);
            poor = table.isPoor() ? table : poor;
        }
        return effect;
    }

    /** How many successors were found since {@link #begin}. */
    public int count() {
        return count;
    }

    /** The letter that leads to successor k. */
    public int letter(int k) {
        return store.letter(successors[k]);
    }

    /** What leads from the sum of the state's fingerprint to that of successor k. */
    public long print(int k) {
        return store.print(successors[k]);
    }

    /** The bundles of invariants that may concern what changed; see {@link Evaluator#bundles}. */
    public long bundles(int k) {
        return store.bundles(successors[k]);
    }

    /** Writes successor k of a packed state. */
    public void write(int k, long[] packed, int at, long[] to, int toAt) {
        store.change(successors[k], packed, at, to, toAt);
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
        return wrong;
    }

    /** The letter that made it. */
    public int wrongLetter() {
        return wrongLetter;
    }

    /** Adds what was counted. */
    public void addTo(Coverage coverage) {
        store.settle(probe);
        probe.addTo(coverage);
    }
}
