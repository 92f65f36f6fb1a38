/**
 * From a machine's code to the discipline. Read {@link dev.moat.prove.refine.Refinement} first, which has the goals
 * for every state, then {@link dev.moat.prove.refine.Atoms} (the discipline's view of a state) and {@link
 * dev.moat.prove.refine.Taking}.
 */
@NullMarked
package dev.moat.prove.refine;

import org.jspecify.annotations.NullMarked;
