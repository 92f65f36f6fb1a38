/** Searches that outlive their process: the saved data, and the conditions under which a search may continue. */
@NullMarked
package dev.moat.check.checkpoint;

import org.jspecify.annotations.NullMarked;
