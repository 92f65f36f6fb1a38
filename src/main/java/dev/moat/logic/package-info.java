/**
 * Formulas over the vocabulary: {@link dev.moat.logic.Term} and its parts, abstract actions, and operations on them
 * that need no component. The packages below read them from files ({@code logic}), compile them for the states of
 * one component ({@code logic.ground}), and judge states ({@code logic.judge}) and transitions ({@code logic.claims}).
 *
 * <p>The SMT-LIB subset of {@code specs} and {@code invariants}, read with positions and checked for sorts: {@link
 * dev.moat.logic.Vocabulary} first, then {@link dev.moat.logic.Invariant} and {@link
 * dev.moat.logic.Discipline}.
 */
@NullMarked
package dev.moat.logic;

import org.jspecify.annotations.NullMarked;
