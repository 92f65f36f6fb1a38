package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;

import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import java.util.List;

/** A unit that remaps interrupts by 256 entries, and how its answers are written down in tests. */
final class InterruptBench {
    /** Present, fixed delivery of vector 0x51 to destination 3 in physical mode. */
    static final long LO = 0x0000_0300_0051_0001L;

    private InterruptBench() {}

    static UnitBench started(long cap, long ecap, Deviation... deviations) {
        UnitBench bench = new UnitBench(new UnitOptions(
                UnitBench.capabilities(cap, ecap),
                CachePolicy.specified(),
                Deviations.of(deviations),
                UnitOptions.Sizes.usual(),
                List.of()));
        bench.write64(IRTA, ENTRIES | 7);
        bench.command(SIRTP);
        bench.command(IRE);
        return bench;
    }

    static void entry(UnitBench bench, int index, long lo, long hi) {
        bench.memory.put(ENTRIES + 16L * index, lo);
        bench.memory.put(ENTRIES + 16L * index + 8, hi);
    }

    static long address(int handle, boolean subhandle) {
        return 0xfee00010L | (handle & 0x7fffL) << 5 | (handle >>> 15) << 2 | (subhandle ? 8 : 0);
    }

    /** What a request gets: vector and destination, or the record it left. */
    static String ask(UnitBench bench, int sid, long address, long data) {
        return text(bench, bench.unit.interrupt(bench.s, sid, address, data));
    }

    static String text(UnitBench bench, long answer) {
        if (InterruptAnswer.isDelivered(answer)) {
            return Long.toHexString(InterruptAnswer.VECTOR.get(answer)) + " to "
                    + Long.toHexString(InterruptAnswer.DEST.get(answer));
        }
        if (!InterruptAnswer.isFault(answer)) {
            return "posted";
        }
        for (int i = 0; i < 4; i++) {
            long hi = bench.read64(FRCD + 16 * i + 8);
            if (hi < 0) {
                bench.write32(FRCD + 16 * i + 12, 1L << 31);
                return Long.toHexString(hi >>> 32 & 0xff) + " sid " + Long.toHexString(hi & 0xffff) + " index "
                        + Long.toHexString(bench.read64(FRCD + 16 * i) >>> 48);
            }
        }
        return Long.toHexString(InterruptAnswer.OUTCOME.get(answer)) + " unrecorded";
    }
}
