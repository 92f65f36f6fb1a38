/**
 * Proves the meaning of entries, descriptors and walks. For all words, the code has the bits at the places that {@code
 * specs/layouts} gives, and a step of a walk, a decision and a range are as written there.
 */
@NullMarked
package dev.moat.prove.layout;

import org.jspecify.annotations.NullMarked;
