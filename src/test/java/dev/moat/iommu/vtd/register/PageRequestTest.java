package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.register.format.Access;
import dev.moat.iommu.vtd.register.format.PageAnswer;
import dev.moat.iommu.vtd.register.format.Request;
import dev.moat.iommu.vtd.scalable.FaultCondition;
import dev.moat.iommu.vtd.scalable.PageResponse;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Page requests: descriptors bit by bit, status and event registers, a queue that is full or nowhere, page group responses. */
class PageRequestTest {
    private static final long PPR = 1;
    private static final long PRO = 2;
    private static final long PENDING = 1L << 30;
    private static final long MASKED = 1L << 31;

    private final UnitBench bench = UnitBench.full();

    PageRequestTest() {
        bench.scalable(1);
        long at = CONTEXT + 32 * SID;
        bench.memory.put(at, bench.memory.get(at) | 1 << 4);
        bench.write64(PQA, QUEUE);
        bench.write32(PEDATA, 0x41);
        bench.write64(PEADDR, 0x1_fee0_0000L);
        bench.write32(PECTL, 0);
    }

    private int ask(long pasid, int access, int group, boolean last, long address) {
        return bench.unit.askPage(bench.s, Request.asking(Request.of(SID, pasid, access), group, last), address);
    }

    private int ask() {
        return ask(Access.NO_PASID, Access.READ, 0, true, ADDRESS);
    }

    private static long hex(String text) {
        return Long.parseUnsignedLong(text, 16);
    }

    /** Type 1, PP 8, requester 31:16, PASID 51:32, EXR 52, PMR 53; RD 0, WR 1, LPIG 2, PRGI 11:3, page 63:12; the rest is 0. */
    @ParameterizedTest
    @CsvSource({
        "none 0 0 more 1000,                  200001,         1001",
        "none 0 0 last 1fff,                  200001,         1005",
        "none 1 1 more 7fffffffffff,          200001,         7ffffffff00a",
        "5 0 1ff last fffffffffffff000,       500200101,      fffffffffffffffd",
        "fffff 2 0 more 0,                    1fffff00200101, 1",
        "40 5 3 last 2345,                    20004000200101, 201e",
        "none 6 0 more 0,                     200001,         1",
    })
    void aDescriptorIsAsInTheFigure(String asked, String first, String second) {
        String[] a = asked.split(" ");
        bench.memory.put(QUEUE + 16, -1);
        bench.memory.put(QUEUE + 24, -1);
        long pasid = a[0].equals("none") ? Access.NO_PASID : hex(a[0]);
        assertThat(ask(pasid, (int) hex(a[1]), (int) hex(a[2]), a[3].equals("last"), hex(a[4])))
                .isEqualTo(PageAnswer.QUEUED);
        assertThat(bench.memory.get(QUEUE)).isEqualTo(hex(first));
        assertThat(bench.memory.get(QUEUE + 8)).isEqualTo(hex(second));
        assertThat(bench.memory.get(QUEUE + 16) | bench.memory.get(QUEUE + 24)).isZero();
        assertThat(bench.read64(PQT)).isEqualTo(32);
    }

    @Test
    void theFirstOfSeveralRequestsRaisesTheEvent() {
        ask();
        assertThat(bench.read32(PRS)).isEqualTo(PPR);
        assertThat(bench.sent).containsExactly("1fee00000 41");
        ask();
        assertThat(bench.sent).hasSize(1);
        bench.write32(PRS, PPR);
        assertThat(bench.read32(PRS)).isZero();
        ask();
        assertThat(bench.sent).hasSize(2);
    }

    @Test
    void aMaskedEventIsPendingUntilItIsUnmaskedOrItsCauseIsGone() {
        bench.write32(PECTL, MASKED);
        ask();
        assertThat(bench.read32(PECTL)).isEqualTo(MASKED | PENDING);
        bench.write32(PECTL, 0);
        assertThat(bench.sent).hasSize(1);
        assertThat(bench.read32(PECTL)).isZero();
        bench.write32(PRS, PPR);
        bench.write32(PECTL, MASKED);
        ask();
        bench.write32(PRS, PPR);
        assertThat(bench.read32(PECTL)).isEqualTo(MASKED);
    }

    /** One slot stays free. While PRO is set nothing is queued, even when there is room; the last of a group is answered by the unit. */
    @Test
    void aFullQueueOverflowsUntilSoftwareSaysOtherwise() {
        IntStream.range(0, 127).forEach(i -> assertThat(ask()).isEqualTo(PageAnswer.QUEUED));
        assertThat(bench.read64(PQT)).isEqualTo(127 * 32);
        bench.write32(PRS, PPR);
        bench.sent.clear();
        assertThat(ask(Access.NO_PASID, Access.READ, 0, false, ADDRESS)).isEqualTo(PageAnswer.DISCARDED);
        assertThat(bench.read32(PRS)).isEqualTo(PRO);
        assertThat(bench.sent).hasSize(1);
        assertThat(ask()).isEqualTo(PageAnswer.SUCCESS);
        bench.write64(PQH, 127 * 32);
        assertThat(ask()).isEqualTo(PageAnswer.SUCCESS);
        assertThat(bench.memory.get(QUEUE + 127 * 32)).isZero();
        bench.write32(PRS, PRO);
        assertThat(ask()).isEqualTo(PageAnswer.QUEUED);
        assertThat(bench.read64(PQT)).isZero();
        assertThat(bench.sent).hasSize(2);
    }

    /** 2^(PQS + 7) slots. */
    @ParameterizedTest
    @CsvSource({"0, 127", "1, 255", "7, 16383"})
    void theQueueIsAsLongAsItsAddressSays(int size, int room) {
        bench.write64(PQA, QUEUE | size);
        int queued = 0;
        while (ask() == PageAnswer.QUEUED) {
            queued++;
        }
        assertThat(queued).isEqualTo(room);
    }

    /** Bits of head and tail beyond the queue do not count, so nothing is stored beyond it. */
    @Test
    void anyHeadAndTailStayWithinTheQueue() {
        bench.write64(PQT, -1);
        bench.write64(PQH, -1);
        assertThat(bench.read64(PQT)).isEqualTo(0x7ffe0);
        assertThat(ask()).isEqualTo(PageAnswer.QUEUED);
        assertThat(bench.memory.get(QUEUE + 4096 - 32)).isEqualTo(0x200001);
        assertThat(bench.read64(PQT)).isZero();
    }

    @Test
    void aQueueOutsideOfMemoryTakesNothing() {
        bench.write64(PQA, END);
        assertThat(ask()).isEqualTo(PageAnswer.UNWRITABLE);
        assertThat(bench.read64(PQT) | bench.read32(PRS)).isZero();
        assertThat(bench.sent).isEmpty();
    }

    /** The device finds the page after the response, not that it was absent. */
    @Test
    void whatIsCachedOfThePageIsForgotten() {
        UnitBench caching = new UnitBench(options(CAP | 1 << 7, ECAP));
        caching.scalable(1);
        long at = CONTEXT + 32 * SID;
        caching.memory.put(at, caching.memory.get(at) | 1 << 4);
        caching.write64(PQA, QUEUE);
        long leaf = place(FIRST, 1);
        long present = caching.memory.get(leaf);
        caching.memory.put(leaf, 0);
        assertThat(caching.ask(ADDRESS, Access.READ)).startsWith("fault 71");
        caching.memory.put(leaf, present);
        assertThat(caching.ask(ADDRESS, Access.READ)).startsWith("fault 71");
        caching.unit.askPage(caching.s, Request.asking(Request.of(SID, Access.NO_PASID, 0), 0, true), ADDRESS);
        assertThat(caching.ask(ADDRESS, Access.READ)).startsWith("ok");
    }

    /** Type 9: PP 4, code 15:12, device 31:16, PASID 51:32; LPIG 2, PRGI 11:3. */
    @Test
    void responsesGoToTheDevice() {
        bench.invalidate(0x0000_0005_0020_1019L, 0xffc);
        assertThat(bench.answered).containsExactly("500201019 ffc");
        assertThat(PageResponse.RC.get(0x0000_0005_0020_1019L)).isEqualTo(PageResponse.INVALID);
        assertThat(PageResponse.RID.get(0x0000_0005_0020_1019L)).isEqualTo(SID);
        assertThat(PageResponse.PASID.get(0x0000_0005_0020_1019L)).isEqualTo(5);
        assertThat(PageResponse.PRGI.get(0xffcL)).isEqualTo(511);
        UnitBench without = new UnitBench(options(CAP, ECAP & ~(1L << 29)));
        without.startQueue(true);
        assertThat(without.submit(9, 0)).isFalse();
    }

    @Test
    void theUnitAnswersWhatItDoesNotQueue() {
        assertThat(PageAnswer.code(PageAnswer.QUEUED)).isEqualTo(PageAnswer.NO_CODE);
        assertThat(PageAnswer.code(PageAnswer.DISCARDED)).isEqualTo(PageAnswer.NO_CODE);
        assertThat(PageAnswer.code(PageAnswer.SUCCESS)).isZero();
        assertThat(PageAnswer.code(PageAnswer.OFF)).isEqualTo(1);
        assertThat(PageAnswer.code(PageAnswer.UNWRITABLE)).isEqualTo(15);
        assertThat(PageAnswer.code(PageAnswer.refused(FaultCondition.PAGE_REQUEST_NOT_ENABLED)))
                .isEqualTo(1);
        assertThat(PageAnswer.code(PageAnswer.refused(FaultCondition.CONTEXT_NOT_PRESENT)))
                .isEqualTo(15);
        bench.command(0);
        bench.write32(GCMD, 0);
        assertThat(ask()).isEqualTo(PageAnswer.OFF);
    }

    /** Without ECAP.PRS there are no registers. */
    @Test
    void aUnitWithoutPageRequestsHasNoneOfTheirRegisters() {
        UnitBench without = new UnitBench(options(CAP, ECAP & ~(1L << 29)));
        for (int offset = PQH; offset < IVA; offset += 8) {
            without.write64(offset, -1);
            assertThat(without.read64(offset)).isZero();
        }
    }
}
