package dev.moat.dma.map;

import dev.moat.iommu.linux.PageDriver;

/** A unit at real size with a driver's tables for one device, whose caches keep all they may. */
public interface RealUnit {
    /** The domain that a layer maps in, strict. */
    default PagingDomain domain() {
        return domain(DomainType.DMA);
    }

    /** The same tables as a domain of a type. */
    PagingDomain domain(DomainType type);

    /** What the driver does with its tables. */
    PageDriver pages();

    /** What a device may do with a page that is mapped with rights, as Linux's driver stores it. */
    default int granted(int rights) {
        return rights;
    }

    /** The state. */
    long[] state();

    /** The byte of memory that a request of the device reaches, or -1. */
    long reach(long iova, boolean write);

    /** Frames that are tables by the driver's account. */
    int tables();

    /** Tables that the highest one leads to, itself included. */
    int linked();

    /** The caches are emptied, which hardware may do at any time. */
    void forgetAll();
}
