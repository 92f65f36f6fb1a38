/** Searches that outlive their process: what is kept of them, and what must be the same for them to go on. */
@NullMarked
package dev.moat.check.checkpoint;

import org.jspecify.annotations.NullMarked;
