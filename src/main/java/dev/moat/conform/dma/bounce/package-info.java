/** Rows of bounce buffers, native and under Xen: the pool, the memory around it and a stand-in for Xen that a case describes. */
@NullMarked
package dev.moat.conform.dma.bounce;

import org.jspecify.annotations.NullMarked;
