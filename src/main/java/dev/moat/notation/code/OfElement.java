package dev.moat.notation.code;

/** A condition on an element of a family of up to three indices; those behind its own are 0. */
public interface OfElement {
    /** Whether it is so. */
    boolean isSo(long[] s, int i, int j, int k);
}
