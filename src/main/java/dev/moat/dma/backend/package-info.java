/** What a driver sees of a DMA API, whichever backend answers; and the backends of a kernel on bare metal without an IOMMU. */
@NullMarked
package dev.moat.dma.backend;

import org.jspecify.annotations.NullMarked;
