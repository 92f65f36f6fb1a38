package dev.moat.bits;

/**
 * A named, contiguous field of a 64-bit word. Records are used because the JIT folds their components
 * when an instance is a {@code static final} constant.
 *
 * @param name the name the specification uses, for example {@code SLPTPTR}
 * @param hi highest bit of the field, 63 at most, inclusive
 * @param lo lowest bit of the field, inclusive
 */
public record BitField(String name, int hi, int lo) {

    /** Throws {@link IllegalArgumentException} when the bounds do not describe a field of a 64-bit word. */
    public BitField {
        if (lo < 0 || hi > 63 || lo > hi) {
            throw new IllegalArgumentException("field " + name + " has bounds " + hi + ":" + lo);
        }
    }

    /** A field of one bit. */
    public static BitField bit(String name, int position) {
        return new BitField(name, position, position);
    }

    /** Number of bits. */
    public int width() {
        return hi - lo + 1;
    }

    /** Ones at the field's positions in the word. */
    public long mask() {
        return (-1L >>> (63 - hi + lo)) << lo;
    }

    /** Largest value the field holds. */
    public long max() {
        return -1L >>> (63 - hi + lo);
    }

    /** The field's value, shifted down to bit 0. */
    public long get(long word) {
        return (word >>> lo) & max();
    }

    /** Whether any bit of the field is set. */
    public boolean isSet(long word) {
        return (word & mask()) != 0;
    }

    /**
     * The word with this field replaced; the other bits are kept. Always clears first.
     *
     * @throws IllegalArgumentException when the value does not fit: a truncated address is an isolation hole
     */
    public long set(long word, long value) {
        if ((value & ~max()) != 0) {
            throw new IllegalArgumentException(name + " holds " + width() + " bits, not 0x" + Long.toHexString(value));
        }
        return (word & ~mask()) | (value << lo);
    }
}
