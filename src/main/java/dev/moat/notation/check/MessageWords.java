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
        String several = what.equals("index") ? "indices" : what + "s";
        return n == 0 ? "no " + several : n + " " + (n == 1 ? what : several);
    }
}
