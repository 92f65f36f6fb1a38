/**
 * Which invalidations are needed: a table of omissions by configuration, each cell a run, and the page that shows it.
 *
 * <p>Which promise falls on which hardware under which policy: a table of searches, each cell held or with its
 * shortest run.
 */
@NullMarked
package dev.moat.check.needed;

import org.jspecify.annotations.NullMarked;
