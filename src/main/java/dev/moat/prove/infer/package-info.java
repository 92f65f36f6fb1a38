/** Lemmas that the machine finds: clauses over the vocabulary, weakened until every step keeps them. */
@NullMarked
package dev.moat.prove.infer;

import org.jspecify.annotations.NullMarked;
