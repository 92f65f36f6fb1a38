package dev.moat.input;

/**
 * A recorded case asks for something that the executable machine does not have: a symbol, an operation, more slots than it
 * can be given. The recording may well be right; this case cannot be judged from the place on, others can.
 */
public final class UnrepresentableException extends InputException {
    private static final long serialVersionUID = 1L;

    /** As {@link InputException}; the place is what asks for it. */
    public UnrepresentableException(String file, int line, int column, String message) {
        super(file, line, column, message);
    }
}
