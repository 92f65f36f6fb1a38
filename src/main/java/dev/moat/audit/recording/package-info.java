/** Judges the event text: rules about calls, frames, tables, entries, commands and requests. */
@NullMarked
package dev.moat.audit.recording;

import org.jspecify.annotations.NullMarked;
