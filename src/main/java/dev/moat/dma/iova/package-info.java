/**
 * The allocator of I/O virtual addresses as Linux has it (drivers/iommu/iova.c of 6.1), on words of a state: ranges taken
 * downwards from a hint ({@link dev.moat.dma.iova.IovaDomain}), and freed ones kept per CPU in magazines
 * ({@link dev.moat.dma.iova.IovaCaches}). All page numbers and sizes are unsigned 64-bit numbers. Capacities are given at
 * construction: the same code runs at the size of a kernel and, with ranges in one block and magazines of one entry, in states
 * small enough to be searched.
 */
@NullMarked
package dev.moat.dma.iova;

import org.jspecify.annotations.NullMarked;
