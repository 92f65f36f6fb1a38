/**
 * Linux's DMA-mapping layer over the IOMMU API, step by step on several CPUs: addresses are allocated, entries stored and cleared,
 * what was unmapped is invalidated at once, by a flush queue, or when addresses wrap. It knows IOMMUs by their contract only.
 */
@NullMarked
package dev.moat.dma.layer;

import org.jspecify.annotations.NullMarked;
