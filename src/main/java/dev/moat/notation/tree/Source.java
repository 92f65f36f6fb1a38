package dev.moat.notation.tree;

import dev.moat.input.InputException;

/**
 * What a tree was read from.
 *
 * @param file as messages print it
 * @param text "" where Java made the tree
 */
public record Source(String file, String text) {
    /** The error of a message at a place, with the line that it is in. */
    public InputException error(At at, String message) {
        String line = text.lines().skip(at.line() - 1L).findFirst().orElse("");
        return new InputException(file, at.line(), at.column(), message).showing(line);
    }
}
