/**
 * The discipline over finitely many elements: {@link dev.moat.discipline.Instance} grounds the actions of
 * {@code specs/discipline.smt2}, {@link dev.moat.discipline.DisciplineComponent} lets the explorer run them.
 */
@NullMarked
package dev.moat.discipline;

import org.jspecify.annotations.NullMarked;
