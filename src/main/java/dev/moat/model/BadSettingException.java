package dev.moat.model;

/** A parameter, fault or combination of them that a component does not accept. The message is for the user. */
public final class BadSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String subject;

    /**
     * @param subject the name the message is about, for locating it in a scenario file
     * @param message one line, without a position
     */
    public BadSettingException(String subject, String message) {
        super(message);
        this.subject = subject;
    }

    /** The parameter or fault at fault. */
    public String subject() {
        return subject;
    }
}
