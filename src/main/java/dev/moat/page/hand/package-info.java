/**
 * Machines that a person walks by hand, in a browser on the same computer. Read {@link dev.moat.page.hand.HandWalk}, then
 * {@link dev.moat.page.hand.HandServer}.
 */
@NullMarked
package dev.moat.page.hand;

import org.jspecify.annotations.NullMarked;
