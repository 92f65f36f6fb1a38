/**
 * The contract between an implementation and the checker: a {@link dev.moat.model.Component} builds a
 * {@link dev.moat.model.Model} of slots, atomic {@link dev.moat.model.Action}s, multi-step
 * {@link dev.moat.model.program.Operation}s, decisions, an abstraction function and injected faults. Read
 * {@link dev.moat.model.Component} first.
 */
@NullMarked
package dev.moat.model;

import org.jspecify.annotations.NullMarked;
