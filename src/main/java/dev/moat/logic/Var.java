package dev.moat.logic;

/** A bound variable or a macro's parameter. Two variables are the same only when they are one object. */
public final class Var implements TermMeaning {
    private final String name;
    private final String sort;

    /** @param sort of the vocabulary */
    public Var(String name, String sort) {
        this.name = name;
        this.sort = sort;
    }

    /** Its name in the file. */
    public String name() {
        return name;
    }

    /** Name of its sort in the vocabulary. */
    public String sort() {
        return sort;
    }

    @Override
    public String toString() {
        return name;
    }
}
