/** Which invalidations are needed: a table of omissions by configuration, each cell a run, and the page that shows it. */
@NullMarked
package dev.moat.check.needed;

import org.jspecify.annotations.NullMarked;
