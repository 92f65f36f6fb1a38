/** Rows of the drivers that remap by a table of their own, Calgary and GART, and of the bitmap search that both use. */
@NullMarked
package dev.moat.conform.dma.remap;

import org.jspecify.annotations.NullMarked;
