/**
 * Bounce buffers as Linux has them (kernel/dma/swiotlb.c of 6.1), on words of a state: which slots of the pool a mapping gets
 * ({@link dev.moat.dma.swiotlb.SwiotlbSlots}), what is copied where and when ({@link dev.moat.dma.swiotlb.Swiotlb}), and the decision
 * whether to bounce at all on bare metal ({@link dev.moat.dma.swiotlb.DirectDma}). Under Xen the decision and the addresses are
 * others, the rest is this. Addresses are physical ones of the kernel, unsigned; sizes are bytes.
 */
@NullMarked
package dev.moat.dma.swiotlb;

import org.jspecify.annotations.NullMarked;
