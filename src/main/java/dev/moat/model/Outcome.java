package dev.moat.model;

/** The answer of a step. Each answer has a named successor in the operation. */
public final class Outcome {
    private Outcome() {}

    /** Not enabled now: a lock is held, a wait has not completed, the queue is full. Nothing was changed. */
    public static final int BLOCKED = -1;
    /** On to the next step. */
    public static final int NEXT = 0;
    /** Once more, or to the declared loop target. */
    public static final int LOOP = 1;
    /** The failure branch. */
    public static final int FAIL = 2;
    /** The operation is finished, or the declared shortcut is taken. */
    public static final int DONE = 3;

    /** Names in the order of the constants NEXT to DONE. */
    static final String[] NAMES = {"next", "loop", "fail", "done"};

    /** The printable name of an outcome. */
    public static String name(int outcome) {
        return outcome == BLOCKED ? "blocked" : NAMES[outcome];
    }
}
