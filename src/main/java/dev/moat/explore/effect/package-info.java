/**
 * Effects of letters, stored by the bits of the state on which they depend. They give successors of packed states
 * without executing anything. Searches use {@link dev.moat.explore.effect.Effects}.
 */
@NullMarked
package dev.moat.explore.effect;

import org.jspecify.annotations.NullMarked;
