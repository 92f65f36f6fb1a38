package dev.moat.snapshot;

import java.util.List;

/**
 * What the snapshot answers to one property.
 *
 * @param id of the property
 * @param says what it demands
 * @param verdict the answer
 * @param looked how many things it was asked of, 0 if it was not judged
 * @param detail when violated, the formula with values and the lines that show them, for some of the places; when not judged, what is lacking
 * @param provided taken as given; empty if nothing is
 */
public record SnapshotFinding(
        String id, String says, Verdict verdict, int looked, List<String> detail, String provided) {
    /** Answers. */
    public enum Verdict {
        VIOLATED("violated"),
        HOLDS("holds"),
        NOT_JUDGED("not judged");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        /** As it is printed. */
        public String word() {
            return word;
        }
    }

    public SnapshotFinding {
        detail = List.copyOf(detail);
    }
}
