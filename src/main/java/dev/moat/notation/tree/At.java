package dev.moat.notation.tree;

/**
 * Where a piece of a text begins, both from 1. All places are equal, so two pieces of a tree are equal wherever they stand: an edit finds
 * the code that it replaces, and a tree that was printed and read again is the same tree.
 */
public record At(int line, int column) {
    /** Of a piece that Java made. */
    public static final At NOWHERE = new At(1, 1);

    @Override
    public boolean equals(Object other) {
        return other instanceof At;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
