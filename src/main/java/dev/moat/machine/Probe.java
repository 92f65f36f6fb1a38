package dev.moat.machine;

import dev.moat.bits.Watched;
import dev.moat.logic.claims.TransitionJudge;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does what some letters of the alphabet do in a state, and tells on which bits of the state it depends: another state that has
 * the same there has the same successors by these letters, with the same bits changed. For one thread.
 *
 * <p>{@code @oracle} {@link Stepper#expand}.
 */
public final class Probe {
    /** Of {@link #flags}: an action that serves waiting operations was enabled. */
    public static final int SERVED = 1;

    /** An operation went on. */
    public static final int ADVANCED = 2;

    /** A call made sense, and its first step waits. */
    public static final int WAITS = 4;

    private final Machine m;
    private final int words;
    private final Counters counters;
    private final Execution execution;
    private final Conditions conditions;
    private final long[] watched = Watched.state();
    private final long[] bits;
    private final long[] claimed;
    private @Nullable ClaimWatch claims;
    private int[] letters = new int[8];
    private long[] changed;
    private int count;
    private int flags;
    private ClaimWatch.@Nullable Wrong wrong;
    private int wrongLetter;

    /** What was counted, in an order of its own. Immutable. */
    public static final class Account {
        /** Of nothing that is counted. */
        public static final Account NOTHING = new Account(new int[0], new int[0], List.of(), List.of());

        /** Letters, steps, results and refused calls. */
        final int[] counted;
        /** Steps that claimed nothing. */
        final int[] stutters;
        /** Abstract actions, but for those that are found in each state anew. */
        final List<String> claimed;

        private final List<ClaimWatch.Asked> asked;
        private final int hash;

        Account(int[] counted, int[] stutters, List<String> claimed, List<ClaimWatch.Asked> asked) {
            this.counted = counted;
            this.stutters = stutters;
            this.claimed = claimed;
            this.asked = asked;
            int first = 31 * Arrays.hashCode(counted) + Arrays.hashCode(stutters);
            hash = 31 * (31 * first + claimed.hashCode()) + asked.hashCode();
        }

        /** Transitions that are to be judged again where what they depend on is another. */
        public List<ClaimWatch.Asked> asked() {
            return asked;
        }

        /** How many numbers and names it has. */
        public int size() {
            return counted.length + stutters.length + claimed.size() + asked.size();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Account o
                    && hash == o.hash
                    && Arrays.equals(counted, o.counted)
                    && Arrays.equals(stutters, o.stutters)
                    && claimed.equals(o.claimed)
                    && asked.equals(o.asked);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** @param conditions what is known of the states that it will be asked about */
    public Probe(Machine machine, Conditions conditions) {
        m = machine;
        words = m.schema().words();
        this.conditions = conditions;
        counters = new Counters(m, true);
        execution = new Execution(m, counters);
        bits = new long[words];
        claimed = new long[words];
        changed = new long[letters.length * words];
    }

    /** Has every transition judged from now on, as {@link Stepper#compareWith} does. */
    public ClaimWatch compareWith(TransitionJudge judge) {
        ClaimWatch watch = new ClaimWatch(m, judge, claimed);
        claims = watch;
        execution.tell(watch);
        return watch;
    }

    /**
     * Does letters {@code [first, end)}, all of one kind and one CPU, in a normalised state, which is not changed.
     *
     * @param asks whether {@link #ask} is to judge what is claimed; then {@link #claimed} has only what tells the claims
     */
    public void run(int first, int end, long[] s, boolean asks) {
        count = 0;
        flags = 0;
        wrong = null;
        Arrays.fill(bits, 0);
        Arrays.fill(claimed, 0);
        counters.begin();
        if (claims != null) {
            claims.open(s);
            claims.forget(asks);
        }
        Machine.Instance it = m.instance(first);
        for (int i = first; i < end; i++) {
            Watched.load(s, watched, words);
            switch (it.kind()) {
                case ACTION -> act(i, s);
                case START -> start(i, it.cpu(), s);
                case ADVANCE -> advance(i, it.cpu(), s);
            }
            Watched.collect(watched, bits);
        }
    }

    private void act(int i, long[] s) {
        int action = m.instance(i).target();
        if (execution.act(action, i, watched)) {
            flags |= execution.isService(action) ? SERVED : 0;
            if (claims != null) {
                claims.begin();
                claims.acted(i, watched);
            }
            emit(i, conditions.normalise(s, watched, bits));
            note(s);
        }
    }

    private void start(int i, int cpu, long[] s) {
        if (execution.begin(m.instance(i).target(), cpu, i, watched)) {
            if (!execution.proceed(cpu, watched)) {
                flags |= WAITS;
                return;
            }
            boolean ended = execution.isIdle(watched, cpu);
            boolean moved = conditions.normalise(s, watched, bits);
            if (ended && Arrays.equals(s, 0, words, watched, 0, words)) {
                counters.refused();
            } else {
                emit(i, moved);
                note(s);
            }
        }
    }

    private void advance(int i, int cpu, long[] s) {
        if (claims != null) {
            claims.begin();
        }
        if (execution.advance(watched, cpu)) {
            flags |= ADVANCED;
            emit(i, conditions.normalise(s, watched, bits));
            note(s);
        }
    }

    private void emit(int i, boolean moved) {
        if (claims != null) {
            claims.end(watched, moved || i >= m.firstStart);
            if (wrong == null && claims.wrong() != null) {
                wrong = claims.wrong();
                wrongLetter = i;
            }
        }
        counters.took(i);
        if (count == letters.length) {
            letters = Arrays.copyOf(letters, 2 * count);
            changed = Arrays.copyOf(changed, 2 * count * words);
        }
        letters[count] = i;
    }

    private void note(long[] s) {
        for (int w = 0; w < words; w++) {
            changed[count * words + w] = s[w] ^ watched[w];
        }
        count++;
    }

    /** The bits on which successors and counts depend. */
    public long[] bits() {
        return bits;
    }

    /** The bits on which it depends besides what is claimed, and whether that is true. */
    public long[] claimed() {
        return claimed;
    }

    /** How many successors there are. */
    public int count() {
        return count;
    }

    /** The letter of successor k. */
    public int letter(int k) {
        return letters[k];
    }

    /** In which bits word w of successor k differs from the state. */
    public long changed(int k, int w) {
        return changed[k * words + w];
    }

    /** What else happened. */
    public int flags() {
        return flags;
    }

    /** The first claim that is not true, or null. */
    public ClaimWatch.@Nullable Wrong wrong() {
        return wrong;
    }

    /** The letter that made it. */
    public int wrongLetter() {
        return wrongLetter;
    }

    /** What was counted. */
    public Account account() {
        int[] counted = counters.noted();
        return claims == null
                ? new Account(counted, new int[0], List.of(), List.of())
                : new Account(counted, claims.idle(), claims.claimed(), claims.asked());
    }

    /** Memory taken, about: states that note what is read are large. */
    public long bytes() {
        return claims == null ? 0 : claims.bytes();
    }

    /** See {@link ClaimWatch#ask}. */
    public ClaimWatch.@Nullable Wrong ask(long[] s, List<ClaimWatch.Asked> all, long[] reads) {
        return claims == null ? null : claims.ask(s, all, reads);
    }

    /** What was counted by asking last, where nothing was wrong. */
    public Account counted() {
        return claims == null ? Account.NOTHING : new Account(new int[0], claims.idle(), claims.claimed(), List.of());
    }

    /** See {@link ClaimWatch#isSettled}. */
    public boolean isSettled() {
        return claims != null && claims.isSettled();
    }

    /** Counts so many times more what was counted once. */
    public void again(Account account, long times) {
        counters.again(account.counted, times);
        if (claims != null) {
            claims.again(account, times);
        }
    }

    /** Adds what was counted to a coverage. */
    public void addTo(Coverage coverage) {
        counters.addTo(coverage);
    }
}
