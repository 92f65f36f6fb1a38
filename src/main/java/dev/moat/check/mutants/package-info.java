/**
 * Tests the checks: every relation and every write of a step is changed a little, and a property, claim or deadlock of
 * some scenario must notice. Start at {@link dev.moat.check.mutants.MutantGate}; package {@code change} has the
 * changes.
 *
 * <p>The changes: {@link dev.moat.check.mutants.RelationMutants} changes the meaning of states, {@link
 * dev.moat.check.mutants.StepMutants} the writes of steps. The result of a device's request in two views:
 * two judges that need no property, for states in which both views apply.
 */
@NullMarked
package dev.moat.check.mutants;

import org.jspecify.annotations.NullMarked;
