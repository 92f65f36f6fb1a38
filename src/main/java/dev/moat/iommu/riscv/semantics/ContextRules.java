package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.BitField;
import dev.moat.bits.Reserved;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Attributes;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.MsiAddress;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.DirectoryEntry;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.ProcessContext;
import dev.moat.iommu.riscv.format.Registers.Capability;
import dev.moat.iommu.riscv.format.Registers.Features;

/** When a valid context or directory entry is misconfigured. {@code @source} RISCV-IOMMU, data structures, configuration checks. */
public final class ContextRules {
    private static final int ROOT_ALIGNMENT = (1 << PageTableEntry.ROOT_BITS) - 1;
    private static final int REFUSED = 2;

    private final Capabilities can;
    private final Latitude latitude;
    private final EntryWords reserved = new EntryWords();
    private final long reservedInDirectory = Reserved.in(DirectoryEntry.FIELDS);
    private final long reservedInProcess = Reserved.in(ProcessContext.FIELDS);
    private final long reservedInPointer = Reserved.in(Pointer.FIELDS);
    /** Page number bits above the widest guest address. */
    private final long aboveGuest;

    public ContextRules(Capabilities can, Latitude latitude) {
        this.can = can;
        this.latitude = latitude;
        for (int word = 0; word < DeviceContext.EXTENDED_WORDS; word++) {
            reserved.set(word, Reserved.in(DeviceContext.WORDS.get(word)));
        }
        if (!has(Capability.QOSID)) {
            reserve(DeviceContext.TA, Attributes.RCID.mask() | Attributes.MCID.mask());
        }
        if (!can.hasAts()) {
            reserve(DeviceContext.TC, Control.EN_ATS.mask() | Control.EN_PRI.mask() | Control.PRPR.mask());
        }
        if (!has(Capability.T2GPA)) {
            reserve(DeviceContext.TC, Control.T2GPA.mask());
        }
        if (!has(Capability.AMO_HWAD)) {
            reserve(DeviceContext.TC, Control.SADE.mask() | Control.GADE.mask());
        }
        aboveGuest = MsiAddress.PAGE.mask() & -1L << (can.guestAddressBits() - Transaction.PAGE_SHIFT);
    }

    private void reserve(int word, long bits) {
        reserved.set(word, reserved.get(word) | bits);
    }

    private boolean has(BitField capability) {
        return capability.isSet(can.register());
    }

    /** Bits of page numbers that are compared with those of interrupt files. */
    long comparedMsiBits() {
        return latitude.way(Latitude.Point.MSI_ADDRESS_BITS) == 1 ? ~aboveGuest : -1L;
    }

    /** Whether a valid non-leaf entry of a directory is misconfigured. */
    public boolean isDirectoryWrong(long entry) {
        return (entry & reservedInDirectory) != 0;
    }

    /** Whether a valid device context is misconfigured. */
    public boolean isDeviceWrong(EntryWords dc, long fctl) {
        for (int word = 0;
                word < (can.isExtended() ? DeviceContext.EXTENDED_WORDS : DeviceContext.BASE_WORDS);
                word++) {
            if ((dc.get(word) & reserved.get(word)) != 0) {
                return true;
            }
        }
        long tc = dc.get(DeviceContext.TC);
        return isAtsWrong(tc)
                || isWidthWrong(tc, fctl)
                || isFirstStageWrong(tc, dc.get(DeviceContext.FSC))
                || isSecondStageWrong(dc, Features.GXL.isSet(fctl))
                || (can.isExtended() && isMsiWrong(dc));
    }

    private static boolean isAtsWrong(long tc) {
        boolean ats = Control.EN_ATS.isSet(tc);
        boolean pri = Control.EN_PRI.isSet(tc);
        return (!ats && (Control.T2GPA.isSet(tc) || pri)) || (!pri && Control.PRPR.isSet(tc));
    }

    /** SBE and SXL. */
    private boolean isWidthWrong(long tc, long fctl) {
        boolean both = has(Capability.END) && can.beWritable();
        boolean orderWrong = !both && Control.SBE.isSet(tc) != Features.BE.isSet(fctl);
        boolean gxl = Features.GXL.isSet(fctl);
        boolean sxl = Control.SXL.isSet(tc);
        return orderWrong || (gxl && !sxl) || (!gxl && !can.gxlWritable() && sxl);
    }

    private boolean isFirstStageWrong(long tc, long fsc) {
        int mode = (int) Pointer.MODE.get(fsc);
        if (Control.PDTV.isSet(tc)) {
            return !can.hasProcessDirectory(mode);
        }
        return Control.DPE.isSet(tc) || !can.hasFirstStage(mode, Control.SXL.isSet(tc));
    }

    private boolean isSecondStageWrong(EntryWords dc, boolean gxl) {
        long second = dc.get(DeviceContext.IOHGATP);
        int mode = (int) SecondStage.MODE.get(second);
        if (mode == PageTableEntry.BARE) {
            return Control.T2GPA.isSet(dc.get(DeviceContext.TC));
        }
        return !can.hasSecondStage(mode, gxl) || (SecondStage.PPN.get(second) & ROOT_ALIGNMENT) != 0;
    }

    private boolean isMsiWrong(EntryWords dc) {
        int mode = (int) Pointer.MODE.get(dc.get(DeviceContext.MSIPTP));
        boolean bare = SecondStage.MODE.get(dc.get(DeviceContext.IOHGATP)) == PageTableEntry.BARE;
        long address = dc.get(DeviceContext.MSI_ADDR_MASK) | dc.get(DeviceContext.MSI_ADDR_PATTERN);
        return mode > Pointer.MSI_IS_FLAT
                || (bare && mode != Pointer.MSI_OFF)
                || ((address & aboveGuest) != 0 && latitude.way(Latitude.Point.MSI_ADDRESS_BITS) == REFUSED);
    }

    /** Whether a valid process context is misconfigured. */
    public boolean isProcessWrong(long ta, long fsc, boolean sxl) {
        return (ta & reservedInProcess) != 0
                || (fsc & reservedInPointer) != 0
                || !can.hasFirstStage((int) Pointer.MODE.get(fsc), sxl);
    }
}
