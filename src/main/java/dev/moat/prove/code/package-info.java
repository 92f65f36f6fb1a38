/** Proofs about the code of a machine, for all states: {@link dev.moat.prove.code.LiftedMachine} first. */
@NullMarked
package dev.moat.prove.code;

import org.jspecify.annotations.NullMarked;
