/** The DMA API of a kernel on hypercalls for I/O spaces: what its drivers call. */
@NullMarked
package dev.moat.xen.iospace.dma;

import org.jspecify.annotations.NullMarked;
