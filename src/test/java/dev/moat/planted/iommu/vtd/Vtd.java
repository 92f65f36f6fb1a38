package dev.moat.planted.iommu.vtd;

/** Planted: a family of IOMMUs, for software to know that should not. */
public final class Vtd {}
