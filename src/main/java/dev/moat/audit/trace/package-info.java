/**
 * A trace of a kernel: what was mapped, unmapped, invalidated and transferred, followed event by event and judged.
 */
@NullMarked
package dev.moat.audit.trace;

import org.jspecify.annotations.NullMarked;
