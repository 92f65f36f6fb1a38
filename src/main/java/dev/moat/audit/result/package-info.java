/**
 * What an audit found: rules, counts, violations with their stories, exposure windows.
 *
 * <p>Asks an invariant file about what a trace shows of one page.
 */
@NullMarked
package dev.moat.audit.result;

import org.jspecify.annotations.NullMarked;
