package dev.moat.planted.prove.layout;

import dev.moat.planted.iommu.vtd.Vtd;

/** Planted: no software that drives an IOMMU, and yet it knows a family by its classes. */
public final class KnowsVtd {
    Vtd unit = new Vtd();
}
