/**
 * Verdicts of proofs: of the discipline for any size, bounded ones, and whether a counterexample to induction is real.
 *
 * <p>Runs of an instance of the discipline on which a response is never given: found, saved, and run again.
 */
@NullMarked
package dev.moat.check.proof;

import org.jspecify.annotations.NullMarked;
