/**
 * From a machine's code to the discipline: {@link dev.moat.prove.refine.Refinement} has what is to be proved of every state. Read it
 * first, then {@link dev.moat.prove.refine.Atoms} (a state as the discipline sees it) and {@link dev.moat.prove.refine.Taking}.
 */
@NullMarked
package dev.moat.prove.refine;

import org.jspecify.annotations.NullMarked;
