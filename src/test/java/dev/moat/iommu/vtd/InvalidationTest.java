package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each descriptor takes from full caches. DIDs 0 to 3, pages 0 to 7; requesters as in {@link Units}. */
class InvalidationTest {
    private static final Units M = new Units(Units.geometry(3, 1, 0, 8, Capabilities.usual()));

    /** IOTLB full; device contexts cached with DID 1, 2, 1; each device walks its own DID's page 5. */
    private static long[] full(Units m) {
        long[] s = m.running();
        for (int tag = 0; tag < 4; tag++) {
            for (int page = 0; page < 8; page++) {
                m.unit.iotlbRights.set(s, tag, page, Rights.READ);
                m.unit.iotlbFrame.set(s, tag, page, 1 + page % 4);
            }
        }
        for (int r = 0; r < 3; r++) {
            assertThat(m.caches.contextFill(s, r)).isTrue();
            m.unit.walkRights.set(s, r, Rights.READ | Rights.WRITE);
            m.unit.walkTag.set(s, r, r % 2 + 1);
            m.unit.walkPage.set(s, r, 5);
        }
        return s;
    }

    private static String left(Units m, long[] s) {
        List<String> left = new ArrayList<>();
        for (int tag = 0; tag < 4; tag++) {
            StringBuilder pages = new StringBuilder();
            for (int page = 0; page < 8; page++) {
                pages.append(m.unit.cachedRights(s, tag, page) == 0 ? "." : page);
            }
            left.add(pages.toString());
        }
        StringBuilder contexts = new StringBuilder();
        StringBuilder walks = new StringBuilder();
        for (int r = 0; r < 3; r++) {
            contexts.append(m.unit.cachedLo.get(s, r) == 0 ? "." : r);
            walks.append(new String[] {".", "r", "w", "b"}[(int) m.unit.walkRights.get(s, r)]);
        }
        return String.join(" ", left) + " | " + contexts + " | " + walks;
    }

    // lo, hi, what is left: pages of DID 0..3 | cached contexts | walks in flight (b both rights, r, w)
    @ParameterizedTest
    @CsvSource({
        // IOTLB: global, domain, page with rising masks; other DIDs stay.
        "0xd2, 0, '........ ........ ........ ........ | 012 | ...'",
        "0x100e2, 0, '01234567 ........ 01234567 01234567 | 012 | .b.'",
        "0xe2, 0, '........ 01234567 01234567 01234567 | 012 | bbb'",
        "0x300e2, 0, '01234567 01234567 01234567 ........ | 012 | bbb'",
        "0x900e2, 0, '01234567 01234567 01234567 01234567 | 012 | bbb'",
        "0x100f2, 0x5000, '01234567 01234.67 01234567 01234567 | 012 | .b.'",
        "0x100f2, 0x0, '01234567 .1234567 01234567 01234567 | 012 | bbb'",
        "0x100f2, 0x5001, '01234567 0123..67 01234567 01234567 | 012 | .b.'",
        "0x100f2, 0x5002, '01234567 0123.... 01234567 01234567 | 012 | .b.'",
        "0x100f2, 0x2001, '01234567 01..4567 01234567 01234567 | 012 | bbb'",
        "0x200f2, 0x7003, '01234567 01234567 ........ 01234567 | 012 | b.b'",
        "0x100f2, 0x5040, '01234567 01234.67 01234567 01234567 | 012 | .b.'",
        "0x100f2, 0x8000, '01234567 01234567 01234567 01234567 | 012 | bbb'",
        // Draining: reads only, writes only, nothing.
        "0x100a2, 0, '01234567 ........ 01234567 01234567 | 012 | wbw'",
        "0x10062, 0, '01234567 ........ 01234567 01234567 | 012 | rbr'",
        "0x10022, 0, '01234567 ........ 01234567 01234567 | 012 | bbb'",
        // Context cache: global, domain, device with function masks and DID.
        "0x11, 0, '01234567 01234567 01234567 01234567 | ... | bbb'",
        "0x10021, 0, '01234567 01234567 01234567 01234567 | .1. | bbb'",
        "0x30021, 0, '01234567 01234567 01234567 01234567 | 012 | bbb'",
        "0x800010031, 0, '01234567 01234567 01234567 01234567 | .12 | bbb'",
        "0x800020031, 0, '01234567 01234567 01234567 01234567 | 012 | bbb'",
        "0x1000800010031, 0, '01234567 01234567 01234567 01234567 | .12 | bbb'",
        "0x2000800010031, 0, '01234567 01234567 01234567 01234567 | .12 | bbb'",
        "0x3000800010031, 0, '01234567 01234567 01234567 01234567 | .1. | bbb'",
        "0x2000d00010031, 0, '01234567 01234567 01234567 01234567 | 01. | bbb'",
        "0x1000f00010031, 0, '01234567 01234567 01234567 01234567 | 01. | bbb'",
        // Interrupt entries are not modelled, but the descriptor is a good one.
        "0x1000000014, 0, '01234567 01234567 01234567 01234567 | 012 | bbb'"
    })
    void takes(String lo, String hi, String left) {
        long[] s = full(M);
        assertThat(M.queue.enqueue(s, Long.decode(lo), Long.decode(hi))).isTrue();
        assertThat(left(M, s)).as("nothing happens before the consumer runs").isEqualTo(left(M, full(M)));
        assertThat(M.queue.consume(s)).isTrue();
        assertThat(M.unit.queueError.get(s)).isZero();
        assertThat(M.unit.queueCount.get(s)).isZero();
        assertThat(left(M, s)).isEqualTo(left);
    }

    @ParameterizedTest
    @CsvSource({
        "0x0, 0", // type 0
        "0x6, 0", // PASID types belong to scalable mode
        "0xf, 0",
        "0x205, 0", // an extended type
        "0x3, 0", // device TLB without ECAP.DT
        "0x2, 0", // no granularity
        "0x1, 0",
        "0x100000e2, 0x80", // reserved bits
        "0x1000000e2, 0",
        "0x1d2, 0",
        "0x11d2, 0",
        "0x4000000000011, 0",
        "0x51, 0",
        "0x11, 0x1",
        "0x300f2, 0x13", // AM 19 is above MAMV 18
        "0x34, 0",
        "0x14, 0x1",
        "0x1025, 0x50000",
        "0x25, 0x50001",
        "0xa5, 0x50000" // page-request drain without ECAP.PRS
    })
    void stopsAt(String lo, String hi) {
        long[] s = full(M);
        assertThat(M.queue.enqueue(s, Long.decode(lo), Long.decode(hi))).isTrue();
        assertThat(M.queue.enqueue(s, Descriptors.iotlbGlobal(), 0)).isTrue();
        assertThat(M.queue.consume(s)).isTrue();
        assertThat(M.unit.queueError.get(s)).isEqualTo(1);
        assertThat(M.unit.queueCount.get(s)).as("the bad descriptor stays").isEqualTo(2);
        assertThat(left(M, s)).isEqualTo(left(M, full(M)));
        assertThat(M.queue.consume(s)).as("stopped").isFalse();
        assertThat(M.queue.clearError(s)).isTrue();
        assertThat(M.queue.consume(s)).as("tried again").isTrue();
        assertThat(M.unit.queueError.get(s)).isEqualTo(1);
    }

    @Test
    void pageRangesNeedTheCapability() {
        long cap = Registers.Cap.PSI.set(Capabilities.usual().cap(), 0);
        Units m = new Units(Units.geometry(2, 1, 0, 4, new Capabilities(cap, 0, 39, true)));
        long[] s = m.running();
        m.queue.enqueue(s, Descriptors.iotlbPage(1), 0);
        m.queue.consume(s);
        assertThat(m.unit.queueError.get(s)).isEqualTo(1);
    }

    @Test
    void interruptEntryDescriptorNeedsTheCapability() {
        Units m = new Units(
                Units.geometry(2, 1, 0, 4, new Capabilities(Capabilities.usual().cap(), 0, 39, true)));
        long[] s = m.running();
        m.queue.enqueue(s, 0x14, 0);
        m.queue.consume(s);
        assertThat(m.unit.queueError.get(s)).isEqualTo(1);
    }

    @Test
    void drainingNeedsTheCapability() {
        long cap = Registers.Cap.DRD.set(Capabilities.usual().cap(), 0);
        Units m = new Units(Units.geometry(3, 1, 0, 8, new Capabilities(cap, 0, 39, true)));
        long[] s = full(m);
        m.queue.enqueue(s, Descriptors.iotlbGlobal(), 0);
        m.queue.consume(s);
        assertThat(left(m, s)).isEqualTo("........ ........ ........ ........ | 012 | rrr");
    }

    @Test
    void waitWritesTheStatusOfItsCpuAndOnlyThat() {
        for (int cpu = 0; cpu < 2; cpu++) {
            long[] s = M.running();
            assertThat(M.queue.enqueue(
                            s,
                            Descriptors.waitStatus(1),
                            Descriptors.waitAddress(M.unit.map().statusAddress(cpu))))
                    .isTrue();
            assertThat(M.unit.status.get(s, cpu)).isZero();
            assertThat(M.queue.consume(s)).isTrue();
            assertThat(M.unit.status.get(s, cpu)).isEqualTo(1);
            assertThat(M.unit.status.get(s, 1 - cpu)).isZero();
            assertThat(M.unit.waitComplete.get(s)).isZero();
        }
    }

    @Test
    void waitWritesAllItsDataAndMayInterrupt() {
        long[] s = M.running();
        long lo = Descriptors.waitStatus(-2) | Descriptors.Wait.IF.mask();
        M.queue.enqueue(s, lo, Descriptors.waitAddress(M.unit.map().statusAddress(1)));
        M.queue.consume(s);
        assertThat(M.unit.status.get(s, 1)).isEqualTo(0xfffffffeL);
        assertThat(M.unit.waitComplete.get(s)).isEqualTo(1);
    }

    @Test
    void waitWithoutStatusWriteOrToAStrangeAddressWritesNoStatus() {
        long[] s = M.running();
        M.queue.enqueue(
                s, Descriptors.WAIT, Descriptors.waitAddress(M.unit.map().statusAddress(0)));
        M.queue.enqueue(
                s,
                Descriptors.waitStatus(1),
                Descriptors.waitAddress(M.unit.map().statusAddress(2)));
        assertThat(M.queue.consume(s)).isTrue();
        assertThat(M.queue.consume(s)).isTrue();
        assertThat(M.unit.queueError.get(s)).isZero();
        assertThat(M.unit.status.get(s, 0)).isZero();
        assertThat(M.unit.status.get(s, 1)).isZero();
    }

    @Test
    void queueIsOffWhenQiesIsClear() {
        long[] s = M.running();
        M.queue.enqueue(s, Descriptors.iotlbGlobal(), 0);
        M.unit.gsts.set(s, Registers.Gsts.TES.mask());
        assertThat(M.queue.consume(s)).isFalse();
        assertThat(M.unit.queueCount.get(s)).isEqualTo(1);
    }

    @Test
    void ringHoldsOneLessThanItsSlots() {
        Units m = new Units(Units.tiny(2, new VtdGeometry.Options(false, false, true, false)));
        long[] s = m.running();
        assertThat(m.queue.free(s)).isEqualTo(1);
        assertThat(m.queue.enqueue(s, Descriptors.iotlbGlobal(), 0)).isTrue();
        long[] before = s.clone();
        assertThat(m.queue.enqueue(s, Descriptors.iotlbGlobal(), 0)).isFalse();
        assertThat(s).isEqualTo(before);
        assertThat(m.queue.tailRegister(s)).isEqualTo(16);
        assertThat(m.queue.consume(s)).isTrue();
        assertThat(m.queue.headRegister(s)).isEqualTo(16);
        assertThat(m.queue.enqueue(s, Descriptors.iotlbGlobal(), 0)).isTrue();
        assertThat(m.queue.tailRegister(s)).isZero();
    }

    @Test
    void ringOfRealSizeWraps() {
        Units m = new Units(Units.tiny(256, new VtdGeometry.Options(true, true, true, false)));
        long[] s = m.running();
        for (int n = 0; n < 600; n++) {
            assertThat(m.queue.tailRegister(s)).isEqualTo(n % 256 * 16L);
            assertThat(m.queue.enqueue(s, Descriptors.iotlbPage(n % 4), 0)).isTrue();
            if (n % 200 == 199) {
                while (m.queue.consume(s)) {
                    assertThat(m.unit.queueError.get(s)).isZero();
                }
                assertThat(m.queue.headRegister(s)).isEqualTo((n + 1) % 256 * 16L);
            }
        }
        assertThat(m.queue.free(s)).isEqualTo(255);
    }

    /** Descriptors 1 to 6 in a ring of eight; the third is a wait, the fourth and the last are of the context cache. */
    @Test
    void invalidationsOvertakeEachOtherUpToTheNextWait() {
        Units m = new Units(Units.tiny(8, new VtdGeometry.Options(true, true, true, true)));
        long[] s = m.running();
        for (int n = 1; n <= 6; n++) {
            long lo = switch (n) {
                case 3 -> Descriptors.waitStatus(n);
                case 4, 6 -> Descriptors.contextDomain(n);
                default -> Descriptors.iotlbDomain(n);
            };
            assertThat(m.queue.enqueue(s, lo, n << 12)).isTrue();
        }
        List<Boolean> may = new ArrayList<>();
        for (int place = 0; place < 7; place++) {
            may.add(m.queue.overtake(s.clone(), place));
        }
        assertThat(may).containsExactly(true, false, false, false, true, false, false);
        assertThat(m.queue.overtake(s, 0)).isTrue();
        assertThat(m.queue.overtake(s, 4)).isTrue();
        List<Long> order = new ArrayList<>();
        for (int slot = 0; slot < 6; slot++) {
            long lo = m.unit.queueLo.get(s, slot);
            boolean wait = Descriptors.TYPE.get(lo) == Descriptors.WAIT;
            order.add(wait ? Descriptors.Wait.DATA.get(lo) : Descriptors.DID.get(lo));
            assertThat(m.unit.queueHi.get(s, slot) >>> 12).isEqualTo(order.get(slot));
        }
        assertThat(order).containsExactly(2L, 1L, 3L, 4L, 6L, 5L);
        m.unit.queueError.set(s, 1);
        assertThat(m.queue.overtake(s, 0)).isFalse();
    }
}
