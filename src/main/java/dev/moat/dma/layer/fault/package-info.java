/** What can go wrong in the DMA layer, as edits of its operations. */
@NullMarked
package dev.moat.dma.layer.fault;

import org.jspecify.annotations.NullMarked;
