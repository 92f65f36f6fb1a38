/** Abstract states of a component, one bit for each atom, and remembered results for known states. */
@NullMarked
package dev.moat.logic.atoms;

import org.jspecify.annotations.NullMarked;
