package dev.moat.notation.check;

import dev.moat.model.Suggestion;
import java.util.Collection;

/** Words that messages share. */
final class MessageWords {
    private MessageWords() {}

    /** The names that may have been meant. */
    static String among(String wrong, Collection<String> known) {
        return Suggestion.among(wrong, known);
    }

    static String counted(int n, String what) {
        return n == 0 ? "no " + what + "s" : n + " " + what + (n == 1 ? "" : "s");
    }
}
