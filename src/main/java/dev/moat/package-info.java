/** Moat: DMA isolation, explored, explained and replayed. */
package dev.moat;
