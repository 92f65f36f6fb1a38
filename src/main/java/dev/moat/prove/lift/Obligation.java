package dev.moat.prove.lift;

/**
 * Something that must not happen.
 *
 * @param what for example {@code an index below 4}
 * @param place class, method and line, innermost
 * @param when under which states it would happen
 */
public record Obligation(String what, String place, TermExpr when) {}
