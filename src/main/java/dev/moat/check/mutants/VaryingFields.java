package dev.moat.check.mutants;

import dev.moat.bits.BitField;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of one family of slots: the varying fields of its format, then runs of varying bits without a name. A
 * small value is one field.
 */
final class VaryingFields {
    /**
     * One field.
     *
     * @param name empty for a whole value
     * @param mask its bits that may differ between states
     * @param count how many values it has
     */
    record Field(String name, long mask, long count) {
        /** The next value that the field may have, or the one before; after the last comes the first. */
        long moved(long word, boolean up) {
            long value = Math.floorMod(compress(word, mask) + (up ? 1 : -1), count);
            return (word & ~mask) | expand(value, mask);
        }

        /** Whether the two directions differ. */
        boolean hasTwoDirections() {
            return count > 2;
        }
    }

    private VaryingFields() {}

    static List<Field> of(Slots slots) {
        if (slots.values() != null) {
            long count = slots.values().size() + (slots.optional() ? 1L : 0L);
            return count < 2 ? List.of() : List.of(new Field("", slots.varying(), count));
        }
        List<Field> fields = new ArrayList<>();
        long rest = slots.varying();
        for (BitField f : slots.format()) {
            long mask = f.mask() & rest;
            if (mask != 0) {
                fields.add(new Field(f.name(), mask, 1L << Math.min(62, Long.bitCount(mask))));
                rest &= ~mask;
            }
        }
        boolean whole = fields.isEmpty() && slots.width() < Long.SIZE;
        while (rest != 0) {
            int lo = Long.numberOfTrailingZeros(rest);
            int width = Math.min(Long.numberOfTrailingZeros(~(rest >>> lo)), Long.SIZE - lo);
            long mask = whole ? rest : (width == Long.SIZE ? -1L : (1L << width) - 1) << lo;
            String name = whole ? "" : width == 1 ? "bit" + lo : "bits" + (lo + width - 1) + "-" + lo;
            fields.add(new Field(name, mask, 1L << Math.min(62, Long.bitCount(mask))));
            rest &= ~mask;
        }
        return fields;
    }

    /** The bits of a word under a mask, moved together at the low end. */
    private static long compress(long word, long mask) {
        long value = 0;
        int to = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            value |= (word >>> Long.numberOfTrailingZeros(rest) & 1) << to++;
        }
        return value;
    }

    /** The inverse of {@link #compress}. */
    private static long expand(long value, long mask) {
        long word = 0;
        int from = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            word |= (value >>> from++ & 1) << Long.numberOfTrailingZeros(rest);
        }
        return word;
    }
}
