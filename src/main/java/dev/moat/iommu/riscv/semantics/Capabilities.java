package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.Registers.Capability;

/**
 * The capabilities of one unit.
 *
 * @param register the capabilities register
 * @param gxlWritable whether software can write GXL of fctl
 * @param beWritable whether software can write BE of fctl
 * @param vectorBits bits that each field of icvec has, 0 to 4; the unit has as many vectors as they count
 */
public record Capabilities(long register, boolean gxlWritable, boolean beWritable, int vectorBits) {
    private static final long ALL_BUT_SV32 = 0xdee87eece10L;

    /** Throws {@link IllegalArgumentException} for a number of vectors that a field of icvec cannot name. */
    public Capabilities {
        if (vectorBits < 0 || vectorBits > 4) {
            throw new IllegalArgumentException("icvec fields have 0 to 4 bits, not " + vectorBits);
        }
    }

    /** Everything but Sv32, both byte orders, counters and QoS ids; addresses of 46 bits, 16 vectors. */
    public static Capabilities usual() {
        return new Capabilities(ALL_BUT_SV32, false, false, 4);
    }

    /** The same with another capabilities register. */
    public Capabilities with(long other) {
        return new Capabilities(other, gxlWritable, beWritable, vectorBits);
    }

    /** Whether device contexts have the extended format. */
    public boolean isExtended() {
        return Capability.MSI_FLAT.isSet(register);
    }

    /** Whether there are ATS and page requests. */
    public boolean hasAts() {
        return Capability.ATS.isSet(register);
    }

    /** Whether the unit can send messages for interrupts. */
    public boolean hasMessages() {
        return Capability.IGS.get(register) != Capability.IGS_WSI;
    }

    /** How many vectors interrupts can have; the table of messages has no more entries. */
    public int vectors() {
        return 1 << vectorBits;
    }

    /** Whether a first stage can have this mode. */
    public boolean hasFirstStage(int mode, boolean sxl) {
        if (mode == PageTableEntry.BARE) {
            return true;
        }
        if (sxl) {
            return mode == PageTableEntry.SV39 && Capability.SV32.isSet(register);
        }
        return switch (mode) {
            case PageTableEntry.SV39 -> Capability.SV39.isSet(register);
            case PageTableEntry.SV48 -> Capability.SV48.isSet(register);
            case PageTableEntry.SV57 -> Capability.SV57.isSet(register);
            default -> false;
        };
    }

    /** Whether a second stage can have this mode. */
    public boolean hasSecondStage(int mode, boolean gxl) {
        if (mode == PageTableEntry.BARE) {
            return true;
        }
        if (gxl) {
            return mode == PageTableEntry.SV39 && Capability.SV32X4.isSet(register);
        }
        return switch (mode) {
            case PageTableEntry.SV39 -> Capability.SV39X4.isSet(register);
            case PageTableEntry.SV48 -> Capability.SV48X4.isSet(register);
            case PageTableEntry.SV57 -> Capability.SV57X4.isSet(register);
            default -> false;
        };
    }

    /** Whether a process directory can have this mode. */
    public boolean hasProcessDirectory(int mode) {
        return switch (mode) {
            case Pointer.PD_BARE -> true;
            case Pointer.PD8 -> Capability.PD8.isSet(register);
            case Pointer.PD17 -> Capability.PD17.isSet(register);
            case Pointer.PD20 -> Capability.PD20.isSet(register);
            default -> false;
        };
    }

    /** Bits of the widest process id. */
    public int processIdBits() {
        if (Capability.PD20.isSet(register)) {
            return 20;
        }
        return Capability.PD17.isSet(register) ? 17 : Capability.PD8.isSet(register) ? 8 : 0;
    }

    /** Bits of the widest guest physical address (MGPAW). */
    public int guestAddressBits() {
        if (Capability.SV57X4.isSet(register)) {
            return 59;
        }
        if (Capability.SV48X4.isSet(register)) {
            return 50;
        }
        if (Capability.SV39X4.isSet(register)) {
            return 41;
        }
        return Capability.SV32X4.isSet(register) ? 34 : (int) Capability.PAS.get(register);
    }
}
