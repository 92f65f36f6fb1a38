/** Named bit fields of 64-bit words, the one place where a position or a width is written down; words that note what is read of them. */
@NullMarked
package dev.moat.bits;

import org.jspecify.annotations.NullMarked;
