/** Verdicts of proofs: of the discipline for any size, bounded ones, and whether a counterexample to induction is real. */
@NullMarked
package dev.moat.check.proof;

import org.jspecify.annotations.NullMarked;
