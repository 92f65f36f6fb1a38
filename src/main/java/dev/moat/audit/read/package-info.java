/**
 * From the bytes of an ftrace text to events, in constant memory.
 *
 * <p>The event text: what recorders and programs under test print, one event a line ({@code
 * docs/reference/events.md}).
 */
@NullMarked
package dev.moat.audit.read;

import org.jspecify.annotations.NullMarked;
