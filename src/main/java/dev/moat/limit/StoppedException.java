package dev.moat.limit;

/** Work was given up because its thread was interrupted: by a person, or by an {@link Alarm}. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String behind;

    StoppedException() {
        super("interrupted");
        behind = "";
    }

    /** @param place of code that does not come back */
    StoppedException(String place) {
        super("interrupted, and left behind: " + place + " does not come back");
        behind = place;
    }

    /** The same in words that follow those of what was ended: {@code ", and X does not come back"}; empty where none was. */
    public String behindWords() {
        return behind.isEmpty() ? "" : ", and " + behind + " does not come back";
    }

    /** Where code is that was left behind because it does not come back; empty where none was. */
    public String behind() {
        return behind;
    }

    /**
     * To be called from time to time by work that may take long and has nothing to show before it is done.
     *
     * @throws StoppedException when the thread is interrupted; it stays so
     */
    public static void look() {
        if (Thread.currentThread().isInterrupted()) {
            throw new StoppedException();
        }
    }
}
