/** Runs of an instance of the discipline on which a response is never given: found, saved, and run again. */
@NullMarked
package dev.moat.check.lasso;

import org.jspecify.annotations.NullMarked;
