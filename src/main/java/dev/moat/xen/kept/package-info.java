/**
 * What is so of the machine's states because of where operations are: lines that are proved, and that the proof of the steps rests on
 * ({@code moat prove --code --refinement}). {@link dev.moat.xen.kept.XenLines} says them all.
 */
@NullMarked
package dev.moat.xen.kept;

import org.jspecify.annotations.NullMarked;
