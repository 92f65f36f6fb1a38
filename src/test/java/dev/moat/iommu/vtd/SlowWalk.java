package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.Capabilities;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The walk written a second time from the description of the hardware, over physical memory and big integers, with its
 * own bit positions. Obvious and slow.
 */
final class SlowWalk {
    /** What memory holds: which pages are root, context and second-level tables, and words by byte address. */
    static final class Memory {
        final Map<Long, Character> kinds = new HashMap<>();
        final Map<Long, BigInteger> words = new HashMap<>();

        Optional<BigInteger> read(char kind, long address) {
            Character there = kinds.get(address >>> 12);
            return there == null || there != kind
                    ? Optional.empty()
                    : Optional.of(words.getOrDefault(address, BigInteger.ZERO));
        }
    }

    /** A context entry that passed all checks. */
    record Context(BigInteger lo, BigInteger hi) {}

    /** Either a fault code, or a context entry. */
    record Lookup(int fault, Optional<Context> context) {
        static Lookup failed(int code) {
            return new Lookup(code, Optional.empty());
        }
    }

    final int indexBits;
    final int mgaw;
    final int haw;
    final TreeSet<Integer> widths = new TreeSet<>();
    final boolean pages2m;
    final boolean pages1g;
    final boolean sc;
    final boolean dt;
    final boolean pt;

    SlowWalk(int indexBits, Capabilities can) {
        this.indexBits = indexBits;
        haw = can.hostAddressBits();
        mgaw = (int) bits(word(can.cap()), 21, 16) + 1;
        for (int aw = 0; aw < 5; aw++) {
            if (word(can.cap()).testBit(8 + aw)) {
                widths.add(aw);
            }
        }
        pages2m = word(can.cap()).testBit(34);
        pages1g = word(can.cap()).testBit(35);
        dt = word(can.ecap()).testBit(2);
        pt = word(can.ecap()).testBit(6);
        sc = word(can.ecap()).testBit(7);
    }

    static BigInteger word(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    static long bits(BigInteger word, int hi, int lo) {
        return word.shiftRight(lo).mod(BigInteger.ONE.shiftLeft(hi - lo + 1)).longValue();
    }

    static boolean any(BigInteger word, int hi, int lo) {
        return hi >= lo && bits(word, hi, lo) != 0;
    }

    Lookup context(Memory memory, long rootTable, int sid) {
        Optional<BigInteger> root = memory.read('r', rootTable + 16L * (sid / 256));
        if (root.isEmpty()) {
            return Lookup.failed(8);
        }
        if (!root.get().testBit(0)) {
            return Lookup.failed(1);
        }
        BigInteger rootHi = memory.read('r', rootTable + 16L * (sid / 256) + 8).orElseThrow();
        if (any(root.get(), 11, 1) || any(root.get(), 63, Math.max(haw, 12)) || rootHi.signum() != 0) {
            return Lookup.failed(0xA);
        }
        long at = bits(root.get(), 63, 12) * 4096 + 16L * (sid % 256);
        Optional<BigInteger> lo = memory.read('c', at);
        if (lo.isEmpty()) {
            return Lookup.failed(9);
        }
        BigInteger hi = memory.read('c', at + 8).orElseThrow();
        if (!lo.get().testBit(0)) {
            return Lookup.failed(2);
        }
        if (any(lo.get(), 11, 4) || hi.testBit(7) || any(hi, 63, 24)) {
            return Lookup.failed(0xB);
        }
        int aw = (int) bits(hi, 2, 0);
        int tt = (int) bits(lo.get(), 3, 2);
        if (tt != 2 && any(lo.get(), 63, haw)) {
            return Lookup.failed(0xB);
        }
        if (!widths.contains(aw) || tt == 3) {
            return Lookup.failed(3);
        }
        if (tt == 2 && (!pt || aw != widths.last())) {
            return Lookup.failed(3);
        }
        if (tt == 1 && !dt) {
            return Lookup.failed(3);
        }
        return new Lookup(0, Optional.of(new Context(lo.get(), hi)));
    }

    /** FPD of the context entry in memory, false when there is no place for one. */
    boolean fpd(Memory memory, long rootTable, int sid) {
        int fault = context(memory, rootTable, sid).fault();
        if (fault == 8 || fault == 1 || fault == 0xA || fault == 9) {
            return false;
        }
        BigInteger root = memory.read('r', rootTable + 16L * (sid / 256)).orElseThrow();
        return memory.read('c', bits(root, 63, 12) * 4096 + 16L * (sid % 256))
                .orElseThrow()
                .testBit(1);
    }

    static String text(int did, long frame, boolean read, boolean write, String size) {
        return "ok frame=0x" + Long.toHexString(frame) + " " + (read ? "r" : "") + (write ? "w" : "") + " " + size
                + " did=" + did;
    }

    /** The answer once the context entry is known. */
    String translate(Memory memory, Context context, long iova, boolean write, int at) {
        int did = (int) bits(context.hi(), 23, 8);
        int tt = (int) bits(context.lo(), 3, 2);
        int levels = (int) bits(context.hi(), 2, 0) + 2;
        long page = word(iova).shiftRight(12).longValue();
        String same = text(did, page % (1L << 40), true, true, "all");
        if (at == 3 || (at != 0 && tt != 1)) {
            return "fault d";
        }
        if (at == 2) {
            return same;
        }
        if (word(iova).bitLength() > Math.min(mgaw, 12 + indexBits * levels)) {
            return "fault 4";
        }
        if (tt == 2) {
            return same;
        }
        return descend(memory, did, new Start(levels, bits(context.lo(), 63, 12), true, true), page, write);
    }

    /** A table to begin at, its level, and the rights that the entries above it left. */
    record Start(int level, long frame, boolean read, boolean written) {}

    /** The second-level walk for a page. */
    String descend(Memory memory, int did, Start start, long page, boolean write) {
        BigInteger table = BigInteger.valueOf(start.frame()).shiftLeft(12);
        boolean read = start.read();
        boolean written = start.written();
        for (int level = start.level(); level >= 1; level--) {
            long index = (page >>> (indexBits * (level - 1))) % (1L << indexBits);
            Optional<BigInteger> got = memory.read('s', table.longValue() + 8 * index);
            if (got.isEmpty()) {
                return "fault 7";
            }
            BigInteger entry = got.get();
            if (write && !entry.testBit(1)) {
                return "fault 5";
            }
            if (!write && !entry.testBit(0)) {
                return "fault 6";
            }
            boolean big = entry.testBit(7) && level > 1;
            if (isReserved(entry, level, big)) {
                return "fault c";
            }
            read &= entry.testBit(0);
            written &= entry.testBit(1);
            long frame = bits(entry, 51, 12);
            if (level == 1 || big) {
                long size = 1L << (indexBits * (level - 1));
                return text(did, frame + page % size, read, written, level == 1 ? "4K" : level == 2 ? "2M" : "1G");
            }
            table = BigInteger.valueOf(frame).shiftLeft(12);
        }
        throw new AssertionError("level 1 is always a leaf");
    }

    /** Where a table entry that is good for going on leads: the next start, or nothing. */
    Optional<Start> next(Memory memory, Start start, long page) {
        long index = (page >>> (indexBits * (start.level() - 1))) % (1L << indexBits);
        Optional<BigInteger> got = memory.read('s', start.frame() * 4096 + 8 * index);
        if (got.isEmpty() || got.get().testBit(7) || isReserved(got.get(), start.level(), false)) {
            return Optional.empty();
        }
        boolean read = start.read() && got.get().testBit(0);
        boolean written = start.written() && got.get().testBit(1);
        long frame = bits(got.get(), 51, 12);
        return (read || written) && memory.kinds.getOrDefault(frame, '?') == 's'
                ? Optional.of(new Start(start.level() - 1, frame, read, written))
                : Optional.empty();
    }

    private boolean isReserved(BigInteger entry, int level, boolean big) {
        if (any(entry, 51, haw)) {
            return true;
        }
        boolean leaf = level == 1 || big;
        if (entry.testBit(11) && !(leaf && sc)) {
            return true;
        }
        if (entry.testBit(62) && !(leaf && dt)) {
            return true;
        }
        if (!big) {
            return false;
        }
        boolean supported = level == 2 ? pages2m : level == 3 && pages1g;
        return !supported || any(entry, 12 + indexBits * (level - 1) - 1, 12);
    }
}
