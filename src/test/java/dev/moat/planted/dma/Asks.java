package dev.moat.planted.dma;

import dev.moat.planted.iommu.linux.Asked;

/** Planted: a layer that asks as it may. */
public record Asks(Asked driver) {}
