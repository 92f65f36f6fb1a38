/**
 * Which invariants a state violates, and why. {@link dev.moat.logic.judge.Judge} evaluates ground conjuncts and is fast on
 * small sizes; {@link dev.moat.logic.judge.TupleJudge} walks the tuples that are true and does real geometry.
 */
@NullMarked
package dev.moat.logic.judge;

import org.jspecify.annotations.NullMarked;
