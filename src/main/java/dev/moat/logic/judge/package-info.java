/**
 * Which invariants a state violates, and why. {@link dev.moat.logic.judge.Judge} evaluates ground conjuncts and is fast on
 * small sizes; {@link dev.moat.logic.judge.TupleJudge} walks the tuples that are true and does real geometry.
 *
 * <p>Results about states, looked up by some of their bits: results of code on packed states ({@link
 * dev.moat.logic.judge.Memo}), and known states ({@link dev.moat.logic.judge.KeyTable}).
 */
@NullMarked
package dev.moat.logic.judge;

import org.jspecify.annotations.NullMarked;
