/**
 * Proof for any number of elements and steps: {@link dev.moat.prove.Theory} has the goals, {@link dev.moat.prove.Prover}
 * puts them to the solver, {@link dev.moat.prove.TheoryAudit} breaks the discipline to see that the proof notices.
 *
 * <p>Proof for bounded sizes and any run of so many steps: the discipline unrolled. Responses: a waiting thing is
 * answered in the end, by stages with a well-founded rank. Z3: finding its library, asking it, and recovering if
 * it dies.
 */
@NullMarked
package dev.moat.prove;

import org.jspecify.annotations.NullMarked;
