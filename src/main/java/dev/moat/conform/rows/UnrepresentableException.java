package dev.moat.conform.rows;

import dev.moat.input.InputException;

/**
 * A recorded case asks for something that Moat does not have: more slots than a machine can be given, an operation that a newer recorder
 * knows. The recording may well be right. This case cannot be judged from the place on, others can.
 */
public final class UnrepresentableException extends InputException {
    private static final long serialVersionUID = 1L;

    private final String counted;

    /**
     * @param at what asks for it
     * @param counted what the rows that are not judged are counted by, as in "case with operation x"
     */
    UnrepresentableException(Cell at, String counted, String message) {
        super(at.file(), at.line(), at.column(), message);
        this.counted = counted;
    }

    /** What the rows that are not judged are counted by. */
    String counted() {
        return counted;
    }
}
