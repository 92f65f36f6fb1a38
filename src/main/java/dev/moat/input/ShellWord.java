package dev.moat.input;

import java.util.regex.Pattern;

/** Words of command lines that are printed for somebody to run. */
public final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_@%+=:,./-]+");

    private ShellWord() {}

    /** A word as a POSIX shell reads it back, quoted where it has to be. */
    public static String of(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
