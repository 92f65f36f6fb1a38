/**
 * Recorded answers of Linux's DMA-mapping layers, put to Moat's own: {@link dev.moat.conform.dma.DmaRecords} lists the kinds of files, each
 * with the {@link dev.moat.conform.dma.RowRunner} that runs the rows of one case.
 *
 * <p>Rows of bounce buffers, native and under Xen: the pool, the memory around it and a stand-in for Xen that a case
 * describes. Rows of the allocator of I/O virtual addresses. Rows of the drivers that remap by a table of their
 * own, Calgary and GART, and of the bitmap search that both use. What the recorded rows of all of Linux's DMA
 * layers have in common: how they are run, and how they write lists, bits and entries.
 */
@NullMarked
package dev.moat.conform.dma;

import org.jspecify.annotations.NullMarked;
