/**
 * Bit-vector expressions for proofs about code: {@link dev.moat.prove.term.Exprs} makes and simplifies them,
 * {@link dev.moat.prove.term.Evaluation} computes their values, {@link dev.moat.prove.term.SmtLib} prints them.
 */
@NullMarked
package dev.moat.prove.term;

import org.jspecify.annotations.NullMarked;
