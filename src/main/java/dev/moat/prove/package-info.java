/**
 * Proof for any number of elements and steps: {@link dev.moat.prove.Theory} has the goals, {@link dev.moat.prove.Prover}
 * puts them to the solver, {@link dev.moat.prove.TheoryAudit} breaks the discipline to see that the proof notices.
 */
@NullMarked
package dev.moat.prove;

import org.jspecify.annotations.NullMarked;
