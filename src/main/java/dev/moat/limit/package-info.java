/** Where work ends before it is done: the time, an interrupt, an amount. */
@NullMarked
package dev.moat.limit;

import org.jspecify.annotations.NullMarked;
