/**
 * Tests the checks: every relation and every write of a step is changed a little, and a property, claim or deadlock of
 * some scenario must notice. Start at {@link dev.moat.check.mutants.MutantGate}; package {@code change} has the
 * changes.
 */
@NullMarked
package dev.moat.check.mutants;

import org.jspecify.annotations.NullMarked;
