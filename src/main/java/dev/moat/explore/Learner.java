package dev.moat.explore;

import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.judge.Evaluator;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Conditions;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.machine.Probe;
import dev.moat.state.Packing;
import org.jspecify.annotations.Nullable;

/**
 * Executes letters whose effect is not stored, counts them, and stores the effect. It executes a letter once for all
 * states that agree in the bits that the letter reads. If a state agrees in these but not in the bits that the claims
 * read, only the claims are judged again. One per worker.
 */
final class Learner {
    private final Machine machine;
    private final Probe probe;
    private final Packing packing;
    private final Evaluator judge;
    private final Fingerprint fingerprint;
    private final @Nullable ImageChanges images;
    /** What changed of the last successor's images. */
    private final long[] imagesChanged;

    private final Packing.Follower parents;
    /** What the parents' follower has reached. */
    private final long[] parent;

    private final long[] child;
    private final long[] bits;
    private final long[] claimed;
    private EffectStore store;
    private EffectStore.Draft draft;
    private boolean compares;
    private ClaimWatch.@Nullable Wrong wrong;
    private int wrongLetter;

    Learner(
            EffectMemory memory,
            Conditions conditions,
            @Nullable ImageChanges images,
            Evaluator judge,
            Fingerprint fingerprint) {
        machine = memory.machine;
        this.judge = judge;
        this.fingerprint = fingerprint;
        this.images = images;
        imagesChanged = new long[memory.symmetry == null ? 0 : memory.symmetry.group()];
        store = memory.known().store;
        draft = store.new Draft();
        probe = new Probe(machine, conditions);
        packing = machine.schema().packing();
        parents = packing.new Follower();
        parent = parents.state();
        child = new long[parent.length];
        bits = new long[packing.words()];
        claimed = new long[packing.words()];
    }

    /** Compares transitions from now on. */
    ClaimWatch compareWith(ClaimJudge claims) {
        compares = true;
        return probe.compareWith(claims);
    }

    /** Notes effects in another store from now on. */
    void note(EffectStore to) {
        store = to;
        draft = to.new Draft();
    }

    /** Forgets what was wrong. */
    void begin() {
        wrong = null;
    }

    /** Whether a table tells what is done and what that claims together. */
    boolean isWhole(EffectTable table) {
        return compares && !table.asks;
    }

    /** Learns what a table does not know of the state that begins at a word; answers the effect. */
    int learn(EffectTable table, long[] packed, int at) {
        parents.follow(packed, at);
        int done = isWhole(table) ? table.done.find(packed, at) : 0;
        if (done == 0) {
            return execute(table, packed, at);
        }
        int account = store.accountOf(done);
        probe.again(store.account(account), 1);
        Judged asked = store.asked(account);
        if (asked == null || areRight(asked)) {
            note(table, done, packed, at);
        }
        return done;
    }

    private int execute(EffectTable table, long[] packed, int at) {
        probe.run(table.first, table.end, parent);
        draft.begin(probe.count(), probe.flags());
        for (int k = 0; k < probe.count(); k++) {
            successor(k);
        }
        packing.mask(probe.bits(), bits);
        boolean right = isRight();
        if (!isApart(table)) {
            int effect = draft.end(probe.account().and(probe.claimed()));
            if (right) {
                add(table, effect, packed, at);
            }
            return effect;
        }
        int done = draft.end(probe.account().reading(bits));
        if (right) {
            (table.asks ? table.known : table.done).add(packed, at, bits, done);
            if (!table.asks) {
                note(table, done, packed, at);
            }
        }
        return done;
    }

    /** Whether it is known what is done, whatever that claims. What an action claims is what it does, and reads little more. */
    private boolean isApart(EffectTable table) {
        return compares && (table.asks || machine.instance(table.first).kind() != Machine.Kind.ACTION);
    }

    private void successor(int k) {
        long sum = 0;
        for (int w = 0; w < child.length; w++) {
            child[w] = probe.changed(k, w);
            sum ^= fingerprint.part(w, child[w]);
            child[w] ^= parent[w];
        }
        long bundles = judge.bundles(parent, child);
        if (images != null) {
            images.find(parent, child, imagesChanged, probe.bits());
        }
        for (int w = 0; w < child.length; w++) {
            child[w] ^= parent[w];
        }
        packing.packDifference(child, bits, 0);
        draft.successor(probe.letter(k), sum, bundles, bits, imagesChanged);
    }

    /** Whether nothing was found wrong just now. */
    private boolean isRight() {
        if (wrong == null) {
            wrong = probe.wrong();
            wrongLetter = probe.wrongLetter();
        }
        return probe.wrong() == null;
    }

    /** Whether what transitions claim from the parent is right, and so in all states that agree in what was read for that. */
    private boolean areRight(Judged all) {
        probe.ask(parent, all.asked);
        return isRight();
    }

    /** Notes what is done together with what was just found to be claimed by it. */
    private void note(EffectTable table, int done, long[] packed, int at) {
        Probe.Account account = store.account(store.accountOf(done));
        if (account.asks()) {
            System.arraycopy(account.reads(), 0, bits, 0, bits.length);
            draft.like(done);
            add(table, draft.end(account.and(probe.claimed())), packed, at);
        } else {
            table.known.add(packed, at, account.reads(), done);
        }
    }

    /** Adds an effect that depends on the bits, and on what was read to judge the claims. */
    private void add(EffectTable table, int effect, long[] packed, int at) {
        packing.mask(probe.reads(), claimed);
        for (int w = 0; w < bits.length; w++) {
            claimed[w] |= bits[w];
        }
        table.known.add(packed, at, claimed, effect);
    }

    /** Judges transitions apart, from the state that begins at a word, and notes it where they are right. */
    void judge(Judged all, long[] packed, int at) {
        parents.follow(packed, at);
        if (areRight(all)) {
            packing.mask(probe.reads(), bits);
            all.learn(packed, at, bits, store.number(probe.claimed()));
        }
    }

    /** The first claim since {@link #begin} that is not true, or null. */
    ClaimWatch.@Nullable Wrong wrong() {
        return wrong;
    }

    /** The letter that made it. */
    int wrongLetter() {
        return wrongLetter;
    }

    /** Counts so many times more what an account of the store counts. */
    void again(int account, long times) {
        probe.again(store.account(account), times);
    }

    /** Adds what was counted. */
    void addTo(Coverage coverage) {
        probe.addTo(coverage);
    }

    /** Memory taken, about. */
    long bytes() {
        return probe.bytes();
    }
}
