package dev.moat.snapshot;

import dev.moat.input.InputException;

/** Reads one form, line by line, into facts. */
interface FormReader {
    /**
     * Takes a line if it is one of the form.
     *
     * @throws InputException when it begins as one and is none: what it says would be lost
     */
    boolean read(Line line);

    /** Adds what only all lines together tell. */
    default void finish() {}

    /** The form of which lines were read. */
    SnapshotForm form();
}
