/**
 * Traces of a machine: running them again, making them short, keeping them in files, replaying and printing them. Read
 * {@link dev.moat.trace.Trace}, then {@link dev.moat.trace.TraceRunner}, then {@link dev.moat.trace.Replayer}. Nothing
 * here searches exhaustively; {@link dev.moat.trace.RandomWalk} is the quick second finder.
 */
@NullMarked
package dev.moat.trace;

import org.jspecify.annotations.NullMarked;
