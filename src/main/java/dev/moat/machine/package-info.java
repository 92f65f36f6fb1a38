/**
 * A model made runnable: {@link dev.moat.machine.Machine} is a model with a granularity, {@link dev.moat.machine.Stepper}
 * runs it on one thread.
 */
@NullMarked
package dev.moat.machine;

import org.jspecify.annotations.NullMarked;
