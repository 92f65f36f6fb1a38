package dev.moat.state;

import dev.moat.bits.BitField;
import dev.moat.bits.Watched;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A named family of places in the state, indexed by up to three sorts (row-major). A small value shares a word
 * with others; an architectural 64-bit entry has a whole word and its real format.
 *
 * <p>{@code @shape} element i lives in word {@code word[i]}, shifted by {@code shift[i]}, {@code mask} wide.
 * {@code @unit} values are elements of {@link #values()} where that is given (plus one where {@link #optional()},
 * 0 meaning none), plain numbers otherwise.
 */
public final class Slots {
    private final String name;
    private final Role role;
    private final Writer writer;
    private final List<Sort> index;
    private final @Nullable Sort values;
    private final boolean optional;
    private final boolean takenByStarts;
    private final int lock;
    private final List<BitField> format;
    private final @Nullable LongFunction<List<BitField>> decoding;
    private final Slots kinds;
    private final List<String> spoken;
    private final List<Named> named;
    private final @Nullable Liveness naming;
    private final int size;
    private final int second;
    private final int third;
    private final long mask;
    private final long varying;
    private final long fixed;
    final int[] word;
    final byte[] shift;

    /**
     * Bits of every element that name an element of a sort; any other number there names nothing.
     *
     * @param low the lowest of the bits
     * @param width how many they are
     * @param first the number that names element 0
     */
    public record Named(int low, int width, Sort sort, long first) {}

    Slots(SlotsBuilder b) {
        name = b.name;
        role = b.role;
        writer = b.writer;
        index = List.copyOf(b.index);
        values = b.values;
        optional = b.optional;
        takenByStarts = b.takenByStarts;
        lock = b.lock;
        format = List.copyOf(b.format);
        decoding = b.decoding;
        kinds = b.kinds != null ? b.kinds : this;
        spoken = b.spoken;
        named = b.named();
        naming = b.naming != null ? b.naming : b.live;
        size = index.stream().mapToInt(Sort::size).reduce(1, Math::multiplyExact);
        second = index.size() > 1 ? index.get(1).size() : 1;
        third = index.size() > 2 ? index.get(2).size() : 1;
        mask = b.width == 64 ? -1L : (1L << b.width) - 1;
        varying = b.varying & mask;
        fixed = b.fixed;
        word = new int[size];
        shift = new byte[size];
    }

    /** Value of a family without an index. */
    public long get(long[] s) {
        return get(s, 0);
    }

    /** Value of element i (row-major where the family has several indices). */
    public long get(long[] s, int i) {
        if (s.length == Watched.LENGTH) {
            noteRead(s, i);
        }
        return (s[word[i]] >>> shift[i]) & mask;
    }

    /** Apart, so that Java puts what is left of {@link #get} into its callers. */
    private void noteRead(long[] s, int i) {
        Watched.read(s, word[i], mask << shift[i]);
    }

    /** Value of the element in row i and column j. */
    public long get(long[] s, int i, int j) {
        return get(s, i * second + j);
    }

    /** Value of an element of a family with three indices. */
    public long get(long[] s, int i, int j, int k) {
        return get(s, (i * second + j) * third + k);
    }

    /** Stores the value of a family without an index, as {@link #set(long[], int, long)} does. */
    public void set(long[] s, long value) {
        set(s, 0, value);
    }

    /**
     * Stores element i.
     *
     * @throws IllegalArgumentException when the value does not fit in the slot: a wrapped counter or a cut frame
     *     number must never pass for a state
     */
    public void set(long[] s, int i, long value) {
        if ((value & ~mask) != 0) {
            throw refused(i, value);
        }
        int w = word[i];
        int sh = shift[i];
        if (s.length == Watched.LENGTH) {
            Watched.stored(s, w, mask << sh);
        }
        // The value fits. Masked, it is also seen to leave alone what is beside it, where this is executed
        // symbolically.
        s[w] = (s[w] & ~(mask << sh)) | ((value & mask) << sh);
    }

    /** Stores the element in row i and column j, as {@link #set(long[], int, long)} does. */
    public void set(long[] s, int i, int j, long value) {
        set(s, i * second + j, value);
    }

    /** Stores an element of a family with three indices, as {@link #set(long[], int, long)} does. */
    public void set(long[] s, int i, int j, int k, long value) {
        set(s, (i * second + j) * third + k, value);
    }

    /** Whether elements are locks. */
    public boolean isLock() {
        return lock >= 0;
    }

    /** Notes, in watched states, that a CPU has taken or dropped element i, which is a lock. */
    public void noteHolder(long[] s, int i, int cpu, boolean taken) {
        if (s.length == Watched.LENGTH) {
            if (taken) {
                Watched.took(s, lock + i, cpu);
            } else {
                Watched.dropped(s, lock + i, cpu);
            }
        }
    }

    /** The number of an element of a family with two indices. */
    public int element(int i, int j) {
        return i * second + j;
    }

    /** The number of an element of a family with three indices. */
    public int element(int i, int j, int k) {
        return (i * second + j) * third + k;
    }

    /** The number of element i among all locks of its schema. */
    int lockNumber(int i) {
        return lock + i;
    }

    private IllegalArgumentException refused(int i, long value) {
        return new IllegalArgumentException(
                "slot " + label(i) + " holds " + width() + " bits, not 0x" + Long.toHexString(value));
    }

    /** As traces print it, unique in its schema. */
    public String name() {
        return name;
    }

    /** What kind of thing it is. */
    public Role role() {
        return role;
    }

    /** Who writes it. */
    public Writer writer() {
        return writer;
    }

    /** The index sorts, at most three. */
    public List<Sort> index() {
        return index;
    }

    /** The sort of the values, or null for plain numbers and words. */
    public @Nullable Sort values() {
        return values;
    }

    /** Whether 0 means none and n+1 means element n of {@link #values()}. */
    public boolean optional() {
        return optional;
    }

    /** Whether a call may take elements for itself as it starts. */
    public boolean takenByStarts() {
        return takenByStarts;
    }

    /** The declared fields of an architectural word, the same for all elements; empty for small values. */
    public List<BitField> format() {
        return format;
    }

    /** The bits that name elements of sorts, in a small value or a word. */
    public List<Named> named() {
        return named;
    }

    /** When an element names what {@link #named} says; null for always. */
    public @Nullable Liveness naming() {
        return naming;
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /** Bits of one element. */
    public int width() {
        return Long.bitCount(mask);
    }

    /** Bits that may differ between states; the others always equal {@link #fixed()}. */
    public long varying() {
        return varying;
    }

    /** Value of the bits that never vary, and the initial value of all elements. */
    public long fixed() {
        return fixed;
    }

    /** Position of element i: word index in the state. */
    public int wordOf(int i) {
        return word[i];
    }

    /** Position of element i: lowest bit in its word. */
    public int shiftOf(int i) {
        return shift[i];
    }

    /** Printable name of element i, for example {@code leaf[d1,p0]}. */
    public String label(int i) {
        if (index.isEmpty()) {
            return name;
        }
        StringBuilder text = new StringBuilder(name).append('[');
        int stride = size;
        int rest = i;
        for (Sort sort : index) {
            stride /= sort.size();
            text.append(stride == size / index.get(0).size() && text.charAt(text.length() - 1) == '[' ? "" : ",")
                    .append(sort.label(rest / stride));
            rest %= stride;
        }
        return text.append(']').toString();
    }

    /** The family whose same element says which fields a word of this one has: itself, where no other is declared. */
    public Slots kinds() {
        return kinds;
    }

    /** Element i of a state as a person reads it. */
    public String print(long[] s, int i) {
        return print(get(s, i), kinds.get(s, i));
    }

    /** A value by itself, as {@link #print(long, long)}; without fields where only another word would say which it has. */
    public String print(long value) {
        return print(value, kinds == this ? value : 0);
    }

    /**
     * A value as a person reads it: an element's label, {@code none}, a word, decoded fields, or a number.
     *
     * @param kind what the same element of {@link #kinds} has
     */
    public String print(long value, long kind) {
        Sort sort = values;
        if (sort != null) {
            if (optional) {
                return value == 0 ? "none" : sort.label((int) value - 1);
            }
            return sort.label((int) value);
        }
        if (value >= 0 && value < spoken.size()) {
            return spoken.get((int) value);
        }
        // A dead entry is 0, of no kind, and in all formats.
        List<BitField> fields = decoding == null || value == 0 ? format : decoding.apply(kind);
        if (fields.isEmpty()) {
            return width() > 16 ? "0x" + Long.toHexString(value) : Long.toString(value);
        }
        return printFields(value, fields);
    }

    private static String printFields(long value, List<BitField> fields) {
        if (value == 0) {
            return "0";
        }
        StringBuilder text =
                new StringBuilder("0x").append(Long.toHexString(value)).append(" (");
        String gap = "";
        for (BitField field : fields) {
            long v = field.get(value);
            if (v != 0) {
                text.append(gap).append(field.name());
                if (field.width() > 1) {
                    text.append("=0x").append(Long.toHexString(v));
                }
                gap = " ";
            }
        }
        return text.append(')').toString();
    }
}
