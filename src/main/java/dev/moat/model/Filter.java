package dev.moat.model;

/** Which combinations of arguments are worth enumerating, decided once, without a state. */
@FunctionalInterface
public interface Filter {
    /**
     * Whether a combination is a letter of the alphabet.
     *
     * @param a element of the first argument's sort, and so on; 0 behind the last
     */
    boolean accepts(int a, int b, int c, int d, int e);
}
