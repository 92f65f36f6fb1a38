package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.CAP;
import static dev.moat.iommu.vtd.register.UnitBench.ECAP;
import static dev.moat.iommu.vtd.register.UnitBench.FSTS;
import static dev.moat.iommu.vtd.register.UnitBench.IQH;
import static dev.moat.iommu.vtd.register.UnitBench.IQT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.Fsts;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which descriptors a unit executes, and which stop the queue. */
class DescriptorTest {
    private static UnitBench with(long cap, long ecap, Deviation... deviations) {
        return new UnitBench(new UnitOptions(
                UnitBench.capabilities(cap, ecap),
                CachePolicy.specified(),
                Deviations.of(deviations),
                new UnitOptions.Sizes(1, 1, 1, 1, 1),
                List.of()));
    }

    /** In scalable mode where descriptors are of 256 bits, which have all types there. */
    private static boolean executes(boolean wide, long... words) {
        UnitBench bench = with(CAP, ECAP);
        bench.start(UnitBench.ROOT | (wide ? 1 << 10 : 0));
        bench.startQueue(wide);
        boolean executed = bench.submit(words);
        assertThat(Fsts.IQE.isSet(bench.read32(FSTS))).isNotEqualTo(executed);
        assertThat(bench.read64(IQH)).isEqualTo(executed ? bench.read64(IQT) : 0);
        return executed;
    }

    /**
     * Of a right descriptor one bit at a time is changed. The masks have the bits that make it wrong: reserved ones, and those
     * that make a type or a granularity of it that there is not.
     */
    @ParameterizedTest
    @CsvSource({
        // Context cache: bit 2 makes a wait with IF of it, bit 3 a page group response, bit 5 device granularity.
        "11, 0,      fffc00000000ffd3, ffffffffffffffff",
        // IOTLB: bit 0 makes a device-TLB of it, bit 2 a PASID-IOTLB without granularity.
        "12, 0,      ffffffff0000ff1f, f80",
        // Of pages: bit 2 makes a PASID-IOTLB of it; bits 5:4 of the mask are beyond MAMV.
        "32, 12003,  ffffffff0000ff0b, fb0",
        // Device-TLB: bit 2 makes a PASID cache of it.
        "3,  0,      ffff0000ffe0fffb, ffe",
        // Interrupt entry cache: bit 0 makes a wait with nothing to do of it.
        "4,  0,      ffff000007ffffee, ffffffffffffffff",
        // Wait with status: what is beyond memory cannot be written, what is beyond 46 bits is ignored; bit 7 is PD,
        // which takes ECAP.PDS.
        "25, 601000, 00000000ffffff8d, 00003ffff0000003",
        // PASID-IOTLB: bit 0 makes a PASID cache of it, bit 2 an IOTLB, bit 4 a range of pages.
        "26, 0,      fff000000000ffea, f80",
        // PASID cache: nothing of it is checked, its second half included; bit 1 makes a wait of it, bit 2 a
        // device-TLB.
        "7,  0,      e09,              0",
        // PASID device-TLB: bit 0 makes a page group response of it.
        "8,  0,      fff000000000fe0e, 7fe",
        // Page group response: bit 0 makes a PASID device-TLB of it.
        "9,  0,      fff0000000000fee, fffffffffffff003",
    })
    void changedBitsStopTheQueue(String lo, String hi, String wrongLo, String wrongHi) {
        long first = Long.parseUnsignedLong(lo, 16);
        long second = Long.parseUnsignedLong(hi, 16);
        assertThat(executes(true, first, second, 0, 0)).isTrue();
        long[] wrong = new long[4];
        for (int bit = 0; bit < 256; bit++) {
            long[] words = {first, second, 0, 0};
            words[bit / 64] ^= 1L << bit % 64;
            wrong[bit / 64] |= executes(true, words) ? 0 : 1L << bit % 64;
        }
        assertThat(wrong[0]).isEqualTo(Long.parseUnsignedLong(wrongLo, 16));
        assertThat(wrong[1]).isEqualTo(Long.parseUnsignedLong(wrongHi, 16));
        long more = first == 7 ? 0 : -1L;
        assertThat(wrong[2]).isEqualTo(more);
        assertThat(wrong[3]).isEqualTo(more);
    }

    @Test
    void onlyKnownTypesAreExecuted() {
        for (int type = 0; type < 128; type++) {
            long lo = type % 16 | (long) (type / 16) << 9 | 1 << 5;
            // Bit 5 is reserved in a page group response, type 9.
            boolean right = type == 1 || type == 2 || type == 5 || type == 6 || type == 7 || type == 8;
            assertThat(executes(true, lo, 0x601000 & (type == 5 ? -1 : 0)))
                    .as("type " + type)
                    .isEqualTo(right);
        }
    }

    /** Legacy mode has the types that name no PASID, of either width; scalable mode all types, of 256 bits. */
    @ParameterizedTest
    @CsvSource({
        "0,   true,  11 12 3 4 45",
        "0,   false, 11 12 3 4 45",
        "400, true,  11 12 3 4 45 26 7 8 19",
        "400, false, ''",
        // No mode at all, or one that the unit does not have.
        "800, true,  ''",
        "c00, false, ''",
    })
    void modesHaveTheirDescriptors(String mode, boolean wide, String right) {
        assertThat(executed(with(CAP, ECAP), mode, wide)).isEqualTo(right);
        String any = wide ? "11 12 3 4 45 26 7 8 19" : "11 12 3 4 45 7";
        assertThat(executed(with(CAP, ECAP, Deviation.DESCRIPTORS_IN_ANY_MODE), mode, wide))
                .isEqualTo(any);
        UnitBench legacy = with(CAP, Ecap.SMTS.set(Ecap.PRS.set(ECAP, 0), 0));
        assertThat(executed(legacy, mode, false)).isEqualTo(mode.equals("0") ? "11 12 3 4 45" : "");
    }

    private static String executed(UnitBench bench, String mode, boolean wide) {
        bench.start(UnitBench.ROOT | Long.parseLong(mode, 16));
        bench.startQueue(wide);
        StringBuilder executed = new StringBuilder();
        for (String lo : "11 12 3 4 45 26 7 8 19".split(" ")) {
            if (bench.submit(Long.parseLong(lo, 16), 0)) {
                executed.append(' ').append(lo);
            } else {
                bench.write64(IQT, bench.read64(IQH));
                bench.write32(FSTS, 0x10);
            }
        }
        return executed.toString().strip();
    }

    /** The rules alone: those that name a PASID need 256 bits, but for the PASID cache's; and there are none without scalable mode. */
    @ParameterizedTest
    @CsvSource({
        "26, true, false", "36, true, false", "7, true, true", "8, true, false",
        "26, false, false", "7, false, false", "8, false, false", "12, false, true",
    })
    void pasidsNeedWideQueues(String lo, boolean scalable, boolean right) {
        UnitBench bench = with(CAP, scalable ? ECAP : Ecap.SMTS.set(ECAP, 0), Deviation.DESCRIPTORS_IN_ANY_MODE);
        bench.startQueue(false);
        assertThat(bench.submit(Long.parseLong(lo, 16), 0)).isEqualTo(right);
    }

    /** Where the width of descriptors is not looked at, they are of 128 bits. */
    @Test
    void wideQueuesMayBeIgnored() {
        UnitBench bench = with(CAP, Ecap.SMTS.set(ECAP, 0), Deviation.WIDE_QUEUE_IGNORED);
        bench.startQueue(true);
        bench.memory.put(UnitBench.QUEUE, 0x12);
        bench.memory.put(UnitBench.QUEUE + 16, 0x12);
        bench.write64(IQT, 32);
        assertThat(bench.read64(IQH)).isEqualTo(32);
        bench.memory.put(UnitBench.QUEUE + 32, 0x12);
        bench.write64(IQT, 48);
        assertThat(bench.read64(IQH)).isEqualTo(48);
    }

    @Test
    void capabilitiesDecideToo() {
        UnitBench noPages = with(Cap.PSI.set(CAP, 0), ECAP);
        noPages.startQueue(true);
        assertThat(noPages.submit(0x32, 0)).isFalse();
        UnitBench requests = with(CAP, ECAP);
        requests.startQueue(true);
        assertThat(requests.submit(0xa5, UnitBench.STATUS))
                .as("page requests, not drained")
                .isFalse();
        UnitBench drained = with(CAP, Ecap.PDS.set(ECAP, 1));
        drained.startQueue(true);
        assertThat(drained.submit(0xa5, UnitBench.STATUS)).isTrue();
    }

    /** The source-id of the physical function is there where the unit throttles invalidations of device TLBs. */
    @ParameterizedTest
    @CsvSource({"0, false", "1, true"})
    void thePhysicalFunctionIsNamedForThrottling(int throttles, boolean right) {
        for (long lo : new long[] {3, 8}) {
            for (int bit : new int[] {12, 15, 52, 63}) {
                UnitBench bench = with(CAP, Ecap.DIT.set(ECAP, throttles));
                bench.start(UnitBench.ROOT | 1 << 10);
                bench.startQueue(true);
                assertThat(bench.submit(lo | 1L << bit, 0))
                        .as(lo + " bit " + bit)
                        .isEqualTo(right);
            }
        }
    }

    /** A fence alone is a wait, and one that asks for nothing is, too; some take neither. */
    @ParameterizedTest
    @CsvSource({", true, true", "FENCE_IS_ERROR, false, true", "EMPTY_WAIT_IS_ERROR, true, false"})
    void aWaitMayDoNothing(@Nullable Deviation deviation, boolean fence, boolean nothing) {
        UnitBench bench = deviation == null ? with(CAP, ECAP) : with(CAP, ECAP, deviation);
        bench.startQueue(true);
        assertThat(bench.submit(0x65, UnitBench.STATUS)).isTrue();
        assertThat(bench.submit(0x45, 0)).isEqualTo(fence);
        UnitBench other = deviation == null ? with(CAP, ECAP) : with(CAP, ECAP, deviation);
        other.startQueue(true);
        assertThat(other.submit(0x5, 0)).isEqualTo(nothing);
        assertThat(executes(true, 0x85, 0)).as("page requests, not drained").isFalse();
    }

    /** What recorded units do otherwise: taken or refused, and with which effect. */
    @ParameterizedTest
    @CsvSource({
        "ENTRY_CACHE_RESERVED_IGNORED, 20004,         1,  true",
        "ENTRY_CACHE_RESERVED_IGNORED, e04,            0,  true",
        "ENTRY_CACHE_RESERVED_IGNORED, 205,            0,  false",
        "ENTRY_CACHE_RESERVED_IGNORED, 211,            0,  false",
        "ENTRY_CACHE_RESERVED_IGNORED, 206,            0,  false",
        "PASID_DESCRIPTORS_IGNORED,    fff00000000006, 1,  true",
        "PASID_DESCRIPTORS_IGNORED,    fff00000000fc7, 1,  true",
        "PASID_DESCRIPTORS_IGNORED,    204,            0,  false",
        "PASID_DESCRIPTORS_IGNORED,    8,              0,  false",
        "PASID_CACHE_CHECKED,          7,              0,  true",
        "PASID_CACHE_CHECKED,          27,             0,  false",
        "PASID_CACHE_CHECKED,          47,             0,  false",
        "PASID_CACHE_CHECKED,          7,              1,  false",
        "PASID_PAGE_MASK_CHECKED,      36,             18, true",
        "PASID_PAGE_MASK_CHECKED,      36,             19, false",
        "PASID_PAGE_MASK_CHECKED,      26,             19, true",
        "PAGE_RESPONSE_ALWAYS,         19,             4,  true",
        "PAGE_RESPONSE_ALWAYS,         9,              4,  false",
        "PAGE_RESPONSE_ALWAYS,         19,             1,  false",
        "PAGE_RESPONSE_ALWAYS,         39,             0,  false",
    })
    void deviations(Deviation deviation, String lo, long hi, boolean right) {
        UnitBench bench = with(CAP, ECAP, deviation, Deviation.DESCRIPTORS_IN_ANY_MODE);
        bench.startQueue(true);
        assertThat(bench.submit(Long.parseUnsignedLong(lo, 16), hi)).isEqualTo(right);
        if (deviation == Deviation.PASID_CACHE_CHECKED) {
            UnitBench narrow = with(CAP, ECAP, deviation, Deviation.DESCRIPTORS_IN_ANY_MODE);
            narrow.startQueue(false);
            assertThat(narrow.submit(7, 0)).isFalse();
        }
    }
}
