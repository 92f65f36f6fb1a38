/**
 * Formulas over the vocabulary: {@link dev.moat.logic.Term} and what it is made of, abstract actions, and what can be done
 * with them without knowing a component. The packages below read them from files ({@code logic.read}), compile them for
 * the states of one component ({@code logic.ground}), judge states ({@code logic.judge}) and transitions
 * ({@code logic.claims}).
 */
@NullMarked
package dev.moat.logic;

import org.jspecify.annotations.NullMarked;
