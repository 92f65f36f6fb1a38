/**
 * Traces that were recorded on real systems, judged. Read {@link dev.moat.audit.Audit} first, then
 * {@link dev.moat.audit.read.TraceReader} (bytes to events), {@link dev.moat.audit.trace.Monitor} (events to state and
 * verdicts) and {@link dev.moat.audit.result.StaleJudge} (how {@code invariants/no-stale.smt2} is asked).
 */
@NullMarked
package dev.moat.audit;

import org.jspecify.annotations.NullMarked;
