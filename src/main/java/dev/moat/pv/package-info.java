/**
 * Memory and DMA of a paravirtual Xen guest, whose frame numbers are not the machine's: frame numbers both ways
 * ({@link dev.moat.pv.PvFrames}), mappings that are direct only where machine memory is as contiguous as it looks
 * ({@link dev.moat.pv.XenSwiotlb}), coherent memory by exchange of frames ({@link dev.moat.pv.XenCoherent}) and a pool made in that way
 * ({@link dev.moat.pv.XenPool}). Bounce slots are those of {@code dma.swiotlb}; only the addresses are Xen's. As Linux 6.1 has it
 * (drivers/xen/swiotlb-xen.c, arch/x86/include/asm/xen/page.h).
 */
@NullMarked
package dev.moat.pv;

import org.jspecify.annotations.NullMarked;
