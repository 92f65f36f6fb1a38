/**
 * Formulas over the vocabulary: {@link dev.moat.logic.Term} and its parts, abstract actions, and operations on them
 * that need no component. The packages below read them from files ({@code logic.read}), compile them for the states of
 * one component ({@code logic.ground}), and judge states ({@code logic.judge}) and transitions ({@code logic.claims}).
 */
@NullMarked
package dev.moat.logic;

import org.jspecify.annotations.NullMarked;
