package dev.moat.bits;

import java.util.List;

/**
 * What there is to say of the words of one kind of hardware or interface, beside the file of {@code specs/layouts} that has its name.
 *
 * @param name of the file, without its ending
 * @param words 64 bits each, with their fields
 * @param statements about what code makes of such words, or decides by them
 */
public record Layout(String name, List<Word> words, List<Statement> statements) {
    public Layout {
        words = List.copyOf(words);
        statements = List.copyOf(statements);
    }

    /**
     * A word and its fields.
     *
     * @param name what its functions are called in the file, up to the last dot
     * @param fields as the code has them; those that the file does not name are reserved if their names begin with RSVD
     */
    public record Word(String name, List<BitField> fields) {
        public Word {
            fields = List.copyOf(fields);
        }
    }

    /** A piece of code of numbers. */
    @FunctionalInterface
    public interface Code {
        /**
         * Runs it.
         *
         * @param x what it is given, and behind that what else it answers, 0 at first
         */
        long run(long[] x);
    }

    /**
     * What a piece of code is to mean: for all that {@code NAME.given} allows, it ends without an exception, and {@code NAME.means} is true of its
     * answer, what it was given, and what else it answers, in this order.
     *
     * @param name what its functions are called in the file, up to the last dot, and behind an at sign of which unit it is; all is given
     *     where there is no {@code NAME.given}
     * @param says the same in words
     * @param given how many numbers it is given
     * @param more how many others it answers
     */
    public record Statement(String name, String says, int given, int more, Code code) {
        /** What its functions are called, up to the last dot. */
        public String function() {
            int at = name.indexOf('@');
            return at < 0 ? name : name.substring(0, at);
        }
    }
}
