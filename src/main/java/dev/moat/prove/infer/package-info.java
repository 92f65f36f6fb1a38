/**
 * Lemmas that the machine finds: clauses over the vocabulary, weakened until every step keeps them.
 *
 * <p>Finite states of any discipline, and random runs of it.
 */
@NullMarked
package dev.moat.prove.infer;

import org.jspecify.annotations.NullMarked;
