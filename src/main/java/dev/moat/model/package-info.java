/**
 * The contract between an implementation and the checker: a {@link dev.moat.model.Component} builds a
 * {@link dev.moat.model.Model} of slots, atomic {@link dev.moat.model.Action}s, multi-step
 * {@link dev.moat.model.Operation}s, decisions, an abstraction function and injected faults. Read
 * {@link dev.moat.model.Component} first.
 *
 * <p>The mechanisms of a machine, and the one table of their conflicts. Programs of operations: an {@link
 * dev.moat.model.OperationPlan} of atomic {@link dev.moat.model.Step}s with their {@link
 * dev.moat.model.Outcome}s and {@link dev.moat.model.Decision}s. Parameters that a scenario can
 * set, with their ranges, the chosen values, and the errors for impossible values.
 */
@NullMarked
package dev.moat.model;

import org.jspecify.annotations.NullMarked;
