/** Proof for any number of elements and steps: everything that touches a solver. */
@NullMarked
package dev.moat.prove;

import org.jspecify.annotations.NullMarked;
