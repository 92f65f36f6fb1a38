/**
 * A state is a flat {@code long[]} that one schema describes. Read {@link dev.moat.state.Schema} first, then {@link
 * dev.moat.state.Slots} (a named place), {@link dev.moat.state.Packing} (how a state is stored) and {@link
 * dev.moat.state.relation.Abstraction} (the meaning of a state in the vocabulary).
 */
@NullMarked
package dev.moat.state;

import org.jspecify.annotations.NullMarked;
