/**
 * From class files to expressions: {@link dev.moat.prove.lift.Lifter} executes methods symbolically. Read it first, then
 * {@link dev.moat.prove.lift.Flow} (one way through a method) and {@link dev.moat.prove.lift.Instructions}.
 */
@NullMarked
package dev.moat.prove.lift;

import org.jspecify.annotations.NullMarked;
