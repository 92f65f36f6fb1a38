/** Z3: finding its library, asking it, and what to do when it dies. Nothing else touches it, but for its formulas. */
@NullMarked
package dev.moat.prove.solver;

import org.jspecify.annotations.NullMarked;
