/**
 * Recorded answers of Linux's DMA-mapping layers, put to Moat's own: {@link dev.moat.conform.dma.DmaRecords} lists the kinds of files, each
 * with the {@link dev.moat.conform.dma.row.RowRunner} that runs the rows of one case.
 */
@NullMarked
package dev.moat.conform.dma;

import org.jspecify.annotations.NullMarked;
