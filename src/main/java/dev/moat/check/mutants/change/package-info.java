/**
 * The changes: {@link dev.moat.check.mutants.change.RelationMutants} of what states mean,
 * {@link dev.moat.check.mutants.change.StepMutants} of what steps write, both from what
 * {@link dev.moat.check.mutants.change.WriteWatch} saw in a run.
 */
@NullMarked
package dev.moat.check.mutants.change;

import org.jspecify.annotations.NullMarked;
