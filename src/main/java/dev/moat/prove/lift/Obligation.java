package dev.moat.prove.lift;

import dev.moat.prove.term.TermExpr;

/**
 * Something that must not happen.
 *
 * @param what for example {@code an index below 4}
 * @param place class, method and line, innermost
 * @param when under which states it would happen
 */
public record Obligation(String what, String place, TermExpr when) {}
