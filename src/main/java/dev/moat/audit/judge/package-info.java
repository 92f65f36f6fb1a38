/** Asks an invariant file about what a trace shows of one page. */
@NullMarked
package dev.moat.audit.judge;

import org.jspecify.annotations.NullMarked;
