/**
 * What letters of an alphabet do, remembered by the bits of the state on which it depends: successors without executing
 * anything, in packed states. {@link dev.moat.explore.effect.Effects} is what searches use.
 */
@NullMarked
package dev.moat.explore.effect;

import org.jspecify.annotations.NullMarked;
