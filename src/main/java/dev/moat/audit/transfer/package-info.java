/** What drivers ask of the DMA layer, as the events of the system {@code dma} show it, against what was mapped for them. */
@NullMarked
package dev.moat.audit.transfer;

import org.jspecify.annotations.NullMarked;
