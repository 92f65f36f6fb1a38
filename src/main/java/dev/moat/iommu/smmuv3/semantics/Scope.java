package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.smmuv3.format.Commands;

/**
 * The cached entries that a command removes. One set of rules for all caches and for every question about a command.
 * {@code @source} IHI 0070, configuration structure invalidation, TLB invalidation of stage 1 and stage 2, range-based
 * invalidation.
 */
public final class Scope {
    private static final int SMALLEST_GRANULE = 12;

    private Scope() {}

    private static int opcode(long lo) {
        return (int) Commands.OPCODE.get(lo);
    }

    /** Whether a CFGI command is for a structure of a stream. */
    public static boolean isOfConfiguration(long lo, long hi, Caches.Kind kind, int streamId) {
        long sid = Integer.toUnsignedLong(streamId);
        boolean same = sid == Commands.SID.get(lo);
        return switch (opcode(lo)) {
            case Commands.CFGI_STE -> same && (kind != Caches.Kind.STREAM_DESCRIPTOR || !Commands.LEAF.isSet(hi));
            case Commands.CFGI_STE_RANGE -> (sid ^ Commands.SID.get(lo)) >>> (int) (Commands.RANGE.get(hi) + 1) == 0;
            case Commands.CFGI_CD, Commands.CFGI_CD_ALL -> same && kind == Caches.Kind.CONTEXT;
            default -> false;
        };
    }

    /** Whether a TLBI command is for a translation of one stage. */
    public static boolean isOf(long lo, long hi, Translation one) {
        if (opcode(lo) == Commands.TLBI_S2_IPA) {
            return one.second() && isOfVmid(lo, one) && isOfAddress(lo, hi, one);
        }
        if (opcode(lo) == Commands.TLBI_NSNH_ALL) {
            return true;
        }
        boolean ofEither = opcode(lo) == Commands.TLBI_S12_VMALL;
        return isOfVmid(lo, one) && (ofEither || (!one.second() && isOfStage1(lo, hi, one)));
    }

    /** Whether a TLBI command is for a translation of both stages together: S2_IPA is not. */
    public static boolean isOf(long lo, long hi, Caches.Both both) {
        return opcode(lo) != Commands.TLBI_S2_IPA && isOf(lo, hi, both.page());
    }

    private static boolean isOfVmid(long lo, Translation one) {
        return one.vmid() == Commands.VMID.get(lo);
    }

    private static boolean isOfStage1(long lo, long hi, Translation one) {
        boolean ofAsid = one.asid() == Commands.ASID.get(lo);
        return switch (opcode(lo)) {
            case Commands.TLBI_NH_ALL -> true;
            case Commands.TLBI_NH_ASID -> ofAsid;
            case Commands.TLBI_NH_VA -> (ofAsid || one.asid() == Translation.GLOBAL) && isOfAddress(lo, hi, one);
            case Commands.TLBI_NH_VAA -> isOfAddress(lo, hi, one);
            default -> false;
        };
    }

    private static boolean isOfAddress(long lo, long hi, Translation one) {
        if (!one.leaf() && Commands.LEAF.isSet(hi)) {
            return false;
        }
        boolean second = opcode(lo) == Commands.TLBI_S2_IPA;
        long address = Stage.address(second ? Commands.IPA : Commands.ADDRESS, hi);
        long start = second ? address : Transaction.untagged(address);
        if (Commands.TG.get(hi) == 0) {
            return one.covers(start);
        }
        int granule = granule(hi);
        return one.granule() == granule
                && isOfLevel(level(hi), one)
                && isAligned(start, level(hi), one)
                && overlaps(start, rangeBytes(lo, hi), one);
    }

    /** Log2 of the granule that a range names. */
    public static int granule(long hi) {
        return SMALLEST_GRANULE + 2 * ((int) Commands.TG.get(hi) - 1);
    }

    /** The bytes of a range. */
    public static long rangeBytes(long lo, long hi) {
        return ((Commands.NUM.get(lo) + 1) << (int) Commands.SCALE.get(lo)) << granule(hi);
    }

    /** The level that a range names; 0 for any. With granules of 16 KiB level 1 is none. */
    public static int level(long hi) {
        int level = (int) Commands.TTL.get(hi);
        return level == 1 && Commands.TG.get(hi) == 2 ? 0 : level;
    }

    /** Whether a range is one without a meaning. */
    public static boolean isReservedRange(long lo, long hi) {
        return Commands.TG.get(hi) != 0 && Commands.NUM.get(lo) == 0 && Commands.SCALE.get(lo) == 0 && level(hi) == 0;
    }

    private static boolean isOfLevel(int level, Translation one) {
        return level == 0 || (one.leaf() ? one.level() == level : one.level() < level);
    }

    /** A range that does not begin at a multiple of what it names need not have an effect. */
    private static boolean isAligned(long start, int level, Translation one) {
        int shift = level == 0 ? one.granule() : Translation.shift(one.granule(), one.indexBits(), level);
        return (start & ((1L << shift) - 1)) == 0;
    }

    /** No range goes on at the bottom of the addresses. */
    private static boolean overlaps(long start, long bytes, Translation one) {
        boolean behind = Long.compareUnsigned(one.first(), start) >= 0;
        return one.covers(start) || (behind && Long.compareUnsigned(one.first() - start, bytes) < 0);
    }
}
