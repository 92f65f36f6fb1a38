/**
 * What the recorded rows of all of Linux's DMA layers have in common: how they are run, and how they write lists, bits and entries.
 */
@NullMarked
package dev.moat.conform.dma.row;

import org.jspecify.annotations.NullMarked;
