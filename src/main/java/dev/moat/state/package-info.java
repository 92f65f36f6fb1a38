/**
 * State as a flat {@code long[]} described by one schema. Read {@link dev.moat.state.Schema} first, then
 * {@link dev.moat.state.Slots} (a named place), {@link dev.moat.state.Packing} (how a state is stored) and
 * {@link dev.moat.state.relation.Abstraction} (what a state means in the vocabulary).
 */
@NullMarked
package dev.moat.state;

import org.jspecify.annotations.NullMarked;
