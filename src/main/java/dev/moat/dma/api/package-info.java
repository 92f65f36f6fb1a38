/**
 * The calls of Linux's IOMMU API as actions over an executable IOMMU, in any order that a kernel may make them in.
 * What {@code moat audit} finds in a recorded trace is replayed here.
 */
@NullMarked
package dev.moat.dma.api;

import org.jspecify.annotations.NullMarked;
