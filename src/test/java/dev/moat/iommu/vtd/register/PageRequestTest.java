package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.PageAnswer;
import dev.moat.iommu.vtd.format.PageResponse;
import dev.moat.iommu.vtd.format.Request;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Page requests: descriptors bit by bit, status and event registers, a queue that is full or nowhere, page group responses. */
class PageRequestTest {
    private static final long READ = 1;
    private static final long WRITE = 2;
    private static final long PPR = 1;
    private static final long PRO = 2;
    private static final long PENDING = 1L << 30;
    private static final long MASKED = 1L << 31;

    private final UnitBench bench = UnitBench.full();

    PageRequestTest() {
        bench.scalable(1);
        long at = CONTEXT + 32 * SID;
        bench.memory.put(at, bench.memory.get(at) | 1 << 4 | 1 << 2);
        bench.write64(PQA, QUEUE);
        bench.write32(PEDATA, 0x41);
        bench.write64(PEADDR, 0x1_fee0_0000L);
        bench.write32(PECTL, 0);
    }

    private static long request(boolean last) {
        return Request.asking(Request.of(SID, Access.NO_PASID, Access.READ), READ, 0, last);
    }

    private int ask() {
        return bench.unit.askPage(bench.s, request(true), ADDRESS);
    }

    /** The largest directory, in which a PASID has an entry. */
    private void allow(long pasid) {
        long at = CONTEXT + 32 * SID;
        bench.memory.put(at, bench.memory.get(at) | 7 << 9);
        bench.memory.put(DIRECTORY + 8 * (pasid >>> 6), PASIDS | 1);
        bench.pasid((int) pasid & 63, 1, DID);
    }

    private static long hex(String text) {
        return Long.parseUnsignedLong(text, 16);
    }

    /**
     * Type 1, PP 8, requester 31:16, PASID 51:32, EXR 52, PMR 53; RD 0, WR 1, LPIG 2, PRGI 11:3, page 63:12; the rest is 0. Read, write,
     * execute, privileged: execute is read, too, and counts as that only without PASID. Without a right it is a stop marker.
     */
    @ParameterizedTest
    @CsvSource({
        "none r 0 more 1000,                  200001,         1001",
        "none r 0 last 1fff,                  200001,         1005",
        "none w 1 more 7fffffffffff,          200001,         7ffffffff00a",
        "none rw 0 more 1000,                 200001,         1003",
        "5 r 1ff last fffffffffffff000,       500200101,      fffffffffffffffd",
        "5 rw 1ff last fffffffffffff000,      500200101,      ffffffffffffffff",
        "fffff x 0 more 0,                    1fffff00200101, 1",
        "7 wx 0 more 0,                       10000700200101, 3",
        "40 pw 3 last 2345,                   20004000200101, 201e",
        "40 prwx 3 last 2345,                 30004000200101, 201f",
        "none px 0 more 0,                    200001,         1",
        "9 - 2 last 0,                        900200101,      14",
    })
    void aDescriptorIsAsInTheFigure(String asked, String first, String second) {
        String[] a = asked.split(" ");
        bench.memory.put(QUEUE + 16, -1);
        bench.memory.put(QUEUE + 24, -1);
        long pasid = a[0].equals("none") ? Access.NO_PASID : hex(a[0]);
        allow(pasid);
        long rights = (a[1].contains("r") ? READ : 0) | (a[1].contains("w") ? WRITE : 0);
        int access = (a[1].contains("x") ? Access.EXECUTE : 0) | (a[1].contains("p") ? Access.PRIVILEGED : 0);
        long page = Request.asking(Request.of(SID, pasid, access), rights, (int) hex(a[2]), a[3].equals("last"));
        assertThat(bench.unit.askPage(bench.s, page, hex(a[4]))).isEqualTo(PageAnswer.QUEUED);
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
        assertThat(bench.unit.askPage(bench.s, request(false), ADDRESS)).isEqualTo(PageAnswer.DISCARDED);
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

    /** A marker is not answered, the last of its group or not: it asks for nothing. */
    @Test
    void aStopMarkerThatFindsNoRoomIsNotAnswered() {
        long marker = Request.asking(Request.of(SID, 5, Access.READ), 0, 0, true);
        bench.write64(PQH, 32);
        allow(5);
        assertThat(bench.unit.askPage(bench.s, marker, 0)).isEqualTo(PageAnswer.DISCARDED);
        assertThat(bench.read32(PRS)).isEqualTo(PRO);
        bench.write64(PQH, 0);
        assertThat(bench.unit.askPage(bench.s, marker, 0)).isEqualTo(PageAnswer.DISCARDED);
        assertThat(ask()).isEqualTo(PageAnswer.SUCCESS);
        bench.write32(PRS, PRO);
        assertThat(bench.unit.askPage(bench.s, marker, 0)).isEqualTo(PageAnswer.QUEUED);
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

    /** In caching mode, with page requests allowed. */
    private static UnitBench caching(int type, CachePolicy policy) {
        UnitOptions usual = options(CAP | 1 << 7, ECAP);
        UnitBench caching = new UnitBench(
                new UnitOptions(usual.capabilities(), policy, Deviations.NONE, usual.sizes(), List.of(SID)));
        caching.scalable(type);
        long at = CONTEXT + 32 * SID;
        caching.memory.put(at, caching.memory.get(at) | 1 << 4 | 1 << 2);
        caching.write64(PQA, QUEUE);
        return caching;
    }

    /** Of an old leaf, or of an old table above it, and whatever the entry has become in memory: the device finds what is there now. */
    @ParameterizedTest
    @MethodSource("cached")
    void whatIsCachedOfThePageIsForgotten(int type, int level, CachePolicy policy) {
        UnitBench caching = caching(type, policy);
        boolean first = type == 1;
        long tables = first ? FIRST : SECOND;
        assertThat(caching.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        long other = DATA + 0x5000;
        long frame = (level == 1 ? 2 * DATA : other) >>> 12;
        caching.memory.put(place(tables, level), first ? first(frame) : second(frame));
        caching.memory.put(entry(other, ADDRESS, 1), first ? first(2 * DATA >>> 12) : second(2 * DATA >>> 12));
        caching.memory.put(PASIDS + 8, DID + 1);
        assertThat(caching.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        assertThat(caching.unit.askPage(caching.s, request(true), ADDRESS)).isEqualTo(PageAnswer.QUEUED);
        assertThat(caching.ask(ADDRESS, Access.READ)).isEqualTo("ok 2000000");
    }

    private static Stream<Arguments> cached() {
        return Stream.of(
                        CachePolicy.specified(),
                        CachePolicy.recorded(),
                        CachePolicy.recorded().ordered(CachePolicy.Order.TRANSLATIONS_FIRST))
                .flatMap(policy -> IntStream.range(0, 4).mapToObj(i -> Arguments.of(1 + i / 2, 1 + i % 2, policy)));
    }

    /** Where a translation serves one requester and PASID, another PASID's of the same page stays, and of the same PASID another page's. */
    @Test
    void whatAnotherPasidHasCachedStays() {
        UnitBench caching = caching(1, CachePolicy.recorded());
        caching.pasid(1, 1, DID);
        long next = ADDRESS + 0x1000;
        caching.memory.put(entry(FIRST + 4 * 0x1000, next, 1), first(DATA >>> 12));
        assertThat(caching.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        assertThat(caching.ask(next, Access.READ)).isEqualTo("ok 1000000");
        assertThat(caching.ask(SID, 1, ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        caching.memory.put(place(FIRST, 1), first(2 * DATA >>> 12));
        caching.memory.put(entry(FIRST + 4 * 0x1000, next, 1), first(2 * DATA >>> 12));
        caching.unit.askPage(caching.s, request(true), ADDRESS);
        assertThat(caching.ask(ADDRESS, Access.READ)).isEqualTo("ok 2000000");
        assertThat(caching.ask(next, Access.READ)).isEqualTo("ok 1000000");
        assertThat(caching.ask(SID, 1, ADDRESS, Access.READ)).isEqualTo("ok 1000000");
    }

    @Test
    void ofNestedTablesAllOfTheDidIsForgotten() {
        UnitBench caching = caching(3, CachePolicy.specified());
        caching.pasid(1, 1, DID);
        assertThat(caching.ask(SID, 1, ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        caching.memory.put(place(FIRST, 1), first(2 * DATA >>> 12));
        assertThat(caching.ask(SID, 1, ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        caching.unit.askPage(caching.s, request(true), ADDRESS + 0x1000);
        assertThat(caching.ask(SID, 1, ADDRESS, Access.READ)).isEqualTo("ok 2000000");
    }

    /** That there was none, too: of second-level tables caching mode remembers it. */
    @Test
    void whatWasAbsentIsForgotten() {
        UnitBench caching = caching(2, CachePolicy.specified());
        long leaf = place(SECOND, 1);
        long present = caching.memory.get(leaf);
        caching.memory.put(leaf, 0);
        assertThat(caching.ask(ADDRESS, Access.READ)).startsWith("fault 86");
        caching.memory.put(leaf, present);
        assertThat(caching.ask(ADDRESS, Access.READ)).startsWith("fault 86");
        caching.unit.askPage(caching.s, request(true), ADDRESS + 0x1000);
        assertThat(caching.ask(ADDRESS, Access.READ)).as("another page").startsWith("fault 86");
        caching.unit.askPage(caching.s, request(true), ADDRESS);
        assertThat(caching.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
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
    void whileTranslationIsOffNothingIsQueued() {
        bench.command(0);
        bench.write32(GCMD, 0);
        assertThat(ask()).isEqualTo(PageAnswer.OFF);
        assertThat(bench.read64(PQT)).isZero();
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
