package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import java.util.List;

/**
 * The options of a unit.
 *
 * @param capabilities CAP, ECAP and the host address width
 * @param policy what its caches do
 * @param deviations where it departs from the specification
 * @param sizes how much it caches
 * @param requesters source-ids whose pass-through is kept, where the policy says so
 */
public record UnitOptions(
        Capabilities capabilities, CachePolicy policy, Deviations deviations, Sizes sizes, List<Integer> requesters) {

    /**
     * Entries of the caches; 0 for none of a kind.
     *
     * @param contexts context entries
     * @param pasids PASID entries
     * @param translations of the IOTLB, which is emptied when it is full
     * @param tables of the paging-structure caches
     * @param interruptEntries of the interrupt entry cache
     */
    public record Sizes(int contexts, int pasids, int translations, int tables, int interruptEntries) {
        /** Throws {@link IllegalArgumentException} for a size that is not from 0 to 65,536. */
        public Sizes {
            require(contexts, "contexts");
            require(pasids, "PASID entries");
            require(translations, "translations");
            require(tables, "tables");
            require(interruptEntries, "interrupt entries");
        }

        private static void require(int size, String what) {
            if (size < 0 || size > 1 << 16) {
                throw new IllegalArgumentException(size + " cached " + what + " are not 0 to 65536");
            }
        }

        /** Enough for recorded cases. */
        public static Sizes usual() {
            return new Sizes(64, 64, 1024, 64, 256);
        }
    }

    /** The largest host address width of the unit's own formats. */
    private static final int WIDEST = 52;

    /** Offset of the first register whose place a capability names, where there are no page requests. */
    private static final int FIRST_FREE = PageRequestQueue.FIRST;

    /** Throws {@link IllegalArgumentException} for a host address width above 52 bits, then registers that overlap. */
    public UnitOptions {
        requesters = List.copyOf(requesters);
        if (capabilities.hostAddressBits() > WIDEST) {
            throw new IllegalArgumentException("host addresses of more than " + WIDEST + " bits are not modelled");
        }
        int records = 16 * (int) Cap.FRO.get(capabilities.cap());
        int invalidation = 16 * (int) Ecap.IRO.get(capabilities.ecap());
        int recordsEnd = records + 16 * capabilities.faultRecords();
        boolean apart = invalidation + 16 <= records || recordsEnd <= invalidation;
        boolean inPage = recordsEnd <= RegisterFile.PAGE && invalidation + 16 <= RegisterFile.PAGE;
        int free = Ecap.PRS.isSet(capabilities.ecap()) ? PageRequestQueue.END : FIRST_FREE;
        if (records < free || invalidation < free || !apart || !inPage) {
            throw new IllegalArgumentException(
                    "the registers at CAP.FRO and ECAP.IRO overlap others or leave the page");
        }
    }

    /** A unit that caches what {@link CachePolicy#specified} says, forgets at an invalidation no less than it names, and departs from the specification nowhere. */
    public static UnitOptions of(Capabilities capabilities) {
        return new UnitOptions(capabilities, CachePolicy.specified(), Deviations.NONE, Sizes.usual(), List.of());
    }

    /** Whether there is an invalidation queue: without ECAP.QI its registers are reserved, and QIE has no meaning (VT-d 10.4.4, 10.4.23). */
    boolean hasQueue() {
        return Ecap.QI.isSet(ecap());
    }

    /** Whether there is an interrupt-remapping table: without ECAP.IR its register is reserved, and SIRTP has no meaning (VT-d 10.4.4, 10.4.29). */
    boolean hasInterruptTable() {
        return Ecap.IR.isSet(ecap()) || deviations.has(Deviation.INTERRUPT_TABLE_ALWAYS);
    }

    long cap() {
        return capabilities.cap();
    }

    long ecap() {
        return capabilities.ecap();
    }
}
