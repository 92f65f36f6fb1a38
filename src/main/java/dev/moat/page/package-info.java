/**
 * Traces and states as pages to look at: one file with everything in it, for any browser, without a network. Read
 * {@link dev.moat.page.TracePage}, then {@code trace.js} beside these classes' resources.
 *
 * <p>Machines that a person walks by hand, in a browser on the same computer.
 */
@NullMarked
package dev.moat.page;

import org.jspecify.annotations.NullMarked;
