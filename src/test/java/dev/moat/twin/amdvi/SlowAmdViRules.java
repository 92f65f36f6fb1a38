package dev.moat.twin.amdvi;

/**
 * The rules of the AMD-Vi sheet, one method each, with the section they stand in; "order" is the numbered table of the
 * recorded answers' page, which goes before the sheet.
 *
 * <p>Methods are not static so that a test can break one and see that somebody notices.
 */
class SlowAmdViRules {
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    /** §2 Control bit 0; order 1. */
    boolean translates(long control) {
        return (control & 1) != 0;
    }

    /** §2 Device Table Base 8:0, 4 KiB units less one; an entry has 32 bytes; order 2. */
    boolean beyondTable(int deviceId, long deviceTable) {
        long bytes = ((deviceTable & 0x1ff) + 1) * 4096;
        return deviceId * 32L >= bytes;
    }

    /** §5 step 3; order 3. */
    boolean interruptRange(long iova) {
        return iova >= 0xfee0_0000L && iova <= 0xfeef_ffffL;
    }

    /** §3 V; order 4. */
    boolean valid(long d0) {
        return (d0 & 1) != 0;
    }

    /** Order 5, corrections 2: of quad 0, only 6:2 and 63. */
    boolean reservedInDeviceEntry(long d0) {
        return (d0 & 0x8000_0000_0000_007cL) != 0;
    }

    /** §2 Exclusion Base and Limit (inclusive page), §3 EX = bit 39 of quad 1; order 6. */
    boolean excluded(long base, long limit, long d1, long iova) {
        boolean enabled = (base & 1) != 0;
        boolean everyone = (base & 2) != 0;
        boolean chosen = (d1 & 1L << 39) != 0;
        long first = base & ADDRESS;
        long last = limit & ADDRESS | 0xfff;
        return enabled
                && (everyone || chosen)
                && Long.compareUnsigned(iova, first) >= 0
                && Long.compareUnsigned(iova, last) <= 0;
    }

    /** §3 TV; order 7. */
    boolean translationValid(long d0) {
        return (d0 & 2) != 0;
    }

    /** §3 Mode 11:9. */
    int mode(long d0) {
        return (int) (d0 >>> 9) & 7;
    }

    /** §3 PageTableRoot 51:12. */
    long root(long d0) {
        return d0 & ADDRESS;
    }

    /** §3 DomainID 79:64. */
    int domain(long d1) {
        return (int) d1 & 0xffff;
    }

    /** §3 SA = bit 98. */
    boolean suppressesEvents(long d1) {
        return (d1 & 1L << 34) != 0;
    }

    /** §3 SE = bit 97. */
    boolean suppressesRepeatedEvents(long d1) {
        return (d1 & 1L << 33) != 0;
    }

    /** §3, §4 IR 61, IW 62, the same in device entries and in page table entries; order 13. */
    boolean permits(long word, boolean write) {
        return (word >>> (write ? 62 : 61) & 1) != 0;
    }

    /** §4: 12 + 9 * Mode bits, Mode 6 has no limit (corrections 3); order 9. */
    boolean aboveWidth(long iova, int mode) {
        return mode < 6 && iova >>> 12 + 9 * mode != 0;
    }

    /** §4: bits 12+9L-1 : 12+9(L-1) of the IOVA; of level 6 the seven bits 63:57. */
    long entryAddress(long table, int level, long iova) {
        return table + 8 * (iova >>> 12 + 9 * (level - 1) & 511);
    }

    /** §4 PR; order 10. */
    boolean present(long entry) {
        return (entry & 1) != 0;
    }

    /** Order 10: bits 58:52. */
    boolean reservedInEntry(long entry) {
        return (entry >>> 52 & 0x7f) != 0;
    }

    /** §4 NextLevel 11:9. */
    int nextLevel(long entry) {
        return (int) (entry >>> 9) & 7;
    }

    /** §4; order 11. */
    boolean leaf(long entry) {
        return nextLevel(entry) == 0 || nextLevel(entry) == 7;
    }

    /** §4: the natural size of the level, or as the address field says. Bits of the offset in the page. */
    int pageBits(long entry, int level) {
        if (nextLevel(entry) == 0) {
            return 12 + 9 * (level - 1);
        }
        int firstZero = 12;
        while ((entry >>> firstZero & 1) != 0) {
            firstZero++;
        }
        return firstZero + 1;
    }

    /** Order 11, corrections 4: NextLevel 7 has a size strictly between those of this level and of the next. */
    boolean wrongSize(long entry, int level) {
        int natural = 12 + 9 * (level - 1);
        int bits = pageBits(entry, level);
        return nextLevel(entry) == 7 && (bits <= natural || bits >= natural + 9);
    }

    /** §4; order 12. */
    boolean wrongLevel(long entry, int level) {
        return nextLevel(entry) >= level;
    }

    /** §4: all IOVA bits of skipped levels are 0; order 12. */
    boolean skippedBitsSet(long entry, int level, long iova) {
        int low = 12 + 9 * nextLevel(entry);
        int high = 12 + 9 * (level - 1);
        return (iova >>> low & (1L << high - low) - 1) != 0;
    }

    /** §4 address 51:12. */
    long tableOf(long entry) {
        return entry & ADDRESS;
    }

    /** §12: the page's address without the bits of its offset, and the offset. */
    long physical(long entry, int pageBits, long iova) {
        long offset = (1L << pageBits) - 1;
        return entry & ADDRESS & ~offset | iova & offset;
    }

    /** §6: opcode in dw1 31:28. */
    int opcode(long w0) {
        return (int) (w0 >>> 60);
    }

    /**
     * §6: opcodes 1 to 8 and, in each, the named fields; everything else is reserved. PREFETCH and COMPLETE_PPR have no
     * fields in the sheet; from recorded answers, DevID is legal and bit 16 is not.
     *
     * @param features Extended Feature register: INVALIDATE_IOMMU_ALL exists with IA, bit 6
     */
    boolean legal(long w0, long w1, long features) {
        return switch (opcode(w0)) {
            case 1 -> none(w0, 0x0ff0_0000_0000_0000L);
            case 2, 5 -> none(w0, 0x0fff_ffff_ffff_0000L) && w1 == 0;
            case 3 -> none(w0, 0x0fff_0000_fff0_0000L) && none(w1, 0xff8);
            case 4 -> none(w1, 0xffa);
            case 6, 7 -> none(w0, 0x10000);
            case 8 -> none(w0, 0x0fff_ffff_ffff_ffffL) && w1 == 0 && (features & 0x40) != 0;
            default -> false;
        };
    }

    private static boolean none(long word, long reserved) {
        return (word & reserved) == 0;
    }

    /** §6 DevID of commands 2 and 5. */
    int commandDevice(long w0) {
        return (int) w0 & 0xffff;
    }

    /** §6 DomID of command 3: dw1 15:0. */
    int commandDomain(long w0) {
        return (int) (w0 >>> 32) & 0xffff;
    }

    /** §6 PDE of command 3: directories too. */
    boolean coversDirectories(long w1) {
        return (w1 & 2) != 0;
    }

    /** §6 address and S of command 3: one page, or a block of the size that the first zero bit at or above 12 tells. */
    boolean coversPage(long w1, long iova) {
        if ((w1 & 1) == 0) {
            return iova >>> 12 == w1 >>> 12;
        }
        int firstZero = 12;
        while (firstZero < 51 && (w1 >>> firstZero & 1) != 0) {
            firstZero++;
        }
        return firstZero == 51 || iova >>> firstZero + 1 == w1 >>> firstZero + 1;
    }

    /** §6 store address of command 1: dw0 31:3 and dw1 19:0. */
    long waitAddress(long w0) {
        return w0 & 0x000f_ffff_ffff_fff8L;
    }

    /** §6 S of command 1. */
    boolean waitStores(long w0) {
        return (w0 & 1) != 0;
    }

    /** §6 I of command 1; whatever ComWaitIntEn is (corrections 8). */
    boolean waitInterrupts(long w0) {
        return (w0 & 2) != 0;
    }

    /** §2: 2 to the length field entries of 16 bytes; both rings. */
    long ringBytes(long baseRegister) {
        return 16L << (baseRegister >>> 56 & 15);
    }

    /** §2: base 51:12; both rings and the device table. */
    long base(long baseRegister) {
        return baseRegister & ADDRESS;
    }

    /** §6: full when one more would make the ring look empty. */
    boolean full(long head, long tail, long bytes) {
        return (tail + 16) % bytes == head;
    }

    /** §9: RW is flag 5. */
    int writeFlag(boolean write) {
        return write ? 0x20 : 0;
    }

    /** §9 type 1; flags as printed, dw1 >> 16; address 63:2 (illumos amd_iommu_log.h). */
    String illegalDeviceEntry(int deviceId, int flags, long iova) {
        return event(deviceId, 0x1000_0000 | flags << 16, iova & ~3);
    }

    /** §9 type 8, illumos amd_iommu_log.c: the type of a read of the interrupt range is 0. */
    String invalidRequest(int deviceId, long iova) {
        return event(deviceId, 0x8000_0000, iova);
    }

    /** §9 type 2. */
    String pageFault(int deviceId, int flags, int domain, long iova) {
        return event(deviceId, 0x2000_0000 | flags << 16 | domain, iova);
    }

    /** Whether an event is of type 2, the only one that SA and SE suppress: both stand with page faults only. */
    boolean isPageFault(String event) {
        return event.replace("?", "").matches("\\p{XDigit}{8}\\.2.*");
    }

    /** §9 type 5: the command's address, no flags (corrections 7). */
    String illegalCommand(long address) {
        return event(0, 0x5000_0000, address);
    }

    private static String event(int dw0, int dw1, long address) {
        return String.format("%08x.%08x.%08x.%08x", dw0, dw1, (int) address, (int) (address >>> 32));
    }
}
