/** Whether what an action claims to be, in the discipline's words, is what it does to the state. */
@NullMarked
package dev.moat.logic.claims;

import org.jspecify.annotations.NullMarked;
