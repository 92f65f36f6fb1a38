/**
 * Judges the judges: every relation and every write of a step is changed a little, and some property, claim or deadlock of some
 * scenario has to notice. Start at {@link dev.moat.check.mutants.MutantGate}; package {@code change} says what is changed.
 */
@NullMarked
package dev.moat.check.mutants;

import org.jspecify.annotations.NullMarked;
