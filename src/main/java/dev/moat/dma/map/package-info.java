/**
 * Linux's IOMMU API and its DMA mapping at real sizes: types of domains, pages of several sizes, mappings that are rolled back, ranges
 * that are gathered for one invalidation, addresses below 4 GiB first, lists that are merged. The driver is an interface.
 */
@NullMarked
package dev.moat.dma.map;

import org.jspecify.annotations.NullMarked;
