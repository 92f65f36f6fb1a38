/**
 * Traces of a machine: running them again, making them short, printing them. Read {@link dev.moat.trace.Trace}, then
 * {@link dev.moat.trace.TraceRunner}. Nothing here searches exhaustively.
 *
 * <p>Random runs of a machine: {@link dev.moat.trace.RandomWalk} is the quick second finder, {@link
 * dev.moat.trace.Simulation} the one for sizes that no search exhausts.
 */
@NullMarked
package dev.moat.trace;

import org.jspecify.annotations.NullMarked;
