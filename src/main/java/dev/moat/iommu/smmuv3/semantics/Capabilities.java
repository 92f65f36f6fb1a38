package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.smmuv3.format.Registers.Addresses;
import dev.moat.iommu.smmuv3.format.Registers.Enable;
import dev.moat.iommu.smmuv3.format.Registers.Features;
import dev.moat.iommu.smmuv3.format.Registers.MoreFeatures;
import dev.moat.iommu.smmuv3.format.Registers.Sizes;

/**
 * The capabilities of a unit: its identification registers. {@code @source} IHI 0070, SMMU_IDR0 to SMMU_IDR5.
 *
 * @param smallIndex index bits of each level in a search whose tables are smaller than real ones; 0 for real ones
 */
public record Capabilities(long idr0, long idr1, long idr3, long idr5, long aidr, int smallIndex) {
    /** Real tables. */
    public Capabilities(long idr0, long idr1, long idr3, long idr5, long aidr) {
        this(idr0, idr1, idr3, idr5, aidr, 0);
    }

    /** Bits of an address, by the codes of OAS, IPS and S2PS. */
    private static final int[] ADDRESS_BITS = {32, 36, 40, 42, 44, 48, 52, 56};

    private static final int AARCH64 = 2;
    private static final int LITTLE_ONLY = 2;
    private static final int BIG_ONLY = 3;
    private static final int FEWEST_REGION_BITS = 25;
    private static final int MOST_REGION_BITS = 48;
    private static final int WIDE_REGION_BITS = 52;

    /** Granule that a code does not name. */
    static final int NO_GRANULE = 0;

    public boolean hasStage1() {
        return Features.S1P.isSet(idr0);
    }

    public boolean hasStage2() {
        return Features.S2P.isSet(idr0);
    }

    /** Bits of an output address, and of an intermediate one. */
    public int addressBits() {
        return ADDRESS_BITS[(int) Addresses.OAS.get(idr5)];
    }

    /** The same of a stage that asks for a size by its code. */
    int addressBits(long code) {
        return Math.min(addressBits(), ADDRESS_BITS[(int) code]);
    }

    boolean isBeyond(long address, int bits) {
        return address >>> bits != 0;
    }

    /** Bits of an address that index a table which is not the first one. */
    public int indexBits(int granule) {
        return smallIndex == 0 ? granule - 3 : smallIndex;
    }

    boolean hasAArch64() {
        return (Features.TTF.get(idr0) & AARCH64) != 0;
    }

    /** Whether tables of this byte order are supported. */
    boolean hasEndianness(boolean big) {
        return Features.TTENDIAN.get(idr0) != (big ? LITTLE_ONLY : BIG_ONLY);
    }

    /** 0: software chooses whether faults stall; 1: they do not; 2: they do. */
    int stallModel() {
        return (int) Features.STALL_MODEL.get(idr0);
    }

    boolean terminatesByAbort() {
        return Features.TERM_MODEL.isSet(idr0);
    }

    /** 1: the unit sets the access flag; 2: it also sets the dirty state. */
    int tableUpdates() {
        return (int) Features.HTTU.get(idr0);
    }

    boolean isId(boolean wide, long id) {
        return wide || id >>> Byte.SIZE == 0;
    }

    boolean isAsid(long id) {
        return isId(Features.ASID16.isSet(idr0), id);
    }

    boolean isVmid(long id) {
        return isId(Features.VMID16.isSet(idr0), id);
    }

    /** Whether stream tables can have two levels. */
    public boolean hasTwoLevels() {
        return Features.ST_LEVEL.get(idr0) != 0;
    }

    public boolean hasAts() {
        return Features.ATS.isSet(idr0);
    }

    boolean hasPageRequests() {
        return Features.PRI.isSet(idr0);
    }

    /** Whether there is a regime of a hypervisor. */
    public boolean hasHypervisor() {
        return Features.HYP.isSet(idr0);
    }

    /** Whether a SYNC can tell by a message that it is done. */
    public boolean hasMessages() {
        return Features.MSI.isSet(idr0);
    }

    /** Bits of a SubstreamID. */
    public int substreamBits() {
        return (int) Sizes.SSIDSIZE.get(idr1);
    }

    boolean hasHierarchicalSwitch() {
        return MoreFeatures.HAD.isSet(idr3);
    }

    /** Whether invalidations can name ranges. */
    public boolean hasRanges() {
        return MoreFeatures.RIL.isSet(idr3);
    }

    /** Bits of a StreamID. */
    public int streamBits() {
        return (int) Sizes.SIDSIZE.get(idr1);
    }

    public int commandQueueBits() {
        return (int) Sizes.CMDQS.get(idr1);
    }

    public int eventQueueBits() {
        return (int) Sizes.EVENTQS.get(idr1);
    }

    /** Log2 of the granule with a code of TG0 or S2TG; {@link #NO_GRANULE} if it is reserved or not supported. */
    int granule(long code) {
        return switch ((int) code) {
            case 0 -> Addresses.GRAN4K.isSet(idr5) ? 12 : NO_GRANULE;
            case 1 -> Addresses.GRAN64K.isSet(idr5) ? 16 : NO_GRANULE;
            case 2 -> Addresses.GRAN16K.isSet(idr5) ? 14 : NO_GRANULE;
            default -> NO_GRANULE;
        };
    }

    /** The same of TG1, which is coded otherwise. */
    int upperGranule(long code) {
        return switch ((int) code) {
            case 1 -> granule(2);
            case 2 -> granule(0);
            case 3 -> granule(1);
            default -> NO_GRANULE;
        };
    }

    /** Whether a region of 2^bits bytes may be described with a granule. */
    boolean isRegion(int bits, int granule, boolean wide) {
        int fewest = MoreFeatures.STT.isSet(idr3) ? (granule == 16 ? 17 : 16) : FEWEST_REGION_BITS;
        return bits >= fewest && bits <= (wide && granule == 16 ? WIDE_REGION_BITS : MOST_REGION_BITS);
    }

    /** Whether regions of stage 1 can have 52 bits. */
    boolean hasWideRegions() {
        return Addresses.VAX.get(idr5) != 0;
    }

    /** The bits of CR0 that act. */
    long enabling() {
        return Enable.SMMUEN.mask()
                | Enable.EVENTQEN.mask()
                | Enable.CMDQEN.mask()
                | (Features.PRI.isSet(idr0) ? Enable.PRIQEN.mask() : 0)
                | (Features.ATS.isSet(idr0) ? Enable.ATSCHK.mask() : 0)
                | (Features.VMW.isSet(idr0) ? Enable.VMW.mask() : 0);
    }
}
