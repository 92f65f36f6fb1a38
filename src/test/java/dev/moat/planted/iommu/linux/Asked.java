package dev.moat.planted.iommu.linux;

/** Planted: what a layer may ask of a driver. */
public interface Asked {}
