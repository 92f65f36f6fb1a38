package dev.moat.bits;

import java.util.List;

/** Which bits of a format must be zero, read off its list of fields so that no position is written twice. */
public final class Reserved {
    /** How the name of every reserved range of a format starts. */
    static final String PREFIX = "RSVD";

    private Reserved() {}

    /** All reserved bits of a word. */
    public static long in(List<BitField> word) {
        return word.stream()
                .filter(field -> field.name().startsWith(PREFIX))
                .mapToLong(BitField::mask)
                .reduce(0, (a, b) -> a | b);
    }
}
