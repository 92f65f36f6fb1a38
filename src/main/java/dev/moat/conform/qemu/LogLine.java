package dev.moat.conform.qemu;

import dev.moat.input.InputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a log: an event's name, then words and numbers. A value is the word after its key, so order and other
 * words do not matter; numbers are hexadecimal after {@code 0x}, decimal otherwise.
 *
 * @param file the file as messages print it
 * @param line 1-based
 * @param text the whole line
 * @param name the event
 */
record LogLine(String file, int line, String text, String name) {
    /** What {@code -msg timestamp=on} puts before each line of QEMU's log since all of it is written in one way, as in 11.1. */
    private static final Pattern WRITTEN_AT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z ");

    /** The line of an event; a prefix {@code process@time:}, or the time and a space as newer QEMUs have it, is left out of the name. */
    static LogLine of(String file, int line, String text) {
        int from = text.isEmpty() || !Character.isDigit(text.charAt(0)) ? 0 : behindTime(text);
        int space = text.indexOf(' ', from);
        return new LogLine(file, line, text, text.substring(from, space < 0 ? text.length() : space));
    }

    private static int behindTime(String text) {
        Matcher time = WRITTEN_AT.matcher(text);
        if (time.lookingAt()) {
            return time.end();
        }
        int at = text.indexOf('@');
        return at < 0 ? 0 : text.indexOf(':', at) + 1;
    }

    /** Where the value of a key begins. */
    private int valueOf(String key) {
        for (int i = text.indexOf(key); i >= 0; i = text.indexOf(key, i + 1)) {
            int after = i + key.length();
            if (i > 0 && text.charAt(i - 1) == ' ' && after < text.length() && text.charAt(after) == ' ') {
                return after + 1;
            }
        }
        throw error(text.length(), "'" + key + "' is missing in " + name);
    }

    /** The word after a key; throws {@link InputException} when there is none. */
    String word(String key) {
        int from = valueOf(key);
        int end = text.indexOf(' ', from);
        String word = text.substring(from, end < 0 ? text.length() : end);
        if (word.isEmpty()) {
            throw error(from, "'" + key + "' has no value");
        }
        return word;
    }

    /** The number after a key, any 64 bits; throws {@link InputException} when there is none. */
    long number(String key) {
        int from = valueOf(key);
        boolean hex = text.startsWith("0x", from);
        int first = hex ? from + 2 : from;
        int i = first;
        long value = 0;
        for (; i < text.length() && text.charAt(i) != ' '; i++) {
            int digit = Character.digit(text.charAt(i), hex ? 16 : 10);
            if (digit < 0) {
                throw error(i, "the number of '" + key + "' is malformed");
            }
            if (hex ? value >>> 60 != 0 : value > (Long.MAX_VALUE - digit) / 10) {
                throw error(from, "the number of '" + key + "' is too large");
            }
            value = value * (hex ? 16 : 10) + digit;
        }
        if (i == first) {
            throw error(from, "'" + key + "' has no number");
        }
        return value;
    }

    /** As {@link #number(String)}, at most {@code max}. */
    int number(String key, int max) {
        long value = number(key);
        if (Long.compareUnsigned(value, max) > 0) {
            throw error(valueOf(key), "'" + key + "' is larger than " + max);
        }
        return (int) value;
    }

    /** The source-id after a key, written as bus, device and function: {@code 00:01.00}. */
    int sourceId(String key) {
        String word = word(key);
        int colon = word.indexOf(':');
        int dot = word.indexOf('.');
        try {
            int bus = Integer.parseInt(word.substring(0, Math.max(colon, 0)), 16);
            int device = Integer.parseInt(word.substring(colon + 1, Math.max(dot, colon + 1)), 16);
            int function = Integer.parseInt(word.substring(dot + 1), 16);
            if ((bus & ~0xff) == 0 && (device & ~0x1f) == 0 && (function & ~7) == 0) {
                return bus << 8 | device << 3 | function;
            }
        } catch (NumberFormatException e) {
            throw error(valueOf(key), "'" + word + "' is no device: bus:device.function");
        }
        throw error(valueOf(key), "'" + word + "' is no device: bus:device.function");
    }

    /** The error of this message at a position of the line. */
    InputException error(int position, String message) {
        return new InputException(file, line, position + 1, message);
    }
}
