/**
 * From names to a runnable machine: {@link dev.moat.scenario.Machine} is a model with a granularity,
 * {@link dev.moat.scenario.Stepper} runs it.
 */
@NullMarked
package dev.moat.scenario;

import org.jspecify.annotations.NullMarked;
