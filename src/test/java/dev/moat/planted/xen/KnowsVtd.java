package dev.moat.planted.xen;

import dev.moat.planted.iommu.vtd.Vtd;

/** Planted: a hypervisor that knows a family of IOMMUs by its classes. */
public final class KnowsVtd {
    Vtd unit = new Vtd();
}
