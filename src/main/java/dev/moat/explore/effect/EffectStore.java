package dev.moat.explore.effect;

import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Probe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Effects, each once. For one thread.
 *
 * <p>{@code @shape} an effect is {@code hits, (count, flags, account), (letter, print, bundles, changed...)...}: how often it was
 * met again; how many successors, {@link Probe#flags} and the number of what was counted; of each successor its letter, the
 * fingerprint of the bits that changed, the bundles of invariants that these may concern, and these as words of a packed state.
 */
final class EffectStore {
    static final int HEADER = 2;
    /** Bits of the number of successors. */
    private static final int COUNT = 20;
    /** Bytes of an account and of each number in it, with what finds it. */
    private static final long ACCOUNT = 256;

    private static final long NUMBER = 24;
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
    private final List<Probe.Account> accounts = new ArrayList<>();
    private final Map<Probe.Account, Integer> numbers = new HashMap<>();
    private int next;
    /** What accounts take, about. */
    private long accountBytes;

    /** @param packedWords of a packed state */
    EffectStore(int packedWords) {
        stride = CHANGED + packedWords;
    }

    /** Begins an effect of so many successors; they are told one after the other. */
    void begin(int successors, int flags, Probe.Account account) {
        int number = numbers.computeIfAbsent(account, key -> {
            accounts.add(key);
            accountBytes += ACCOUNT
                    + NUMBER
                            * (key.counted().size()
                                    + key.stutters().size()
                                    + key.claimed().size())
                    + key.asked().stream().mapToLong(ClaimWatch.Asked::bytes).sum();
            return accounts.size() - 1;
        });
        int end = used + HEADER + successors * stride;
        if (end > words.length) {
            words = Arrays.copyOf(words, Math.max(end, words.length * 2));
        }
        words[used] = 0;
        words[used + 1] = successors | (long) flags << COUNT | (long) number << 32;
        next = used + HEADER;
    }

    /** The next successor. */
    void successor(int letter, long print, long bundles, long[] changed) {
        words[next + LETTER] = letter;
        words[next + PRINT] = print;
        words[next + BUNDLES] = bundles;
        System.arraycopy(changed, 0, words, next + CHANGED, changed.length);
        next += stride;
    }

    /** The number of the effect that was begun, or of one like it. */
    int end() {
        int last = index.length - 1;
        int i = hash(used, next) & last;
        while (index[i] != 0) {
            if (isSame(index[i])) {
                return index[i];
            }
            i = (i + 1) & last;
        }
        int effect = used;
        index[i] = effect;
        used = next;
        if (++count * 2 > index.length) {
            grow();
        }
        return effect;
    }

    private int hash(int from, int to) {
        long h = 0;
        for (int i = from + 1; i < to; i++) {
            h = (h ^ words[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 32;
        }
        return (int) h;
    }

    private boolean isSame(int effect) {
        int n = next - used;
        return effect + n <= used && Arrays.equals(words, effect + 1, effect + n, words, used + 1, next);
    }

    private void grow() {
        int[] old = index;
        index = new int[2 * old.length];
        for (int effect : old) {
            if (effect != 0) {
                int last = index.length - 1;
                int i = hash(effect, effect + HEADER + successors(effect) * stride) & last;
                while (index[i] != 0) {
                    i = (i + 1) & last;
                }
                index[i] = effect;
            }
        }
    }

    /** Notes that an effect was met again. */
    void hit(int effect) {
        words[effect]++;
    }

    int successors(int effect) {
        return (int) words[effect + 1] & ((1 << COUNT) - 1);
    }

    int flags(int effect) {
        return (int) words[effect + 1] >>> COUNT;
    }

    /** What was counted, and what is to be asked each time. */
    Probe.Account account(int effect) {
        return accounts.get((int) (words[effect + 1] >>> 32));
    }

    /** Where successor k of an effect is told. */
    int at(int effect, int k) {
        return effect + HEADER + k * stride;
    }

    int letter(int at) {
        return (int) words[at + LETTER];
    }

    long print(int at) {
        return words[at + PRINT];
    }

    long bundles(int at) {
        return words[at + BUNDLES];
    }

    /** Makes a packed state its successor. */
    void change(int at, long[] from, int fromAt, long[] to, int toAt) {
        for (int w = 0; w < stride - CHANGED; w++) {
            to[toAt + w] = from[fromAt + w] ^ words[at + CHANGED + w];
        }
    }

    /** Has a probe count what was met again. */
    void settle(Probe probe) {
        for (int effect : index) {
            if (effect != 0 && words[effect] != 0) {
                probe.again(account(effect), words[effect]);
                words[effect] = 0;
            }
        }
    }

    /** Forgets all effects; to be settled before. */
    void clear() {
        words = new long[FIRST];
        index = new int[PLACES];
        accounts.clear();
        numbers.clear();
        accountBytes = 0;
        used = 1;
        count = 0;
    }

    /** Memory taken, about. */
    long bytes() {
        return 8L * words.length + 4L * index.length + accountBytes;
    }
}
