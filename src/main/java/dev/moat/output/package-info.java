/** Files for others, whole or not at all. */
@NullMarked
package dev.moat.output;

import org.jspecify.annotations.NullMarked;
