/**
 * Proofs about the code of a machine, for all states: {@link dev.moat.prove.code.LiftedMachine} first.
 *
 * <p>Proves the meaning of entries, descriptors and walks.
 */
@NullMarked
package dev.moat.prove.code;

import org.jspecify.annotations.NullMarked;
