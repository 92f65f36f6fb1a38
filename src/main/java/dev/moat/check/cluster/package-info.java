/** Searches beyond this process: the seam behind which a build may have one, and the engine that uses it. */
@NullMarked
package dev.moat.check.cluster;

import org.jspecify.annotations.NullMarked;
