/**
 * Random runs of a machine: {@link dev.moat.trace.walk.RandomWalk} is the quick second finder,
 * {@link dev.moat.trace.walk.Simulation} the one for sizes that no search exhausts.
 */
@NullMarked
package dev.moat.trace.walk;

import org.jspecify.annotations.NullMarked;
