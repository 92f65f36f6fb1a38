/** How large a run of the DMA layer is, and which of its parts take part. */
@NullMarked
package dev.moat.dma.layer.setting;

import org.jspecify.annotations.NullMarked;
