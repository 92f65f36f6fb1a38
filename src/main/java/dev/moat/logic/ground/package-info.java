/**
 * Formulas whose variables stand for the elements of a component's finite sorts, compiled: evaluation reads a state and
 * allocates nothing. {@link dev.moat.logic.ground.Grounder} makes them for a judge,
 * {@link dev.moat.logic.ground.Grounding} for everyone else.
 *
 * <p>Abstract states of a component, one bit for each atom, and remembered results for known states.
 */
@NullMarked
package dev.moat.logic.ground;

import org.jspecify.annotations.NullMarked;
