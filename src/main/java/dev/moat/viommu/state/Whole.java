package dev.moat.viommu.state;

/** The parts of one machine. */
public record Whole(ViommuState state, GuestUnits guests, HostUnit host, Shadow shadow, Composition composition) {}
