/**
 * Rows of recorded answers of Linux's DMA layers: {@link dev.moat.conform.dma.row.Row} reads one, a
 * {@link dev.moat.conform.dma.row.RowRunner} runs it, {@link dev.moat.conform.dma.row.Judge} keeps what differs; and how the files write
 * numbers, lists, bits and entries.
 */
@NullMarked
package dev.moat.conform.dma.row;

import org.jspecify.annotations.NullMarked;
