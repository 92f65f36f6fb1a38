/** What of a recording is not judged, and why: {@link dev.moat.conform.left.LeftOut}. */
@NullMarked
package dev.moat.conform.left;

import org.jspecify.annotations.NullMarked;
