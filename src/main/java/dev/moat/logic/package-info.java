/**
 * The SMT-LIB subset of the vocabulary and the invariants: reading with positions, checking of sorts, grounding over a
 * component's finite sorts, compiled evaluation, explanation of a false formula.
 */
@NullMarked
package dev.moat.logic;

import org.jspecify.annotations.NullMarked;
