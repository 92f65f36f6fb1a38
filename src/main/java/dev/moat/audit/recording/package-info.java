/**
 * Judges the event text: rules about calls, frames, tables, entries, commands and requests.
 *
 * <p>Tables in a recorded memory, and what caches may hold of them: every walk that was possible since the last
 * invalidation that covers it and was awaited.
 */
@NullMarked
package dev.moat.audit.recording;

import org.jspecify.annotations.NullMarked;
