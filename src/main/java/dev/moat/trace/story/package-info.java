/**
 * Tells a trace in a few sentences: the defect of the code, the actions, and the broken property with the step that
 * broke it.
 */
@NullMarked
package dev.moat.trace.story;

import org.jspecify.annotations.NullMarked;
