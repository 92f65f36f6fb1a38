/** Abstract states of a component, one bit for each atom, and what was found of them for states that were met. */
@NullMarked
package dev.moat.logic.atoms;

import org.jspecify.annotations.NullMarked;
