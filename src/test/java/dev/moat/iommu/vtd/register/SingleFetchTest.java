package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.PageAnswer;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest stores to its tables and its queue while Xen's emulation reads them, so what is checked has to be what is used: each word of an entry
 * or a descriptor is read once. Xen's own rule for guest memory (XSA-155 is what happens otherwise).
 */
class SingleFetchTest {
    private static void assertNothingReadTwice(UnitBench bench) {
        assertThat(bench.memory.takeReadAgain()).isEmpty();
    }

    @Test
    void descriptors() {
        for (int type = 0; type < 16; type++) {
            for (int wide = 0; wide < 2; wide++) {
                UnitBench bench = UnitBench.full();
                int slot = wide == 0 ? 16 : 32;
                bench.memory.put(0x800000, type | 1 << 4);
                bench.memory.put(0x800008, type == 5 ? STATUS : 0);
                bench.write64(IQA, 0x800000 | wide << 11);
                bench.command(QIE);
                bench.memory.takeReadAgain();
                bench.write64(IQT, slot);
                assertNothingReadTwice(bench);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void tablesOfARequest(int type) {
        UnitBench bench = UnitBench.uncached();
        bench.scalable(type);
        bench.memory.takeReadAgain();
        assertThat(bench.ask(ADDRESS, Access.WRITE)).startsWith("ok");
        assertNothingReadTwice(bench);
    }

    @Test
    void tablesOfALegacyRequest() {
        UnitBench bench = UnitBench.uncached();
        bench.legacy();
        bench.memory.takeReadAgain();
        assertThat(bench.ask(ADDRESS, Access.WRITE)).startsWith("ok");
        assertNothingReadTwice(bench);
    }

    /** The host's tables are looked at for each address of the guest's; the guest's own, and the device's, once. */
    @Test
    void tablesOfANestedRequest() {
        UnitBench bench = HostileSoftwareTest.nested();
        bench.memory.takeReadAgain();
        assertThat(bench.ask(ADDRESS, Access.WRITE)).startsWith("ok");
        assertThat(bench.memory.takeReadAgain())
                .isNotEmpty()
                .allMatch(address -> address >= SECOND && address < SECOND + 0x7000);
    }

    @Test
    void tablesOfAPageRequest() {
        UnitBench bench = UnitBench.uncached();
        bench.scalable(1);
        bench.memory.put(CONTEXT + 32 * SID, bench.memory.get(CONTEXT + 32 * SID) | 1 << 4 | 1 << 2);
        bench.write64(PQA, QUEUE);
        bench.memory.takeReadAgain();
        long request = Request.asking(Request.of(SID, Access.NO_PASID, Access.READ), 1, 0, true);
        assertThat(bench.unit.askPage(bench.s, request, ADDRESS)).isEqualTo(PageAnswer.QUEUED);
        assertNothingReadTwice(bench);
    }

    @Test
    void postedDescriptors() {
        UnitBench bench = InterruptBench.started(CAP, ECAP);
        long lo = RemapEntry.VECTOR.set(RemapEntry.P.mask() | RemapEntry.IM.mask(), 0x51);
        InterruptBench.entry(bench, 3, RemapEntry.Posted.PDA_LO.set(lo, 0x100000 >>> 6), 0);
        bench.memory.takeReadAgain();
        assertThat(InterruptBench.ask(bench, 0, InterruptBench.address(3, false), 0))
                .isEqualTo("posted");
        assertNothingReadTwice(bench);
    }

    @Test
    void interruptEntries() {
        UnitBench bench = InterruptBench.started(CAP, ECAP);
        InterruptBench.entry(bench, 3, InterruptBench.LO, 0);
        bench.memory.takeReadAgain();
        assertThat(InterruptBench.ask(bench, 0, InterruptBench.address(3, false), 0))
                .isEqualTo("51 to 3");
        assertNothingReadTwice(bench);
    }

    /** What is read again is found. */
    @Test
    void aSecondReadShows() {
        UnitBench bench = UnitBench.full();
        bench.memory.read(bench.s, 0x1000);
        assertNothingReadTwice(bench);
        bench.memory.read(bench.s, 0x1000);
        bench.memory.read(bench.s, 0x1000);
        assertThat(bench.memory.takeReadAgain()).containsExactly(0x1000L);
    }
}
