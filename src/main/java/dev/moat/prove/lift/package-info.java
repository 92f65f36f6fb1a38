/**
 * From class files to expressions: {@link dev.moat.prove.lift.Lifter} executes methods symbolically. Read it first, then
 * {@link dev.moat.prove.lift.Flow} (one way through a method) and {@link dev.moat.prove.lift.Instructions}.
 *
 * <p>Class files as they run: {@link dev.moat.prove.lift.ClassFiles} has methods, {@link
 * dev.moat.prove.lift.Lambdas} those of lambdas. Bit-vector expressions for proofs about code: {@link
 * dev.moat.prove.lift.Exprs} makes and simplifies them, {@link dev.moat.prove.lift.Evaluation} computes their
 * values, {@link dev.moat.prove.lift.SmtLib} prints them.
 */
@NullMarked
package dev.moat.prove.lift;

import org.jspecify.annotations.NullMarked;
