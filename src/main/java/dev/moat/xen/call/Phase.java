package dev.moat.xen.call;

import dev.moat.state.Sort;
import java.util.List;

/** How far an operation is with what it changes: values of {@link RunningOperation#phase}. */
public final class Phase {
    private Phase() {}

    /** Nothing is half done. */
    public static final int NONE = 0;
    /** A mapping whose pins are taken, while it may still be refused: the frame may not be the granter's any more. */
    public static final int PINNED = 1;
    /** A mapping whose pins and references are taken and that is not published yet. */
    public static final int OPENING = 2;
    /** Sides taken off a handle that was put back; its pins are still held. */
    public static final int CLOSING = 3;
    /** Sides taken off a handle that lives on with the other side; their pins are still held. */
    public static final int CLOSING_HALF = 4;
    /** A source-id whose context entry was cleared or replaced and whose cached context is still owed an invalidation. */
    public static final int DETACHING = 5;
    /** A device whose domain is still owed an invalidation of its translations. */
    public static final int DRAINING = 6;
    /** A device whose context entry has been written and whose former cached context is owed an invalidation. */
    public static final int ATTACHING = 7;
    /** Sides taken off a handle that is put back only when the I/O tables have followed; where that can fail. */
    public static final int REMOVING = 8;

    private static final List<String> NAMES = List.of(
            "none", "pinned", "opening", "closing", "closing-half", "detaching", "draining", "attaching", "removing");

    /** @param failures whether the I/O tables may fail to follow a mapping */
    static Sort sort(boolean failures) {
        return new Sort("Phase", failures ? NAMES : NAMES.subList(0, REMOVING));
    }
}
