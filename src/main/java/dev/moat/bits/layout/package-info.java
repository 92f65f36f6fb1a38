/** How a family of IOMMUs, or grant tables, say what their words mean: {@code moat prove --code layouts} compares it with {@code specs/layouts}. */
@NullMarked
package dev.moat.bits.layout;

import org.jspecify.annotations.NullMarked;
