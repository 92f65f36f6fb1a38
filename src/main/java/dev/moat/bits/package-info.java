/**
 * Named bit fields of 64-bit words, the one place where a position or a width is written down; words that note what is read of them.
 *
 * <p>How a family of IOMMUs, or grant tables, say what their words mean: {@code moat prove --code layouts} compares
 * it with {@code specs/layouts}.
 */
@NullMarked
package dev.moat.bits;

import org.jspecify.annotations.NullMarked;
