package dev.moat.logic;

import java.util.List;

/**
 * A {@code define-fun}: a named formula with parameters.
 *
 * @param body its only free variables are the parameters
 * @param depth levels of the body, lets and macros resolved
 * @param size formulas of the body, lets and macros resolved
 */
public record Macro(String name, List<Var> parameters, Term body, int depth, int size) {}
