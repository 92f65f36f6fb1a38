package dev.moat.snapshot;

import dev.moat.explain.LogText;
import dev.moat.input.InputException;
import dev.moat.input.Place;

/**
 * A line of a snapshot.
 *
 * @param raw as it is in the file
 * @param text the same without what a log puts before it
 */
record Line(String file, int number, String raw, String text) {
    private static final int LONGEST = 160;

    Line(String file, int number, String raw) {
        this(file, number, raw, LogText.message(raw));
    }

    InputException error(String message) {
        int column = raw.length() - raw.stripLeading().length() + 1;
        return new Place(file, number, column).error(message);
    }

    /** Its message, cut off after 160 characters. */
    String shortened() {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + " .." : text;
    }

    /** For example {@code xl-debug-keys-g.txt:14}. */
    String place() {
        return file + ":" + number;
    }
}
