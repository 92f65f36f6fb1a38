/**
 * What entries, descriptors and walks mean: that the code has the bits where {@code specs/layouts} has them, for all words, and that a step of
 * a walk, a decision and a range are what is written there.
 */
@NullMarked
package dev.moat.prove.layout;

import org.jspecify.annotations.NullMarked;
