/**
 * Explicit-state search: {@link dev.moat.explore.Explorer} is breadth-first and deterministic for any number of
 * workers.
 */
@NullMarked
package dev.moat.explore;

import org.jspecify.annotations.NullMarked;
