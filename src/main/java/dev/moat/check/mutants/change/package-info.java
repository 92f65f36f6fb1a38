/**
 * The changes: {@link dev.moat.check.mutants.change.RelationMutants} changes the meaning of states, {@link
 * dev.moat.check.mutants.change.StepMutants} the writes of steps. Both use the accesses that {@link
 * dev.moat.check.mutants.change.WriteWatch} saw in a run.
 */
@NullMarked
package dev.moat.check.mutants.change;

import org.jspecify.annotations.NullMarked;
