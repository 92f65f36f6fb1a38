/** Z3: finding its library, asking it, and recovering if it dies. Other packages use only its formulas. */
@NullMarked
package dev.moat.prove.solver;

import org.jspecify.annotations.NullMarked;
