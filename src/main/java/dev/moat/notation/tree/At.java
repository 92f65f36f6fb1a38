package dev.moat.notation.tree;

import org.jspecify.annotations.Nullable;

/**
 * Where a piece of a text begins, both from 1. All places are equal, so two pieces of a tree are equal wherever they stand: an edit finds
 * the code that it replaces, and a tree that was printed and read again is the same tree.
 *
 * @param edit the edit that the piece was said in, and not in a component's text
 */
public record At(int line, int column, @Nullable Source edit) {
    /** Of a piece that Java made. */
    public static final At NOWHERE = new At(1, 1);

    /** In the text of a component. */
    public At(int line, int column) {
        this(line, column, null);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof At;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
