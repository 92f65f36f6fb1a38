/**
 * A state is a flat {@code long[]} that one schema describes. Read {@link dev.moat.state.Schema} first, then {@link
 * dev.moat.state.Slots} (a named place), {@link dev.moat.state.Packing} (how a state is stored) and {@link
 * dev.moat.state.Abstraction} (the meaning of a state in the vocabulary).
 *
 * <p>The meaning of a state: {@link dev.moat.state.Relation}s of the vocabulary, and the {@link
 * dev.moat.state.Claim} of a transition about its effect on them.
 */
@NullMarked
package dev.moat.state;

import org.jspecify.annotations.NullMarked;
