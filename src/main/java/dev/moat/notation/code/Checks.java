package dev.moat.notation.code;

import dev.moat.model.ProgramException;
import dev.moat.state.Slots;

/** What compiled code asks at run time. */
public final class Checks {
    private Checks() {}

    /**
     * A value that has to be within bounds.
     *
     * @throws ProgramException with the line of the text, when it is not
     */
    public static long within(long value, long first, long last) {
        if (value < first || value > last) {
            throw wrong(value);
        }
        return value;
    }

    private static ProgramException wrong(long value) {
        String place = StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> f.getClassName().startsWith(Classes.PACKAGE + '.'))
                        .findFirst()
                        .map(f -> f.toStackTraceElement().getFileName() + ":" + f.getLineNumber() + ": ")
                        .orElse(""));
        return new ProgramException(
                place + (value < 0 ? "none" : "the value " + value) + " is not of the type that is wanted");
    }

    /** The lowest bits of a value, as many as a family has. */
    public static long wrapped(Slots family, long value) {
        return value & ((1L << family.width()) - 1);
    }
}
