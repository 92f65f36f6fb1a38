package dev.moat.iommu.vtd.format;

/**
 * The capabilities of one unit.
 *
 * @param cap the CAP register
 * @param ecap the ECAP register
 * @param hostAddressBits width of a machine address, 13 to 64; entry bits above it are reserved
 * @param rewalks whether an IOTLB hit without the needed right walks the tables again; if not, it faults
 */
public record Capabilities(long cap, long ecap, int hostAddressBits, boolean rewalks) {
    /** Bits of an address that a level of real tables decodes. */
    public static final int INDEX_BITS = 9;

    private static final int PAGE_SHIFT = 12;

    /** Throws {@link IllegalArgumentException} when the host address width is impossible, then when MGAW is. */
    public Capabilities {
        if (hostAddressBits < 13 || hostAddressBits > 64) {
            throw new IllegalArgumentException("host address width " + hostAddressBits + " is not 13 to 64");
        }
        if (Registers.Cap.MGAW.get(cap) >= 63) {
            throw new IllegalArgumentException("guest addresses of more than 63 bits are not modelled");
        }
    }

    /** Widths that QEMU offers with {@code aw-bits=48} plus the 30-bit one, superpages, draining, no snoop control. */
    public static Capabilities usual() {
        long qemu48 = 0x00d2008c222f0606L;
        return new Capabilities(
                Registers.Cap.SAGAW.set(qemu48, Registers.Cap.SAGAW.get(qemu48) | 1), 0xf00f5aL, 39, true);
    }

    /** Whether tables of AW + 2 levels are supported. */
    public boolean supportsWidth(int aw) {
        return aw < Registers.Cap.SAGAW.width() && (Registers.Cap.SAGAW.get(cap) >>> aw & 1) != 0;
    }

    /** The largest supported AW, or -1. */
    public int largestWidth() {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(Registers.Cap.SAGAW.get(cap));
    }

    /** Bits of a guest address. */
    public int guestAddressBits() {
        return (int) Registers.Cap.MGAW.get(cap) + 1;
    }

    /** Whether an entry of this level may be a superpage. */
    public boolean supportsSuperpage(int level) {
        return (level == 2 || level == 3) && (Registers.Cap.SLLPS.get(cap) >>> (level - 2) & 1) != 0;
    }

    /** CAP.SLLPS: the sizes of pages, 4 KiB, and 2 MiB and 1 GiB each where it is there; bit n is set when there are pages of 2^n bytes. */
    public long pageSizes() {
        long sizes = 0;
        for (int level = 1; level <= 3; level++) {
            sizes |= level == 1 || supportsSuperpage(level) ? 1L << (PAGE_SHIFT + INDEX_BITS * (level - 1)) : 0;
        }
        return sizes;
    }

    /** Fault recording registers. */
    public int faultRecords() {
        return (int) Registers.Cap.NFR.get(cap) + 1;
    }

    /** Whether stores to tables may wait in a write buffer that software has to flush. */
    public boolean buffersWrites() {
        return Registers.Cap.RWBF.isSet(cap);
    }

    /** Whether the unit sees table entries that are still in a CPU cache. */
    public boolean snoops() {
        return Registers.Ecap.C.isSet(ecap);
    }

    /** Whether what is not present or wrong may be cached too (caching mode). */
    public boolean cachesFailures() {
        return Registers.Cap.CM.isSet(cap);
    }

    /** The smallest domain id that software may give out: caching mode keeps 0 for context entries not present. */
    public int firstDomainId() {
        return cachesFailures() ? 1 : 0;
    }

    /** Domain ids that the unit distinguishes; 0 when ND has its reserved value. */
    public int domainIds() {
        int nd = (int) Registers.Cap.ND.get(cap);
        return nd == Registers.Cap.ND.max() ? 0 : 1 << (4 + 2 * nd);
    }
}
