package dev.moat.explore;

import dev.moat.machine.Probe;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Stores each effect once. All workers of a search read it at any time. A worker that adds an effect, or asks for a
 * view of new effects, waits for others that do so. A view is neither changed nor moved.
 *
 * <p>{@code @shape} an effect is {@code (count, flags, account), (letter, print, bundles, changed...)...}. It begins
 * with the number of successors, {@link Probe#flags} and the number of its {@link Probe.Account}. Each successor has
 * its letter, the fingerprint of the changed bits, and the bundles of invariants that these bits may concern. The
 * changed bits are words of a packed state. With symmetry they are followed by the answer of {@link
 * dev.moat.explore.ImageChanges}.
 */
final class EffectStore {
    static final int HEADER = 1;
    /** Bits of the number of successors. */
    private static final int COUNT = 20;
    /** Bytes of an account and of each number in it, with what finds it. */
    private static final long ACCOUNT = 256;

    private static final long NUMBER = 8;
    private static final int FIRST = 1 << 10;
    private static final int PLACES = 1 << 8;
    private static final int LETTER = 0;
    private static final int PRINT = 1;
    private static final int BUNDLES = 2;
    private static final int CHANGED = 3;

    private final int stride;
    private long[] words = new long[FIRST];
    /** Where the next effect begins; the first word is left out, for 0 is no effect. */
    private int used = 1;

    private int[] index = new int[PLACES];
    private int count;
    private volatile Probe.Account[] accounts = new Probe.Account[PLACES];
    private final Map<Probe.Account, Integer> numbers = new HashMap<>();
    /** Of each account what is asked. */
    private volatile Judged[] asked = new Judged[PLACES];

    private final Map<List<Probe.Asked>, Judged> judged = new HashMap<>();
    private final LongAdder judgedBytes = new LongAdder();
    private final int packedWords;
    /** What accounts take, about. */
    private long accountBytes;

    /**
     * @param packedWords of a packed state
     * @param images permutations of a symmetry; 0 without one
     */
    EffectStore(int packedWords, int images) {
        this.packedWords = packedWords;
        stride = CHANGED + packedWords + images;
        number(Probe.Account.NOTHING);
    }

    /** An empty one of such effects. */
    EffectStore cleared() {
        return new EffectStore(packedWords, stride - images());
    }

    /** Effects that are told one after the other before they are added. For one thread. */
    final class Draft {
        private long[] told = new long[FIRST];
        private int next;

        /** Begins an effect of so many successors; they are told one after the other. */
        void begin(int successors, int flags) {
            if (HEADER + successors * stride > told.length) {
                told = new long[2 * (HEADER + successors * stride)];
            }
            told[0] = successors | (long) flags << COUNT;
            next = HEADER;
        }

        /** The next successor. */
        void successor(int letter, long print, long bundles, long[] changed, long[] images) {
            told[next + LETTER] = letter;
            told[next + PRINT] = print;
            told[next + BUNDLES] = bundles;
            System.arraycopy(changed, 0, told, next + CHANGED, packedWords);
            System.arraycopy(images, 0, told, next + CHANGED + packedWords, images.length);
            next += stride;
        }

        /** Begins with all that an effect says but for its account. */
        void like(int effect) {
            next = copy(effect, this);
        }

        /** The number of the effect that was told, or of one like it. */
        int end(Probe.Account account) {
            return add(told, next, account);
        }
    }

    private synchronized int add(long[] told, int length, Probe.Account account) {
        told[0] |= (long) number(account) << 32;
        int last = index.length - 1;
        int i = hash(told, 0, length) & last;
        while (index[i] != 0) {
            if (isSame(index[i], told, length)) {
                return index[i];
            }
            i = (i + 1) & last;
        }
        int effect = used;
        if (effect + length > words.length) {
            words = Arrays.copyOf(words, Math.max(effect + length, words.length * 2));
        }
        System.arraycopy(told, 0, words, effect, length);
        index[i] = effect;
        used = effect + length;
        if (++count * 2 > index.length) {
            grow();
        }
        return effect;
    }

    private synchronized int copy(int effect, Draft to) {
        int length = HEADER + successors(words, effect) * stride;
        if (length > to.told.length) {
            to.told = new long[2 * length];
        }
        System.arraycopy(words, effect, to.told, 0, length);
        to.told[0] &= 0xFFFF_FFFFL;
        return length;
    }

    /** The number of what an effect counts. */
    synchronized int accountOf(int effect) {
        return account(words, effect);
    }

    /** The number of an account, which it has from now on. */
    synchronized int number(Probe.Account account) {
        Integer known = numbers.get(account);
        if (known != null) {
            return known;
        }
        int number = numbers.size();
        numbers.put(account, number);
        accountBytes += ACCOUNT + NUMBER * account.size();
        Probe.Account[] all = accounts;
        Judged[] ofAll = asked;
        if (number == all.length) {
            all = Arrays.copyOf(all, 2 * number);
            ofAll = Arrays.copyOf(ofAll, 2 * number);
        }
        all[number] = account;
        ofAll[number] = account.asks()
                ? judged.computeIfAbsent(account.asked(), made -> new Judged(made, packedWords, judgedBytes))
                : null;
        accounts = all;
        asked = ofAll;
        return number;
    }

    private static int hash(long[] words, int from, int to) {
        long h = 0;
        for (int i = from; i < to; i++) {
            h = (h ^ words[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 32;
        }
        return (int) h;
    }

    private boolean isSame(int effect, long[] told, int length) {
        return effect + length <= used && Arrays.equals(words, effect, effect + length, told, 0, length);
    }

    private void grow() {
        int[] old = index;
        index = new int[2 * old.length];
        for (int effect : old) {
            if (effect != 0) {
                int last = index.length - 1;
                int i = hash(words, effect, effect + HEADER + successors(words, effect) * stride) & last;
                while (index[i] != 0) {
                    i = (i + 1) & last;
                }
                index[i] = effect;
            }
        }
    }

    /** All effects that are known now: those with numbers below {@code end}. */
    static final class View {
        final long[] words;
        final int end;

        private View(long[] words, int end) {
            this.words = words;
            this.end = end;
        }
    }

    synchronized View view() {
        return new View(words, used);
    }

    /** Words of a successor. */
    int stride() {
        return stride;
    }

    /** Behind so many words of a successor what changed of its images begins. */
    int images() {
        return CHANGED + packedWords;
    }

    static int successors(long[] words, int effect) {
        return (int) words[effect] & ((1 << COUNT) - 1);
    }

    static int flags(long[] words, int effect) {
        return (int) words[effect] >>> COUNT;
    }

    /** The number of what was counted; 0 when that is nothing. */
    static int account(long[] words, int effect) {
        return (int) (words[effect] >>> 32);
    }

    /** What was counted. */
    Probe.Account account(int number) {
        return accounts[number];
    }

    /** What is to be asked wherever that is counted, or null. */
    @Nullable
    Judged asked(int number) {
        return asked[number];
    }

    static int letter(long[] words, int at) {
        return (int) words[at + LETTER];
    }

    static long print(long[] words, int at) {
        return words[at + PRINT];
    }

    static long bundles(long[] words, int at) {
        return words[at + BUNDLES];
    }

    /** In which bits word w of a packed state differs from its successor. */
    static long changed(long[] words, int at, int w) {
        return words[at + CHANGED + w];
    }

    /** Memory taken, about. */
    synchronized long bytes() {
        return 8L * words.length + 4L * index.length + accountBytes + judgedBytes.sum();
    }
}
