package dev.moat.model.program;

/** Which combinations of arguments are worth enumerating, decided once, without a state. */
@FunctionalInterface
public interface Filter {
    boolean accepts(int a, int b, int c, int d, int e);
}
