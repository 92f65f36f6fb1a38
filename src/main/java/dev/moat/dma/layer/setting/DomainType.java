package dev.moat.dma.layer.setting;

import dev.moat.iommu.DefaultDomain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a domain is for. {@code @source} Linux 6.1 iommu.h: IOMMU_DOMAIN_BLOCKED to IOMMU_DOMAIN_DMA_FQ. */
public enum DomainType {
    /** Every request is refused. */
    BLOCKED(false),
    /** An address is the memory's own. */
    IDENTITY(false),
    /** Its owner maps and unmaps. */
    UNMANAGED(false),
    /** The DMA layer's, with an invalidation in each unmap. */
    DMA(false),
    /** The DMA layer's, with a flush queue. */
    DMA_FQ(true);

    private final boolean deferred;

    DomainType(boolean deferred) {
        this.deferred = deferred;
    }

    /** Whether an unmap leaves its invalidation to a queue. */
    public boolean isDeferred() {
        return deferred;
    }

    /**
     * A device of a group.
     *
     * @param wish what its driver asks for
     * @param trusted false behind a port that faces outside
     */
    public record Member(DefaultDomain.Wish wish, boolean trusted) {}

    /**
     * The type of a group's default domain. Drivers come first, and IDENTITY before anything else where they disagree; a device that is
     * not trusted makes it strict, or, where a driver insists on IDENTITY, BLOCKED, as the group is not probed then; else it is what the
     * system was told. {@code @source} Linux 6.7 iommu.c: iommu_get_default_domain_type; 6.1 takes what the system was told where devices
     * disagree. {@code @oracle} the rules one by one, for every group of up to three devices, in DomainTypeTest.
     */
    public static DomainType ofDefault(List<Member> devices, DomainType told) {
        DomainType wanted = null;
        boolean trusted = true;
        for (Member device : devices) {
            DomainType wish = of(device);
            wanted = wanted == null || wish == IDENTITY ? wish : wanted;
            trusted &= device.trusted();
        }
        if (trusted) {
            return wanted == null ? told : wanted;
        }
        return wanted == IDENTITY ? BLOCKED : DMA;
    }

    /** What a system is told on its command line: iommu.passthrough=1, iommu.strict=1. */
    public static DomainType told(boolean passthrough, boolean strict) {
        return passthrough ? IDENTITY : strict ? DMA : DMA_FQ;
    }

    private static @Nullable DomainType of(Member device) {
        return switch (device.wish()) {
            case NONE -> null;
            case IDENTITY -> IDENTITY;
            case IDENTITY_IF_TRUSTED -> device.trusted() ? IDENTITY : DMA;
            case TRANSLATED -> DMA;
        };
    }
}
