/**
 * What must happen in the end: responses, judged on the whole graph of a small machine by fair cycles. docs/explanation/liveness.md says what
 * is assumed to go on.
 */
@NullMarked
package dev.moat.liveness;

import org.jspecify.annotations.NullMarked;
