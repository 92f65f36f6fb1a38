/** Finite states of any discipline, and random runs of it. */
@NullMarked
package dev.moat.prove.finite;

import org.jspecify.annotations.NullMarked;
