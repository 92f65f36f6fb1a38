/** Class files as they run: {@link dev.moat.prove.bytecode.ClassFiles} has methods, {@link dev.moat.prove.bytecode.Lambdas} those of lambdas. */
@NullMarked
package dev.moat.prove.bytecode;

import org.jspecify.annotations.NullMarked;
