/** Judges whether a transition performs the discipline actions that it claims. */
@NullMarked
package dev.moat.logic.claims;

import org.jspecify.annotations.NullMarked;
