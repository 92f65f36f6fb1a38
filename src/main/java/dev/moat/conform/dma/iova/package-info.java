/** Rows of the allocator of I/O virtual addresses. */
@NullMarked
package dev.moat.conform.dma.iova;

import org.jspecify.annotations.NullMarked;
