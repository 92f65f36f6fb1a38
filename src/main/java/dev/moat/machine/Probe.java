package dev.moat.machine;

import dev.moat.bits.Watched;
import dev.moat.logic.claims.TransitionJudge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Executes some letters of the alphabet in a state, and reports on which bits of the state the result depends. Another
 * state with the same values there has the same successors by these letters, with the same bits changed. For one
 * thread.
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
    private final long[] nothing;
    private @Nullable ClaimWatch claims;
    private int[] letters = new int[8];
    private long[] changed;
    private int count;
    private int flags;
    private ClaimWatch.@Nullable Wrong wrong;
    private int wrongLetter;

    /** What was counted, in an order of its own. Immutable. */
    public static final class Account {
        private static final int[] NO_NUMBERS = {};
        private static final long[] UNTOLD = {};
        private static final Asked[] SETTLED = {};

        /** Of nothing that is counted. */
        public static final Account NOTHING = new Account(NO_NUMBERS, NO_NUMBERS, new String[0], SETTLED, UNTOLD);

        /** Letters, steps, results and refused calls. */
        final int[] counted;
        /** Steps that claimed nothing. */
        final int[] stutters;
        /** Abstract actions, but for those that are found in each state anew. */
        final String[] claimed;

        private final Asked[] asked;
        private final long[] reads;
        private final int hash;

        Account(int[] counted, int[] stutters, String[] claimed, Asked[] asked, long[] reads) {
            this.counted = counted;
            this.stutters = stutters;
            this.claimed = claimed;
            this.asked = asked;
            this.reads = reads;
            int numbers = 31 * Arrays.hashCode(counted) + Arrays.hashCode(stutters);
            int names = 31 * Arrays.hashCode(claimed) + Arrays.hashCode(asked);
            hash = 31 * (31 * numbers + names) + Arrays.hashCode(reads);
        }

        /** Of nothing but what was noted of claims. */
        private static Account of(Noted claims) {
            return new Account(NO_NUMBERS, claims.idle(), claims.claimed(), SETTLED, UNTOLD);
        }

        /** Transitions that are to be judged again where what they depend on is another. */
        public List<Asked> asked() {
            return List.of(asked);
        }

        /** Whether there are such. */
        public boolean asks() {
            return asked.length > 0;
        }

        /**
         * The same, and on what of a state it depends.
         *
         * @param bits a packed state's words; copied
         */
        public Account reading(long[] bits) {
            return new Account(counted, stutters, claimed, asked, bits.clone());
        }

        /** Those bits, not to be changed; no words where they were not told. */
        public long[] reads() {
            return reads;
        }

        /** The same with all that another counted, and nothing to be judged again. */
        public Account and(Account other) {
            String[] names = Arrays.copyOf(claimed, claimed.length + other.claimed.length);
            System.arraycopy(other.claimed, 0, names, claimed.length, other.claimed.length);
            return new Account(
                    joined(counted, other.counted), joined(stutters, other.stutters), names, SETTLED, UNTOLD);
        }

        private static int[] joined(int[] a, int[] b) {
            if (b.length == 0) {
                return a;
            }
            int[] all = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, all, a.length, b.length);
            return all;
        }

        /** How many numbers and names it has. */
        public int size() {
            return counted.length + stutters.length + claimed.length + asked.length + reads.length;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Account o
                    && hash == o.hash
                    && Arrays.equals(counted, o.counted)
                    && Arrays.equals(stutters, o.stutters)
                    && Arrays.equals(claimed, o.claimed)
                    && Arrays.equals(asked, o.asked)
                    && Arrays.equals(reads, o.reads);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * A step that is to be judged again where what its claims read is another.
     *
     * <p>{@code @shape} {@code letter of its transition, code of the step, CPU, where the state after begins, (word, bits)...}: in what
     * the state before differs from the one in which the transition began, and then in what the state after does.
     */
    public static final class Asked {
        static final int PAIRS = 4;

        final long[] told;
        private final int hash;

        Asked(long[] told) {
            this.told = told;
            hash = Arrays.hashCode(told);
        }

        /** Memory taken, about. */
        public long bytes() {
            return 64 + 8L * told.length;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Asked o && hash == o.hash && Arrays.equals(told, o.told);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** What is claimed, as it is told. */
    static final class Noted {
        private static final String[] NO_NAMES = {};
        private int[] idle = new int[8];
        private int count;
        private final List<String> claimed = new ArrayList<>();

        void clear() {
            count = 0;
            claimed.clear();
        }

        void idle(int step) {
            idle = count == idle.length ? Arrays.copyOf(idle, 2 * count) : idle;
            idle[count++] = step;
        }

        void claimed(List<String> actions) {
            claimed.addAll(actions);
        }

        /** Steps that claimed nothing, by number. */
        int[] idle() {
            return Arrays.copyOf(idle, count);
        }

        /** Actions that were claimed. */
        String[] claimed() {
            return claimed.toArray(NO_NAMES);
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
        nothing = new long[words];
        changed = new long[letters.length * words];
    }

    /** Has every transition judged from now on, as {@link Stepper#compareWith} does. */
    public ClaimWatch compareWith(TransitionJudge judge) {
        ClaimWatch watch = new ClaimWatch(m, judge, true);
        claims = watch;
        execution.tell(watch);
        return watch;
    }

    /**
     * Does letters {@code [first, end)}, all of one kind and one CPU, in a normalised state, which is not changed. What is claimed
     * elsewhere is for {@link #ask} to judge.
     */
    public void run(int first, int end, long[] s) {
        count = 0;
        flags = 0;
        wrong = null;
        Arrays.fill(bits, 0);
        counters.begin();
        if (claims != null) {
            claims.open(s);
            claims.forget();
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
            claims.end(watched, moved || i >= m.firstStart, i);
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

    /** What was counted, but for what is {@link #claimed}. */
    public Account account() {
        Account claimed = claims == null ? Account.NOTHING : Account.of(claims.always());
        Asked[] asked = claims == null ? Account.SETTLED : claims.asked();
        return new Account(counters.noted(), claimed.stutters, claimed.claimed, asked, Account.UNTOLD);
    }

    /** Memory taken, about: states that note what is read are large. */
    public long bytes() {
        return claims == null ? 0 : claims.bytes();
    }

    /**
     * Judges again what an account asks about. Then {@link #wrong}, {@link #wrongLetter}, {@link #claimed} and {@link #reads} say of
     * it what they say of a run; nothing where nothing is compared.
     *
     * @param s a normalised state that agrees with the one of the run in {@link #bits}; not changed
     * @param all in the account's order
     */
    public void ask(long[] s, List<Asked> all) {
        wrong = claims == null ? null : claims.ask(s, all);
        wrongLetter = claims == null ? 0 : claims.letter();
    }

    /** What those transitions count that an account asks about, run or asked about last; where nothing was wrong. */
    public Account claimed() {
        return claims == null ? Account.NOTHING : Account.of(claims.here());
    }

    /** The bits of the state, a word each of its words, on which that depends, and that nothing is wrong. */
    public long[] reads() {
        return claims == null ? nothing : claims.reads();
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
