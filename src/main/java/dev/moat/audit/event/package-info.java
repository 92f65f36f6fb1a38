/** The event text: what recorders and programs under test print, one event a line ({@code docs/reference/events.md}). */
@NullMarked
package dev.moat.audit.event;

import org.jspecify.annotations.NullMarked;
