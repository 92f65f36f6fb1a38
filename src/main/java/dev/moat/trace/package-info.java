/**
 * Traces of a machine: running them again, making them short, printing them. Read {@link dev.moat.trace.Trace}, then
 * {@link dev.moat.trace.TraceRunner}. Nothing here searches exhaustively.
 */
@NullMarked
package dev.moat.trace;

import org.jspecify.annotations.NullMarked;
