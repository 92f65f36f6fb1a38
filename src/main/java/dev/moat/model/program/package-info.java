/**
 * Programs of operations: an {@link dev.moat.model.program.OperationPlan} of atomic {@link
 * dev.moat.model.program.Step}s with their {@link dev.moat.model.program.Outcome}s and {@link
 * dev.moat.model.program.Decision}s. An actor starts it with arguments.
 */
@NullMarked
package dev.moat.model.program;

import org.jspecify.annotations.NullMarked;
