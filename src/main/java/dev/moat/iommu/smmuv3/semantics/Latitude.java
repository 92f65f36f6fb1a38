package dev.moat.iommu.smmuv3.semantics;

/** A unit's behaviour if the specification leaves a choice. */
@FunctionalInterface
public interface Latitude {
    /** The first one of each. */
    Latitude PLAIN = () -> true;

    /** With both stages, a context pointer beyond the intermediate addresses is an illegal entry; stage 2 refuses it otherwise. */
    boolean isFarContextIllegal();
}
