/**
 * Explicit-state search: {@link dev.moat.explore.Explorer} is breadth-first and deterministic for any number of
 * workers.
 *
 * <p>Effects of letters, stored by the bits of the state on which they depend. Symmetry. Storage for millions of
 * states of a search: fingerprints, packed states, the way back.
 */
@NullMarked
package dev.moat.explore;

import org.jspecify.annotations.NullMarked;
