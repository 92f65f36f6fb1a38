package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.Reserved;
import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.MsiEntry;
import dev.moat.iommu.riscv.format.Registers.Capability;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.semantics.Structures.Encoding;
import dev.moat.iommu.riscv.semantics.Structures.Kind;
import dev.moat.iommu.riscv.semantics.Structures.Place;
import dev.moat.iommu.riscv.semantics.Transaction.Access;

/**
 * Guest addresses of interrupt files: which they are, and where their MSI table leads.
 *
 * <p>{@code @fails} access, corruption, V = 0, mode and reserved bits, then a request to execute. Entries with C = 1, which are
 * custom, are refused as misconfigured. {@code @source} RISCV-IOMMU, data structures, process to translate addresses of MSIs.
 */
final class MsiTable {
    private static final long RESERVED_BASIC = Reserved.in(MsiEntry.BASIC);
    private static final long RESERVED_MRIF_LO = Reserved.in(MsiEntry.MRIF_LO);
    private static final long RESERVED_MRIF_HI = Reserved.in(MsiEntry.MRIF_HI);
    /** Bits of an address of an interrupt file in memory that {@link Deviation#MRIF47} keeps. */
    private static final long KEPT = (1L << 47) - 1;

    private static final int MRIF_SHIFT = 9;

    private final RegisterBank registers;
    private final Structures structures;
    private final ContextRules rules;
    private final boolean extended;
    private final boolean hasMrif;
    private final boolean losesBits;
    private final long comparedPages;

    MsiTable(RegisterBank registers, Structures structures, ContextRules rules, Behaviour behaviour) {
        this.registers = registers;
        this.structures = structures;
        this.rules = rules;
        Capabilities can = behaviour.capabilities();
        extended = can.isExtended();
        hasMrif = Capability.MSI_MRIF.isSet(can.register());
        losesBits = behaviour.has(Deviation.MRIF47);
        comparedPages =
                behaviour.has(Deviation.MSI_HIGH) ? (1L << (can.guestAddressBits() - Transaction.PAGE_SHIFT)) - 1 : -1L;
    }

    static boolean isBasic(long low) {
        return MsiEntry.V.isSet(low) && MsiEntry.M.get(low) == MsiEntry.BASIC_MODE;
    }

    static boolean isMrif(long low) {
        return MsiEntry.V.isSet(low) && MsiEntry.M.get(low) == MsiEntry.MRIF_MODE;
    }

    /** Whether the transaction has come to the address of an interrupt file. */
    boolean isOf(Transaction t) {
        if (!extended || Pointer.MODE.get(t.dc.get(DeviceContext.MSIPTP)) == Pointer.MSI_OFF) {
            return false;
        }
        long used = rules.comparedMsiBits();
        long fixed = ~(t.dc.get(DeviceContext.MSI_ADDR_MASK) & used);
        long page = t.guest >>> Transaction.PAGE_SHIFT & comparedPages;
        return (page & fixed) == (t.dc.get(DeviceContext.MSI_ADDR_PATTERN) & used & fixed);
    }

    /** Finds the entry. False when the transaction is refused. */
    boolean locate(long[] s, Transaction t) {
        boolean big = Features.BE.isSet(registers.fctl.get(s));
        long page = t.guest >>> Transaction.PAGE_SHIFT;
        long mask = t.dc.get(DeviceContext.MSI_ADDR_MASK) & rules.comparedMsiBits();
        long table = Pointer.PPN.get(t.dc.get(DeviceContext.MSIPTP)) << Transaction.PAGE_SHIFT;
        long address = table | packed(page, mask) * MsiEntry.BYTES;
        Place place = new Place(Kind.MSI, page, 0, address, new Encoding(MsiEntry.BYTES, big));
        int loaded = structures.load(s, t, place, false);
        if (loaded != Structures.FOUND) {
            return t.refuse(loaded == Structures.CORRUPT ? Cause.MSI_CORRUPT : Cause.MSI_ACCESS);
        }
        long low = t.loaded.get(0);
        long high = t.loaded.get(1);
        if (!MsiEntry.V.isSet(low)) {
            return t.refuse(Cause.MSI_NOT_VALID);
        }
        if (isWrong(low, high)) {
            return t.refuse(Cause.MSI_MISCONFIGURED);
        }
        t.msiLow = low;
        t.msiHigh = high;
        return judge(t);
    }

    /** Refuses what an entry does not let a transaction do: it may execute nothing. */
    boolean judge(Transaction t) {
        boolean executes = t.access == Access.EXECUTE && t.type != Transaction.Type.ATS;
        return !executes || t.refuse(Cause.EXECUTE_ACCESS);
    }

    private boolean isWrong(long low, long high) {
        if (MsiEntry.C.isSet(low)) {
            return true;
        }
        if (isBasic(low)) {
            return (low & RESERVED_BASIC) != 0;
        }
        boolean reserved = (low & RESERVED_MRIF_LO) != 0 || (high & RESERVED_MRIF_HI) != 0;
        return !isMrif(low) || !hasMrif || reserved;
    }

    /** The bits of a page number that a mask has, next to each other. */
    private static long packed(long page, long mask) {
        long packed = 0;
        int place = 0;
        for (long left = mask; left != 0; left &= left - 1) {
            packed |= (page >>> Long.numberOfTrailingZeros(left) & 1) << place++;
        }
        return packed;
    }

    /** Where the entry that was found leads. */
    long address(Transaction t) {
        if (isBasic(t.msiLow)) {
            long offset = t.guest & (1L << Transaction.PAGE_SHIFT) - 1;
            return MsiEntry.PPN.get(t.msiLow) << Transaction.PAGE_SHIFT | offset;
        }
        long address = MsiEntry.MRIF.get(t.msiLow) << MRIF_SHIFT;
        return losesBits ? address & KEPT : address;
    }
}
