package dev.moat.explain;

import java.util.List;

/**
 * A sentence about a fault, and the lines of the log that bear it.
 *
 * @param lines numbers from 1, ascending; never empty
 */
record Said(Kind kind, String text, List<Integer> lines) {
    /** What a sentence is about; the order is that of an answer. */
    public enum Kind {
        /** The request that the unit blocked, or the thing that happened. */
        EVENT("event", ""),
        /** What the reason means. */
        MEANING("meaning", ""),
        /** The words of entries and commands in the log, field by field. */
        WORDS("words", ""),
        /** Where the address lies. */
        ADDRESS("address", ""),
        /** A cause that the lines leave open. */
        CAUSE("possible", "can be: "),
        /** A cause that the lines exclude. */
        EXCLUDED("excluded", "cannot be: "),
        /** What would tell the causes apart. */
        NEXT("next", "next: ");

        private final String key;
        private final String title;

        Kind(String key, String title) {
            this.key = key;
            this.title = title;
        }

        /** The name in JSON. */
        public String key() {
            return key;
        }

        /** What a line of text begins with. */
        public String title() {
            return title;
        }
    }

    public Said {
        lines = lines.stream().distinct().sorted().toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("no line bears: " + text);
        }
    }
}
