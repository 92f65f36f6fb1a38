package dev.moat.audit.read;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One line of the event text as words. Numbers are decimal, or hexadecimal behind {@code 0x}. Options, {@code key=value}, stand behind all other
 * words.
 */
final class EventLine {
    private static final int MOST_WORDS = 1 << 10;
    private static final int LONGEST_NAME = 128;
    private static final int HEX_DIGITS = 16;

    private byte[] text = new byte[0];
    private int start;
    private final int[] from = new int[MOST_WORDS];
    private final int[] to = new int[MOST_WORDS];
    private int words;
    private int next;

    /** What is wrong with a line, and where. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int column;

        Malformed(int column, String message) {
            super(message, null, false, false);
            this.column = column;
        }

        int column() {
            return column;
        }
    }

    /** Takes a line; false where nothing is on it, or only a comment. */
    boolean read(byte[] buffer, int first, int end) {
        text = buffer;
        start = first;
        words = 0;
        next = 0;
        int at = first;
        while (at < end) {
            while (at < end && isSpace(buffer[at])) {
                at++;
            }
            if (at == end || (words == 0 && buffer[at] == '#')) {
                break;
            }
            int word = at;
            while (at < end && !isSpace(buffer[at])) {
                if (buffer[at] < ' ' || buffer[at] > '~') {
                    throw new Malformed(at - first + 1, "a character that is no printable ASCII");
                }
                at++;
            }
            if (words == MOST_WORDS) {
                throw new Malformed(word - first + 1, "more than " + MOST_WORDS + " words");
            }
            from[words] = word;
            to[words++] = at;
        }
        return words > 0;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t';
    }

    private int column(int word) {
        return (word < words ? from[word] : words == 0 ? start : to[words - 1]) - start + 1;
    }

    Malformed wrong(int word, String message) {
        return new Malformed(column(word), message);
    }

    /** The same of the word that was taken last. */
    Malformed wrong(String message) {
        return wrong(Math.max(0, next - 1), message);
    }

    boolean hasMore() {
        return next < words;
    }

    private int take(String what) {
        if (next >= words) {
            throw new Malformed(words == 0 ? 1 : to[words - 1] - start + 1, what + " is missing");
        }
        return next++;
    }

    /** Nothing else may stand there. */
    void end() {
        if (next < words) {
            throw wrong(next, "nothing is expected here, and '" + shown(next) + "' is there");
        }
    }

    private String shown(int word) {
        int length = Math.min(to[word] - from[word], 40);
        return new String(text, from[word], length, StandardCharsets.US_ASCII);
    }

    /** The next word. */
    String name(String what) {
        int word = take(what);
        if (to[word] - from[word] > LONGEST_NAME) {
            throw wrong(word, what + " is longer than " + LONGEST_NAME + " characters");
        }
        return new String(text, from[word], to[word] - from[word], StandardCharsets.US_ASCII);
    }

    /** All words that are left. */
    List<String> rest(String what) {
        List<String> all = new ArrayList<>();
        while (hasMore()) {
            all.add(name(what));
        }
        return all;
    }

    /** The value of an option at the end of the line, which is taken off; empty where it is not there. */
    String option(String key) {
        for (int word = words - 1; word >= next && indexOf('=', word) > 0; word--) {
            int equals = indexOf('=', word);
            if (equals == key.length() && starts(word, key)) {
                String value = new String(
                        text, from[word] + equals + 1, to[word] - from[word] - equals - 1, StandardCharsets.US_ASCII);
                if (value.isEmpty() || value.length() > LONGEST_NAME) {
                    throw wrong(word, key + "= has no value, or one of more than " + LONGEST_NAME + " characters");
                }
                System.arraycopy(from, word + 1, from, word, words - word - 1);
                System.arraycopy(to, word + 1, to, word, words - word - 1);
                words--;
                return value;
            }
        }
        return "";
    }

    private boolean starts(int word, String key) {
        for (int i = 0; i < key.length(); i++) {
            if (text[from[word] + i] != key.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where a character is in a word, from 0; -1 for nowhere. */
    private int indexOf(char c, int word) {
        for (int at = from[word]; at < to[word]; at++) {
            if (text[at] == c) {
                return at - from[word];
            }
        }
        return -1;
    }

    /** The next word as a number without sign. */
    long number(String what) {
        int word = take(what);
        return number(what, word, from[word], to[word]);
    }

    /** A number below a bound. */
    int number(String what, int most) {
        long value = number(what);
        if (value < 0 || value > most) {
            throw wrong(what + " is more than " + most);
        }
        return (int) value;
    }

    private long number(String what, int word, int first, int end) {
        boolean hex = end - first > 2 && text[first] == '0' && text[first + 1] == 'x';
        long value = 0;
        for (int at = hex ? first + 2 : first; at < end; at++) {
            int digit = Character.digit(text[at], hex ? 16 : 10);
            boolean over = hex
                    ? value >>> 60 != 0
                    : Long.compareUnsigned(value, Long.divideUnsigned(-1L - Math.max(0, digit), 10)) > 0;
            if (digit < 0 || over) {
                throw wrong(word, what + " is no number of 64 bits, decimal or hexadecimal behind 0x");
            }
            value = value * (hex ? 16 : 10) + digit;
        }
        if (first == end) {
            throw wrong(word, what + " is missing");
        }
        return value;
    }

    static long numberOf(String what, String text) {
        EventLine line = new EventLine();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        line.read(bytes, 0, bytes.length);
        long value = line.number(what);
        line.end();
        return value;
    }

    /** The next word as a number of so many bytes, put in the order of memory. */
    void bytes(String what, byte[] into, int size) {
        int word = take(what);
        int first = from[word];
        int end = to[word];
        boolean hex = end - first > 2 && text[first] == '0' && text[first + 1] == 'x';
        if (!hex || end - first - 2 <= HEX_DIGITS) {
            long value = number(what, word, first, end);
            if (size < Long.BYTES && value >>> (size * Byte.SIZE) != 0) {
                throw wrong(word, what + " has more than " + size + " bytes");
            }
            for (int b = 0; b < size; b++) {
                into[b] = b < Long.BYTES ? (byte) (value >>> (b * Byte.SIZE)) : 0;
            }
            return;
        }
        Arrays.fill(into, 0, size, (byte) 0);
        for (int n = 0; n < end - first - 2; n++) {
            int digit = Character.digit(text[end - 1 - n], 16);
            if (digit < 0 || n / 2 >= size) {
                throw wrong(word, what + " is no hexadecimal number of " + size + " bytes");
            }
            into[n / 2] |= (byte) (digit << ((n % 2) * 4));
        }
    }

    /** The next word as two numbers with a colon between; the first one is below a bound. */
    int pair(String what, int most, long[] second) {
        int word = take(what);
        int colon = indexOf(':', word);
        if (colon < 0) {
            throw wrong(word, what + " is no OFFSET:VALUE");
        }
        long first = number("the offset", word, from[word], from[word] + colon);
        if (first < 0 || first > most || first % Long.BYTES != 0) {
            throw wrong(word, "an offset in a page is a multiple of 8 below 4096");
        }
        second[0] = number("the value", word, from[word] + colon + 1, to[word]);
        return (int) first;
    }

    /** The next word as a requester: {@code BB:DD.F}, or a number of 24 bits. */
    int requester() {
        int word = take("the requester");
        int colon = indexOf(':', word);
        int point = indexOf('.', word);
        if (colon < 0 && point < 0) {
            next--;
            return number("the requester", 0xffffff);
        }
        int bus = part(word, 0, colon, 0xff);
        int device = part(word, colon + 1, point, 0x1f);
        int function = part(word, point + 1, to[word] - from[word], 7);
        if (bus < 0 || device < 0 || function < 0) {
            throw wrong(word, "the requester is not BB:DD.F in hexadecimal digits, nor a number of 24 bits");
        }
        return bus << 8 | device << 3 | function;
    }

    private int part(int word, int first, int end, int most) {
        int value = 0;
        for (int at = first; at < end; at++) {
            int digit = Character.digit(text[from[word] + at], 16);
            value = digit < 0 ? -1 : value << 4 | digit;
            if (value < 0 || value > most) {
                return -1;
            }
        }
        return end > first ? value : -1;
    }

    /** The next word is {@code unitN}: its number; otherwise it is left, and the answer is -1. */
    int unit() {
        if (next < words && to[next] - from[next] > 4 && starts(next, "unit")) {
            int word = take("the unit");
            long n = number("the unit", word, from[word] + 4, to[word]);
            if (n < 0 || n > EventReader.MOST_UNITS) {
                throw wrong(word, "the unit is more than " + EventReader.MOST_UNITS);
            }
            return (int) n;
        }
        return -1;
    }

    /** The next word as the number of a CPU; {@code -} for one that is not known. */
    int cpu() {
        if (next < words && to[next] - from[next] == 1 && text[from[next]] == '-') {
            next++;
            return EventHandler.SOME_CPU;
        }
        return number("the CPU", EventReader.MOST_CPUS);
    }
}
