package dev.moat.explain;

import dev.moat.bits.BitField;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Numbers and fields of words as answers print them. */
final class NumberText {
    private NumberText() {}

    /** A number of a log, with or without {@code 0x}; null if it has more than 64 bits or is none. */
    @Nullable
    static Long hex(String text) {
        String digits = text.toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
        return digits.matches("[0-9a-f]{1,16}") ? Long.parseUnsignedLong(digits, 16) : null;
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** The fields of a word that are not 0, for example {@code TYPE=0x3 SID=0x5300}. */
    static String fields(List<BitField> fields, long word) {
        String shown = fields.stream()
                .filter(field -> field.isSet(word))
                .map(field -> field.name() + "=" + hex(field.get(word)))
                .collect(Collectors.joining(" "));
        return shown.isEmpty() ? "all 0" : shown;
    }

    /** The reserved fields of a word that are not 0; empty if there are none. */
    static String reserved(List<BitField> fields, long word) {
        return fields.stream()
                .filter(field -> field.name().startsWith("RSVD") && field.isSet(word))
                .map(field -> field.hi() == field.lo()
                        ? "bit " + field.lo()
                        : "bits " + field.hi() + ":" + field.lo() + " = " + hex(field.get(word)))
                .collect(Collectors.joining(", "));
    }

    /** The name of a requester by its source-id. */
    static String requester(long sourceId) {
        return String.format("%02x:%02x.%d", sourceId >>> 8 & 0xff, sourceId >>> 3 & 0x1f, sourceId & 7);
    }

    /** A device of a log as Linux names it: {@code [0x64:0x00.5]} is 64:00.5. */
    static String device(String text) {
        return text.toLowerCase(Locale.ROOT).replace("0x", "");
    }

    /** A device without its segment. */
    static String withoutSegment(String device) {
        return device.replaceFirst("^[0-9a-f]{4,8}:(?=[0-9a-f]{2}:)", "");
    }
}
