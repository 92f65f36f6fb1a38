package dev.moat.iommu.amdvi.semantics;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Registers.CapabilityHeader;
import dev.moat.iommu.amdvi.format.Registers.ExtendedFeature;

/**
 * What one unit can do, and which of the ways that the specification leaves open it goes.
 *
 * @param header the capability header
 * @param features the extended feature register; 0 without CapabilityHeader.EFRSup
 * @param rewalks whether a cached translation without the needed right is looked up in the tables again; if not, it faults.
 *     The sources do not settle it
 * @param drains whether an invalidation also takes hold of the walks in flight that it covers. A unit without it can cache
 *     what such a walk found after the invalidation is complete
 */
public record Capabilities(long header, long features, boolean rewalks, boolean drains) {
    private static final int FEWEST_LEVELS = 4;

    /** Throws {@link IllegalArgumentException} when the number of levels is the reserved one. */
    public Capabilities {
        if (ExtendedFeature.HATS.get(features) == ExtendedFeature.HATS.max()) {
            throw new IllegalArgumentException("HATS = 3 is reserved");
        }
    }

    /**
     * Six levels, INVALIDATE_IOMMU_ALL, prefetch, page requests and TLBs of devices, as QEMU offers; entries not present are not cached.
     */
    public static Capabilities usual() {
        long header = CapabilityHeader.EFR_SUP.mask() | CapabilityHeader.IOTLB_SUP.mask();
        return new Capabilities(header, 0x29d3, true, true);
    }

    /** The same with NpCache set or clear. */
    public Capabilities withNpCache(boolean set) {
        return new Capabilities(CapabilityHeader.NP_CACHE.set(header, set ? 1 : 0), features, rewalks, drains);
    }

    /**
     * The same with another HATS.
     *
     * @param most levels, 4 to 6
     */
    public Capabilities withLevels(int most) {
        return new Capabilities(header, ExtendedFeature.HATS.set(features, most - FEWEST_LEVELS), rewalks, drains);
    }

    /** The same with IASup set or clear. */
    public Capabilities withInvalidateAll(boolean set) {
        return new Capabilities(header, ExtendedFeature.IA_SUP.set(features, set ? 1 : 0), rewalks, drains);
    }

    /** The same with another choice of {@link #rewalks}. */
    public Capabilities withRewalks(boolean again) {
        return new Capabilities(header, features, again, drains);
    }

    /** The same with another choice of {@link #drains}. */
    public Capabilities withDrains(boolean held) {
        return new Capabilities(header, features, rewalks, held);
    }

    /** Whether what is not present may be cached (NpCache). */
    public boolean cachesFailures() {
        return CapabilityHeader.NP_CACHE.isSet(header);
    }

    /** The largest Mode that is legal. */
    public int levels() {
        return FEWEST_LEVELS + (int) ExtendedFeature.HATS.get(features);
    }

    /**
     * Whether a command is known to this unit; that it depends on a bit is so for IOTLB_PAGES and ALL, and taken so for PREFETCH and
     * COMPLETE_PPR. {@code @source} VirtualBox {@code DevIommuAmd.cpp}, which refuses all four.
     */
    public boolean knows(int opcode) {
        return switch (opcode) {
            case Commands.COMPLETION_WAIT,
                    Commands.INVALIDATE_DEVTAB_ENTRY,
                    Commands.INVALIDATE_IOMMU_PAGES,
                    Commands.INVALIDATE_INTERRUPT_TABLE -> true;
            case Commands.INVALIDATE_IOTLB_PAGES -> CapabilityHeader.IOTLB_SUP.isSet(header);
            case Commands.PREFETCH_IOMMU_PAGES -> ExtendedFeature.PREF_SUP.isSet(features);
            case Commands.COMPLETE_PPR_REQUEST -> ExtendedFeature.PPR_SUP.isSet(features);
            case Commands.INVALIDATE_IOMMU_ALL -> ExtendedFeature.IA_SUP.isSet(features);
            default -> false;
        };
    }
}
