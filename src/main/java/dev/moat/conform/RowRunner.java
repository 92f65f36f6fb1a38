package dev.moat.conform;

import dev.moat.logic.InputException;

/** Does on the machine what a recorded row did. */
@FunctionalInterface
interface RowRunner {
    /** @throws InputException when the row's arguments are malformed */
    Answer run(RecordedRow row);
}
