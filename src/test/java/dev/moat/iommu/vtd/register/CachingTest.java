package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a unit that caches all it may keeps, under which tags, and what takes it away. */
class CachingTest {
    private static final int OTHER = 0x28;
    private static final long NEXT = ADDRESS + 0x1000;
    private static final long NEW = 0x2000;

    private final UnitBench bench = UnitBench.full();

    private static UnitBench with(long cap, CachePolicy policy, UnitOptions.Sizes sizes, Deviation... deviations) {
        return new UnitBench(new UnitOptions(
                UnitBench.capabilities(cap, ECAP), policy, Deviations.of(deviations), sizes, List.of(SID)));
    }

    private static UnitBench with(CachePolicy policy, Deviation... deviations) {
        return with(CAP, policy, UnitOptions.Sizes.usual(), deviations);
    }

    private String ask(int sid, long pasid, long address) {
        return bench.ask(sid, pasid, address, Access.READ);
    }

    private String ask(long address) {
        return ask(SID, Access.NO_PASID, address);
    }

    /** Another requester with its own context entry and the same tables. */
    private void otherLegacy(int did) {
        bench.memory.put(CONTEXT + 16 * OTHER, ContextEntry.lo(ContextEntry.TT_UNTRANSLATED, (SECOND >>> 12) + 1));
        bench.memory.put(CONTEXT + 16 * OTHER + 8, ContextEntry.hi(2, did));
    }

    private void otherScalable() {
        bench.memory.put(
                CONTEXT + 32 * OTHER, ScalableContextEntry.P.mask() | ScalableContextEntry.PASIDE.mask() | DIRECTORY);
    }

    private void changeLeaves() {
        bench.memory.put(place(FIRST, 1), first(NEW));
        bench.memory.put(place(SECOND, 1), second(NEW));
    }

    private boolean isFresh(String answer) {
        assertThat(answer).isIn("ok 1000000", "ok 2000000");
        return answer.equals("ok 2000000");
    }

    private static long pasidIotlb(int granularity, int did, int pasid) {
        return 6 | (long) granularity << 4 | (long) did << 16 | (long) pasid << 32;
    }

    @ParameterizedTest
    @CsvSource({"5, true", "6, false"})
    void legacyTranslationsAreSharedByDid(int did, boolean shared) {
        bench.legacy();
        otherLegacy(did);
        ask(ADDRESS);
        changeLeaves();
        assertThat(isFresh(ask(OTHER, Access.NO_PASID, ADDRESS))).isEqualTo(!shared);
    }

    /** By DID and PASID where first-level tables are in it, by DID alone where not. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, true", "3, false"})
    void scalableTranslationsAreSharedByWhatTheyDependOn(int type, boolean shared) {
        bench.scalable(type);
        nest(bench);
        bench.pasid(1, type, DID);
        otherScalable();
        ask(ADDRESS);
        changeLeaves();
        assertThat(isFresh(ask(OTHER, Access.NO_PASID, ADDRESS)))
                .as("another requester")
                .isFalse();
        long third = CONTEXT + 32 * (OTHER + 1);
        bench.memory.put(third, bench.memory.get(CONTEXT + 32 * OTHER));
        bench.memory.put(third + 8, 5);
        assertThat(isFresh(ask(OTHER + 1, 0, ADDRESS)))
                .as("the same PASID, named")
                .isFalse();
        assertThat(isFresh(ask(SID, 1, ADDRESS))).as("another PASID").isEqualTo(!shared);
    }

    /** The host leads all of the first 2 MiB that matter to themselves. */
    private static void nest(UnitBench unit) {
        for (int i = 1; i < 16; i++) {
            long at = entry(SECOND + 0x3000, 0x20_0000L * i, 2);
            unit.memory.put(at, second(0x200L * i) | SecondLevelEntry.SP.mask());
        }
        unit.memory.put(entry(SECOND + 0x3000, NEW << 12, 2), second(NEW) | SecondLevelEntry.SP.mask());
    }

    /** Invalidations after a first-level page of PASID 0 was cached: which of them take it away. */
    @ParameterizedTest
    @CsvSource({
        "12, 0, true", // all
        "50022, 0, true", // the DID
        "60022, 0, false",
        "50032, 9000, true", // pages of the DID: everything first-level of it
        "60032, 1000, false",
        "50026, 0, true", // the PASID
        "60026, 0, false",
        "100050026, 0, false",
        "50036, 1000, true", // pages of the PASID
        "50036, 1040, true", // IH is about the tables above
        "50036, 2000, false",
        "50036, 0001, true", // two pages
        "50036, 3001, false",
        "50036, 3002, true", // four pages, aligned
        "50036, ffffffff00001024, false", // 2^36 pages elsewhere
        "50036, ffffffff0000103f, true",
        "60036, 1000, false",
        "100050036, 1000, false",
        "11, 0, false", // contexts
        "37, 0, false", // PASID entries
        "4, 0, false", // interrupts
    })
    void invalidationsOfFirstLevelPages(String lo, String hi, boolean gone) {
        bench.scalable(PasidEntry.FIRST_LEVEL);
        ask(ADDRESS);
        changeLeaves();
        bench.invalidate(Long.parseLong(lo, 16), Long.parseUnsignedLong(hi, 16));
        assertThat(isFresh(ask(ADDRESS))).isEqualTo(gone);
    }

    /** The same after a second-level page of legacy mode or of PASID 0. */
    @ParameterizedTest
    @CsvSource({
        "12, 0, true",
        "50022, 0, true",
        "60022, 0, false",
        "50032, 1000, true",
        "50032, 2000, false",
        "50032, 1, true",
        "50032, 3002, true",
        "50032, 4002, false",
        "60032, 1000, false",
        "11, 0, false",
    })
    void invalidationsOfSecondLevelPages(String lo, String hi, boolean gone) {
        bench.legacy();
        ask(ADDRESS);
        changeLeaves();
        bench.invalidate(Long.parseLong(lo, 16), Long.parseUnsignedLong(hi, 16));
        assertThat(isFresh(ask(ADDRESS))).isEqualTo(gone);
        UnitBench scalable = UnitBench.full();
        scalable.scalable(PasidEntry.SECOND_LEVEL);
        scalable.ask(ADDRESS, Access.READ);
        scalable.memory.put(place(SECOND, 1), second(NEW));
        scalable.invalidate(Long.parseLong(lo, 16), Long.parseUnsignedLong(hi, 16));
        assertThat(isFresh(scalable.ask(ADDRESS, Access.READ))).isEqualTo(gone);
    }

    /** Invalidation of a PASID takes its second-level pages too, that of its pages does not. */
    @ParameterizedTest
    @CsvSource({"50026, 0, true", "50036, 1000, false"})
    void pasidInvalidationsOfSecondLevelPages(String lo, String hi, boolean gone) {
        bench.scalable(PasidEntry.SECOND_LEVEL);
        ask(ADDRESS);
        changeLeaves();
        bench.invalidate(Long.parseLong(lo, 16), Long.parseUnsignedLong(hi, 16));
        assertThat(isFresh(ask(ADDRESS))).isEqualTo(gone);
    }

    /** Any page of a large one takes it away. */
    @Test
    void aLargePageIsOne() {
        bench.legacy();
        bench.memory.put(place(SECOND, 2), second(0x600) | SecondLevelEntry.SP.mask());
        assertThat(ask(ADDRESS)).isEqualTo("ok 601000");
        bench.memory.put(place(SECOND, 2), second(0x800) | SecondLevelEntry.SP.mask());
        assertThat(ask(ADDRESS + 0x12345)).isEqualTo("ok 613345");
        bench.invalidate(Descriptors.iotlbPage(DID), Descriptors.iotlbPageHi(0x200, 0, true));
        assertThat(ask(ADDRESS)).isEqualTo("ok 601000");
        bench.invalidate(Descriptors.iotlbPage(DID), Descriptors.iotlbPageHi(0x1ff, 0, true));
        assertThat(ask(ADDRESS)).isEqualTo("ok 801000");
    }

    /** Tables above a leaf are cached too; the hint IH leaves them. */
    @ParameterizedTest
    @CsvSource({"legacy, false", "legacy, true", "first, false", "first, true"})
    void tablesAreCached(String mode, boolean hinted) {
        boolean legacy = mode.equals("legacy");
        if (legacy) {
            bench.legacy();
        } else {
            bench.scalable(PasidEntry.FIRST_LEVEL);
        }
        ask(ADDRESS);
        long tables = legacy ? SECOND : FIRST;
        bench.memory.put(place(tables, 1) + 8, legacy ? second(0x3000) : first(0x3000));
        bench.memory.put(place(tables, 2), 0);
        assertThat(ask(NEXT)).isEqualTo("ok 3000000");
        long lo = legacy ? Descriptors.iotlbPage(DID) : pasidIotlb(3, DID, 0);
        bench.invalidate(lo, Descriptors.iotlbPageHi(NEXT >>> 12, 0, hinted));
        if (hinted) {
            assertThat(ask(NEXT)).isEqualTo("ok 3000000");
        } else {
            assertThat(ask(NEXT)).isEqualTo(legacy ? "fault 6 sid 20 2000 r" : "fault 71 sid 20 2000 r");
        }
    }

    /** A command without PASID gives its hint about second-level tables; first-level ones of the DID go. */
    @Test
    void theHintIsNotAboutFirstLevelTables() {
        bench.scalable(PasidEntry.FIRST_LEVEL);
        ask(ADDRESS);
        bench.memory.put(place(FIRST, 1) + 8, first(0x3000));
        bench.memory.put(place(FIRST, 2), 0);
        assertThat(ask(NEXT)).isEqualTo("ok 3000000");
        bench.invalidate(Descriptors.iotlbPage(DID + 1), Descriptors.iotlbPageHi(NEXT >>> 12, 0, true));
        assertThat(ask(NEXT)).isEqualTo("ok 3000000");
        bench.invalidate(Descriptors.iotlbPage(DID), Descriptors.iotlbPageHi(NEXT >>> 12, 0, true));
        assertThat(ask(NEXT)).isEqualTo("fault 71 sid 20 2000 r");
    }

    @Test
    void contextsAreCachedUntilTheyAreInvalidated() {
        bench.legacy();
        ask(ADDRESS);
        bench.memory.put(CONTEXT + 16 * SID, 0);
        assertThat(ask(ADDRESS)).isEqualTo("ok 1000000");
        bench.invalidate(Descriptors.iotlbGlobal(), 0);
        assertThat(ask(ADDRESS)).isEqualTo("ok 1000000");
        bench.invalidate(Descriptors.contextDevice(DID, SID + 1, 0), 0);
        assertThat(ask(ADDRESS)).isEqualTo("ok 1000000");
        bench.invalidate(Descriptors.contextDevice(DID, SID + 1, 3), 0);
        assertThat(ask(ADDRESS)).isEqualTo("fault 2 sid 20 1000 r");
    }

    @ParameterizedTest
    @CsvSource({
        "'7 5 0', true",
        "'7 6 0', false",
        "'17 5 0', true",
        "'17 5 1', false",
        "'17 6 0', false",
        "'37 9 9', true",
        "'27 5 0', false",
        "'11 0 0', true",
        "'21 5 0', true",
    })
    void pasidEntriesAreCachedUntilTheyAreInvalidated(String words, boolean gone) {
        bench.scalable(PasidEntry.FIRST_LEVEL);
        ask(ADDRESS);
        bench.memory.put(PASIDS, 0);
        assertThat(ask(ADDRESS)).isEqualTo("ok 1000000");
        String[] parts = words.split(" ");
        long lo = Long.parseLong(parts[0], 16) | Long.parseLong(parts[1]) << 16 | Long.parseLong(parts[2]) << 32;
        bench.invalidate(lo, 0);
        assertThat(ask(ADDRESS)).isEqualTo(gone ? "fault 59 sid 20 1000 r" : "ok 1000000");
    }

    /** A device's context invalidation takes its PASID entries along, not those of others. */
    @Test
    void pasidEntriesGoWithTheirContext() {
        bench.scalable(PasidEntry.FIRST_LEVEL);
        otherScalable();
        ask(ADDRESS);
        ask(OTHER, Access.NO_PASID, ADDRESS);
        bench.memory.put(PASIDS, 0);
        bench.invalidate(Descriptors.contextDevice(0, OTHER, 0), 0);
        assertThat(ask(ADDRESS)).isEqualTo("ok 1000000");
        assertThat(ask(OTHER, Access.NO_PASID, ADDRESS)).startsWith("fault 59 ");
    }

    /** What is absent or wrong is cached in caching mode only. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void absenceIsCachedInCachingMode(boolean caching) {
        UnitBench unit = with(Cap.CM.set(CAP, caching ? 1 : 0), CachePolicy.specified(), UnitOptions.Sizes.usual());
        unit.legacy();
        unit.memory.put(CONTEXT + 16 * SID, 0);
        assertThat(unit.ask(ADDRESS, Access.READ)).startsWith("fault 2 ");
        unit.memory.put(CONTEXT + 16 * SID, ContextEntry.lo(ContextEntry.TT_UNTRANSLATED, (SECOND >>> 12) + 1));
        assertThat(unit.ask(ADDRESS, Access.READ).startsWith("fault 2 ")).isEqualTo(caching);
        unit.invalidate(Descriptors.contextDevice(0, SID, 0), 0);
        assertThat(unit.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        assertThat(unit.ask(NEXT, Access.READ)).startsWith("fault 6 ");
        unit.memory.put(place(SECOND, 1) + 8, second(0x3000));
        assertThat(unit.ask(NEXT, Access.READ).startsWith("fault 6 ")).isEqualTo(caching);
        assertThat(unit.ask(NEXT, Access.WRITE)).as("only reading failed").isEqualTo("ok 3000000");
        unit.invalidate(Descriptors.iotlbPage(DID), Descriptors.iotlbPageHi(NEXT >>> 12, 0, false));
        assertThat(unit.ask(NEXT, Access.READ)).isEqualTo("ok 3000000");
    }

    /** What first-level tables do not give is never cached: absent, for supervisors, not to be written, reserved bits; also under a host's. */
    @ParameterizedTest
    @CsvSource({"1, 0, 71", "1, 3, 81", "1, 5, 85", "1, 4000000000007, 72", "3, 0, 71", "3, 3, 81", "3, 5, 85"})
    void firstLevelFailuresAreNotCached(int type, String wrong, String reason) {
        UnitBench unit = with(Cap.CM.set(CAP, 1), CachePolicy.specified(), UnitOptions.Sizes.usual());
        unit.scalable(type);
        nest(unit);
        unit.memory.put(place(FIRST, 1), Long.parseLong(wrong, 16) | DATA);
        assertThat(unit.ask(ADDRESS, Access.WRITE)).startsWith("fault " + reason);
        unit.memory.put(place(FIRST, 1), first(DATA >>> 12));
        assertThat(unit.ask(ADDRESS, Access.WRITE)).isEqualTo("ok 1000000");
    }

    /** What the host's second level does not give a guest's first one is. */
    @Test
    void failuresOfTheHostAreCached() {
        UnitBench unit = with(Cap.CM.set(CAP, 1), CachePolicy.specified(), UnitOptions.Sizes.usual());
        unit.scalable(PasidEntry.NESTED);
        nest(unit);
        long at = entry(SECOND + 0x3000, DATA, 2);
        long present = unit.memory.get(at);
        unit.memory.put(at, 0);
        assertThat(unit.ask(ADDRESS, Access.READ)).startsWith("fault 86");
        unit.memory.put(at, present);
        assertThat(unit.ask(ADDRESS, Access.READ)).startsWith("fault 86");
        unit.invalidate(Descriptors.iotlbPage(DID), Descriptors.iotlbPageHi(DATA >>> 12, 0, false));
        assertThat(unit.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
    }

    /** What could not be read is not cached, caching mode or not. */
    @Test
    void accessErrorsAreNotCached() {
        UnitBench unit = with(Cap.CM.set(CAP, 1), CachePolicy.specified(), new UnitOptions.Sizes(64, 64, 64, 0, 1));
        unit.legacy();
        unit.memory.put(place(SECOND, 2), second(0x80000));
        assertThat(unit.ask(ADDRESS, Access.READ)).startsWith("fault 7 ");
        unit.memory.put(place(SECOND, 2), second((SECOND >>> 12) + 4));
        assertThat(unit.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        unit.memory.put(ROOT, 0x80000000L | 1);
        unit.invalidate(Descriptors.contextGlobal(), 0);
        assertThat(unit.ask(ADDRESS, Access.READ)).startsWith("fault 9 ");
        unit.memory.put(ROOT, CONTEXT | 1);
        assertThat(unit.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
    }

    @Test
    void translationOnOffAndSrtpEmptyTheCaches() {
        for (int way = 0; way < 2; way++) {
            UnitBench unit = UnitBench.full();
            unit.legacy();
            unit.ask(ADDRESS, Access.READ);
            unit.memory.put(place(SECOND, 1), second(NEW));
            unit.command(SRTP * way);
            if (way == 0) {
                assertThat(isFresh(unit.ask(ADDRESS, Access.READ))).isFalse();
                unit.write32(GCMD, 0);
                unit.command(TE);
            }
            assertThat(isFresh(unit.ask(ADDRESS, Access.READ))).isTrue();
        }
    }

    /** A cache that is full forgets something, and goes on. */
    @Test
    void fullCachesForget() {
        UnitBench small = with(CAP, CachePolicy.specified(), new UnitOptions.Sizes(1, 1, 2, 2, 1));
        small.scalable(PasidEntry.FIRST_LEVEL);
        for (int page = 0; page < 8; page++) {
            small.memory.put(place(FIRST, 1) + 8L * page, first(0x1000 + page));
        }
        for (int round = 0; round < 3; round++) {
            for (int page = 0; page < 8; page++) {
                assertThat(small.ask(ADDRESS + 0x1000L * page, Access.READ))
                        .isEqualTo("ok " + Long.toHexString(DATA + 0x1000L * page));
            }
        }
        small.memory.put(CONTEXT + 32 * OTHER, small.memory.get(CONTEXT + 32 * SID));
        small.memory.put(CONTEXT + 32 * SID, 0);
        assertThat(small.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        assertThat(small.ask(OTHER, Access.NO_PASID, ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        assertThat(small.ask(ADDRESS, Access.READ)).startsWith("fault 41 ");
    }
}
