package dev.moat.logic.claims;

import dev.moat.bits.Words;
import dev.moat.logic.ground.Readers;
import dev.moat.logic.ground.UnvaryingBits;
import dev.moat.logic.judge.KeyPacking;
import dev.moat.logic.judge.KeyTable;
import dev.moat.state.Claim;
import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Transitions that were judged right. A judgement depends on the claim, on the changed bits that the abstraction
 * reads, and on the bits of the state before that decide ({@link DecidingBits}). These decide the atoms that the
 * claimed actions read or change, and that other atoms which read a changed bit stay the same. All other atoms are the
 * same before and after. So a transition that agrees in all this with a right one is right. This relies on the
 * declared footprints of atoms and of their conditions.
 *
 * <p>{@code @shape} a claim with its changes is a form: {@code count, (word, changed bits)..., arguments...}. A known
 * form has a record in {@code records}, or one for each of a few sets of deciding bits. A record begins with a count
 * of lookups. Then it has its hash and, in the upper half, its length. Then it has the start of its {@code names} and,
 * in the upper half, the length of its parts. Its number, the form, and the parts of its keys ({@link KeyPacking})
 * follow.
 *
 * <p>{@code index} is an open-addressing table of the starts of records, plus one.
 */
final class ClaimMemo {
    private static final int HEADER = 4;
    private static final int MOST_FORMS = 1 << KeyPacking.RESERVED;

    private final UnvaryingBits unvarying;
    /** Of each word of a state the bits that the abstraction reads. */
    private final long[] readable;

    private int[] index = new int[1 << 10];
    private long[] records = new long[1 << 12];
    private int used;
    private String[] names = new String[64];
    private int namesUsed;
    private int forms;
    private final KeyTable keys;

    /** Of the transition that was asked about last: its form, how long it is, its hash and its record, or -1. */
    private final long[] form;

    private int length;
    private int hash;
    private int record;
    /** Words of what it claims that are in its record. */
    private int claimed;
    /** Whether a bit that never varies is not as usual: then no key tells what it is. */
    private boolean odd;
    /** Whether such a bit may be so where the next transition begins: where nobody says where they begin, or some was so or was changed. */
    private boolean mayBeOdd = true;

    private boolean isOpen;

    ClaimMemo(Readers readers, Schema schema) {
        unvarying = new UnvaryingBits(readers, schema);
        int words = schema.words();
        readable = IntStream.range(0, words).mapToLong(readers::readable).toArray();
        keys = new KeyTable(words);
        form = new long[2 * words + 1];
    }

    /** Of each word of a state the bits that the abstraction reads; not to be changed. */
    long[] readable() {
        return readable;
    }

    /** As {@link TransitionJudge#open}. */
    void open(long[] s) {
        mayBeOdd = (isOpen && mayBeOdd) || unvarying.isOdd(s);
        isOpen = true;
    }

    /** Whether a transition is known to be what it claims. */
    boolean knows(long[] before, long[] after, Claim claim) {
        compare(before, after);
        record = -1;
        odd = false;
        claimed = claim.wordCount();
        if (length == 1 && claim.count() == 0) {
            return true;
        }
        if (claim.count() > 0) {
            // What changed tells most forms apart, and the first action the rest.
            long first = (claim.words()[0] ^ claim.words()[1] << 7) * 0x9E3779B97F4A7C15L;
            hash ^= (int) (first >>> 32) ^ claim.name(0).hashCode();
        }
        return isKnown(before, claim);
    }

    /** Whether a transition that claims nothing is known to be explained. What explains it depends on the state, not on the form alone. */
    boolean knowsExplained(long[] before, long[] after) {
        compare(before, after);
        record = -1;
        odd = false;
        claimed = 0;
        return length == 1 || isKnown(before, null);
    }

    /** What decides depends on the state, too, so that a form may have several records. */
    private boolean isKnown(long[] before, @Nullable Claim claim) {
        odd = mayBeOdd && unvarying.isOdd(before);
        long header = header();
        int last = index.length - 1;
        for (int i = hash & last; index[i] != 0 && !odd; i = (i + 1) & last) {
            int at = index[i] - 1;
            if (hasForm(at, header) && (claim == null || isClaimed(at, claim, claimed))) {
                int from = at + HEADER + length + claimed;
                int to = from + (int) (records[at + 2] >>> 32);
                if (keys.has((int) records[at + 3], before, records, from, to)) {
                    records[at]++;
                    record = at;
                    return true;
                }
            }
        }
        return false;
    }

    /** How the bits of a footprint are packed into keys. */
    long[] parts(Footprint reads) {
        return KeyPacking.parts(reads, unvarying.varying());
    }

    /**
     * What the judgement of the transition that was asked about last depends on, once it is known: bits of the state before, and the
     * actions.
     */
    void tell(long[] bits, Consumer<String> actions) {
        // Where a bit is odd, what is claimed was judged, also where nothing changed.
        if (record < 0 && length == 1 && !odd) {
            return;
        }
        if (record < 0 || odd) {
            Arrays.fill(bits, -1L);
            return;
        }
        int from = record + HEADER + length + claimed;
        int to = from + (int) (records[record + 2] >>> 32);
        for (int k = from; k < to; k += 2) {
            bits[(char) records[k]] |= records[k + 1];
        }
        for (int i = 0; i < records[record + HEADER]; i++) {
            actions.accept(names[(int) records[record + 2] + i]);
        }
    }

    private long header() {
        return (long) length << 32 | (hash & 0xFFFF_FFFFL);
    }

    /** Whether a record is of what changed, whatever its actions. */
    private boolean hasForm(int at, long header) {
        if (records[at + 1] != header) {
            return false;
        }
        for (int k = 1; k < length; k++) {
            if (records[at + HEADER + k] != form[k]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Notes that the transition that was asked about last is right.
     *
     * @param claim what it claims, or is explained by
     * @param words of the claim that belong to the form
     * @param parts of what decides that, as of {@link #parts}
     * @param most records that the form may have
     * @return whether it was noted, or need not be
     */
    boolean learn(long[] before, Claim claim, int words, long[] parts, int most) {
        if (odd) {
            return true;
        }
        long header = header();
        int last = index.length - 1;
        int count = 0;
        for (int i = hash & last; index[i] != 0 && record < 0; i = (i + 1) & last) {
            int at = index[i] - 1;
            if (hasForm(at, header) && isClaimed(at, claim, words)) {
                count++;
                if (records[at + 2] >>> 32 == parts.length
                        && agree(at + HEADER + length + words, parts, parts.length)) {
                    record = at;
                }
            }
        }
        if (record < 0 && count >= most) {
            return false;
        }
        if (record < 0) {
            form[0] = claim.count();
            add(claim, words, parts);
        }
        int from = record + HEADER + length + words;
        keys.add((int) records[record + 3], before, records, from, from + parts.length);
        return true;
    }

    /** Whether a record has these actions, and so many words of their arguments. */
    private boolean isClaimed(int at, Claim claim, int words) {
        return records[at + HEADER] == claim.count()
                && agree(at + HEADER + length, claim.words(), words)
                && isNamed((int) records[at + 2], claim);
    }

    /** Begins the form with what changed. */
    private void compare(long[] before, long[] after) {
        int n = 1;
        long h = 0;
        long strange = 0;
        for (int w = Words.differing(before, after, 0, 0);
                w < before.length;
                w = Words.differing(before, after, 0, w + 1)) {
            long difference = (before[w] ^ after[w]) & readable[w];
            strange |= difference & ~unvarying.varying()[w];
            if (difference != 0) {
                form[n++] = w;
                form[n++] = difference;
                h = (h ^ difference ^ w) * 0xD6E8FEB86659FD93L;
                h ^= h >>> 32;
            }
        }
        length = n;
        hash = (int) h;
        mayBeOdd |= strange != 0;
    }

    private boolean agree(int at, long[] words, int n) {
        for (int i = 0; i < n; i++) {
            if (records[at + i] != words[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isNamed(int at, Claim claim) {
        for (int i = 0; i < claim.count(); i++) {
            if (!names[at + i].equals(claim.name(i))) {
                return false;
            }
        }
        return true;
    }

    private void add(Claim claim, int words, long[] parts) {
        int size = HEADER + length + words + parts.length;
        if (used + size > records.length) {
            records = Arrays.copyOf(records, records.length + records.length / 2 + size);
        }
        record = used;
        records[record] = 0;
        records[record + 1] = header();
        records[record + 2] = (long) parts.length << 32 | namesUsed;
        records[record + 3] = forms;
        System.arraycopy(form, 0, records, record + HEADER, length);
        System.arraycopy(claim.words(), 0, records, record + HEADER + length, words);
        System.arraycopy(parts, 0, records, record + HEADER + length + words, parts.length);
        used += size;
        if (namesUsed + claim.count() > names.length) {
            names = Arrays.copyOf(names, 2 * (namesUsed + claim.count()));
        }
        for (int i = 0; i < claim.count(); i++) {
            names[namesUsed++] = claim.name(i);
        }
        if (++forms * 2 > index.length) {
            grow();
        }
        place(record);
    }

    private void grow() {
        int[] old = index;
        index = new int[old.length * 2];
        for (int entry : old) {
            if (entry != 0) {
                place(entry - 1);
            }
        }
    }

    private void place(int at) {
        int last = index.length - 1;
        int i = (int) records[at + 1] & last;
        while (index[i] != 0) {
            i = (i + 1) & last;
        }
        index[i] = at + 1;
    }

    /** Memory in use, about. */
    long bytes() {
        return keys.bytes() + 8L * (used + namesUsed) + 4L * index.length;
    }

    /** Whether no more forms can be learned. */
    boolean isFull() {
        return forms == MOST_FORMS;
    }

    /** Every action of every form that is kept, with how often the form was known. */
    void forEachAction(ObjLongConsumer<String> visitor) {
        for (int entry : index) {
            if (entry != 0) {
                int at = entry - 1;
                int first = (int) records[at + 2];
                for (int i = 0; i < records[at + HEADER]; i++) {
                    visitor.accept(names[first + i], records[at]);
                }
            }
        }
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(index, 0);
        used = 0;
        namesUsed = 0;
        forms = 0;
        record = -1;
        keys.clear();
    }
}
