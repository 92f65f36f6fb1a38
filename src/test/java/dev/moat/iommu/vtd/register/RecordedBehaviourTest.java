package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What recorded units do that this project's copies of the recordings do not show, or not alone. */
class RecordedBehaviourTest {
    private static UnitBench with(CachePolicy policy, long cap, long ecap, Deviation... deviations) {
        return new UnitBench(new UnitOptions(
                UnitBench.capabilities(cap, ecap),
                policy,
                Deviations.of(deviations),
                new UnitOptions.Sizes(64, 64, 64, 0, 64),
                List.of(SID)));
    }

    private static UnitBench with(Deviation... deviations) {
        return with(CachePolicy.recorded(), CAP, ECAP, deviations);
    }

    private static String ask(UnitBench bench) {
        return bench.ask(ADDRESS, Access.READ);
    }

    /** Runs once without a deviation and once with it. */
    private interface Setup {
        String answer(UnitBench bench);
    }

    private static void differ(long cap, long ecap, Deviation deviation, Setup setup, String without, String with) {
        assertThat(setup.answer(with(CachePolicy.recorded(), cap, ecap))).isEqualTo(without);
        assertThat(setup.answer(with(CachePolicy.recorded(), cap, ecap, deviation)))
                .isEqualTo(with);
    }

    @Test
    void pagesOf1GiBWorkWithoutTheCapability() {
        differ(
                Cap.FL1GP.set(CAP, 0),
                ECAP,
                Deviation.GIGABYTE_PAGES_ALWAYS,
                bench -> {
                    bench.scalable(PasidEntry.FIRST_LEVEL);
                    bench.memory.put(place(FIRST, 3), first(0x40000, FirstLevelEntry.PS));
                    return ask(bench);
                },
                "fault 72 sid 20 1000 r",
                "ok 40001000");
    }

    @Test
    void aPasidIsRecordedShort() {
        differ(
                CAP,
                ECAP,
                Deviation.PASID_RECORDED_SHORT,
                bench -> {
                    bench.scalable(PasidEntry.FIRST_LEVEL);
                    return bench.ask(SID, 0x12345, ADDRESS, Access.READ);
                },
                "fault 46 sid 20 1000 r pasid " + 0x12345,
                "fault 46 sid 20 1000 r pasid " + 0x2345);
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 73", "1, 2, 70", "2, 4, 7b", "2, 1, 78"})
    void anEntryOfAllOnesIsNotReadable(int type, int level, String reason) {
        differ(
                CAP,
                ECAP,
                Deviation.ALL_ONES_UNREADABLE,
                bench -> {
                    bench.scalable(type);
                    bench.memory.put(place(type == 1 ? FIRST : SECOND, level), -1L);
                    return ask(bench);
                },
                type == 1 ? "fault 72 sid 20 1000 r" : "fault 7a sid 20 1000 r",
                "fault " + reason + " sid 20 1000 r");
    }

    /** With the context cached, the PASID entry need not be present; with FPD above it nothing of it is checked. */
    @ParameterizedTest
    @CsvSource({
        "false, 0,  59, 'ok 1000000'",
        "false, 40, 59, 'ok 1000000'",
        "false, 1,  5b, 'fault 5b sid 20 1000 r'",
        "true,  0,  59 unrecorded, 'ok 1000000'",
        "true,  1,  5b unrecorded, 'ok 1000000'",
    })
    void aCachedContextSkipsChecks(boolean silent, String w0, String without, String with) {
        differ(
                CAP,
                Ecap.SLTS.set(ECAP, 0),
                Deviation.CACHED_CONTEXT_SKIPS_CHECKS,
                bench -> {
                    bench.scalable(PasidEntry.FIRST_LEVEL);
                    if (silent) {
                        bench.memory.put(
                                CONTEXT + 32 * SID,
                                bench.memory.get(CONTEXT + 32 * SID) | ScalableContextEntry.FPD.mask());
                    }
                    bench.ask(ADDRESS + 0x4000, Access.READ);
                    long type = w0.equals("0") ? PasidEntry.FIRST_LEVEL << 6 : Long.parseLong(w0, 16);
                    bench.memory.put(PASIDS, type);
                    return ask(bench);
                },
                without.contains("unrecorded") ? "fault -" : "fault " + without + " sid 20 1000 r",
                with);
    }

    /** A directory entry with FPD that is absent, or whose table is beyond memory: what the request then meets is silent, as QEMU's is. */
    @ParameterizedTest
    @CsvSource({"2, fault 51 sid 20 1000 r", "40000000003, fault 58 sid 20 1000 r", "120002, fault 51 sid 20 1000 r"})
    void aSilentDirectoryEntryOfACachedContextRecordsNothing(String directory, String without) {
        Setup setup = bench -> {
            bench.scalable(PasidEntry.FIRST_LEVEL);
            bench.ask(ADDRESS + 0x4000, Access.READ);
            bench.memory.put(DIRECTORY, Long.parseLong(directory, 16));
            return ask(bench);
        };
        differ(CAP, Ecap.SLTS.set(ECAP, 0), Deviation.CACHED_CONTEXT_SKIPS_CHECKS, setup, without, "fault -");
    }

    /** A context entry's pointer beyond the host's addresses is reserved (VT-d 9.3, rev. 5.10), and ignored where nothing is translated. */
    @ParameterizedTest
    @CsvSource({"0, 2, fault b sid 20 1000 r", "1, 2, fault b sid 20 1000 r", "2, 3, ok 1000"})
    void aContextPointerBeyondTheHostIsReserved(int type, int width, String answer) {
        Setup setup = bench -> {
            bench.legacy();
            bench.memory.put(CONTEXT + 16 * SID, ContextEntry.lo(type, 1L << 34));
            bench.memory.put(CONTEXT + 16 * SID + 8, ContextEntry.hi(width, DID));
            return ask(bench);
        };
        differ(CAP, ECAP, Deviation.CONTEXT_POINTER_RESERVED, setup, answer, "fault b sid 20 1000 r");
    }

    /** Pass-through of a width that is not the largest, and of an address beyond that. */
    @ParameterizedTest
    @CsvSource({
        "2, 1000, fault 3 sid 20 1000 r",
        "3, 200000001000, ok 200000001000",
        "3, 400000001000, fault 4 sid 20 400000001000 r"
    })
    void passThroughTakesEveryWidth(int width, String address, String answer) {
        Setup setup = bench -> {
            bench.legacy();
            bench.memory.put(CONTEXT + 16 * SID, ContextEntry.lo(ContextEntry.TT_PASS_THROUGH, 0));
            bench.memory.put(CONTEXT + 16 * SID + 8, ContextEntry.hi(width, DID));
            return bench.ask(Long.parseLong(address, 16), Access.READ);
        };
        differ(CAP, ECAP, Deviation.PASS_THROUGH_ANY_WIDTH, setup, answer, "ok " + address);
    }

    /** A large page that has addresses of interrupts: only those are refused, but to who asks for the page. */
    @ParameterizedTest
    @CsvSource({"1000, 0, ok c0001000", "3ee01000, 0, fault e sid 20 3ee01000 r", "1000, 1, fault e sid 20 1000 r at 1"
    })
    void interruptsAreRefusedByPage(String address, int type, String answer) {
        Setup setup = bench -> {
            bench.legacy();
            long context = ContextEntry.lo(ContextEntry.TT_DEVICE_TLB, (SECOND >>> 12) + 1);
            bench.memory.put(CONTEXT + 16 * SID, context);
            bench.memory.put(place(SECOND, 3), second(0xc0000) | SecondLevelEntry.SP.mask());
            // The other address has been asked for before.
            bench.ask(0x2000, Access.READ);
            return bench.ask(Long.parseLong(address, 16), type == 1 ? Access.TRANSLATION_REQUEST : Access.READ);
        };
        String refused = "fault e sid 20 " + address + (type == 1 ? " r at 1" : " r");
        differ(CAP, ECAP, Deviation.INTERRUPTS_BY_PAGE, setup, answer, refused);
    }

    @Test
    void pageRequestsWithoutTranslationRequests() {
        Setup setup = bench -> {
            bench.scalable(PasidEntry.FIRST_LEVEL);
            bench.memory.put(CONTEXT + 32 * SID, bench.memory.get(CONTEXT + 32 * SID) | 1 << 4);
            return ask(bench);
        };
        String wrong = "fault 43 sid 20 1000 r";
        differ(CAP, ECAP, Deviation.PAGES_WITHOUT_TRANSLATIONS, setup, wrong, "ok 1000000");
    }

    @ParameterizedTest
    @CsvSource({"800, ok 1000000", "c00, ok 1000000"})
    void theLowerBitTellsTheMode(String bits, String answer) {
        long mode = Long.parseLong(bits, 16);
        Setup setup = bench -> {
            if ((mode & 1 << 10) == 0) {
                bench.legacy();
            } else {
                bench.scalable(PasidEntry.FIRST_LEVEL);
            }
            bench.start(ROOT | mode);
            return ask(bench);
        };
        differ(CAP, ECAP, Deviation.MODE_BY_LOW_BIT, setup, "fault 30 sid 20 1000 r", answer);
    }

    /** A mask of 8 bits: pages that differ above those are taken away too. */
    @ParameterizedTest
    @CsvSource({"4, 100, true", "8, 40000, true", "4, 10, false"})
    void aMaskIsKeptIn8Bits(int am, String page, boolean more) {
        Setup setup = bench -> {
            bench.scalable(PasidEntry.FIRST_LEVEL);
            ask(bench);
            bench.memory.put(place(FIRST, 1), first(0x2000));
            bench.invalidate(0x50036, Long.parseLong(page, 16) << 12 | am);
            return ask(bench);
        };
        differ(CAP, ECAP, Deviation.PAGE_MASK_OF_8_BITS, setup, "ok 1000000", more ? "ok 2000000" : "ok 1000000");
    }

    // Pass-through that is kept.

    private static void passing(UnitBench bench, boolean scalable) {
        if (scalable) {
            bench.scalable(PasidEntry.PASS_THROUGH);
        } else {
            bench.legacy();
            passing(bench);
            bench.start(ROOT);
        }
    }

    private static void passing(UnitBench bench) {
        bench.memory.put(CONTEXT + 16 * SID, ContextEntry.lo(ContextEntry.TT_PASS_THROUGH, 0));
        bench.memory.put(CONTEXT + 16 * SID + 8, ContextEntry.hi(3, DID));
    }

    private static void translating(UnitBench bench, boolean scalable) {
        if (scalable) {
            bench.pasid(0, PasidEntry.FIRST_LEVEL, DID);
        } else {
            bench.memory.put(CONTEXT + 16 * SID, ContextEntry.lo(ContextEntry.TT_UNTRANSLATED, (SECOND >>> 12) + 1));
            bench.memory.put(CONTEXT + 16 * SID + 8, ContextEntry.hi(2, DID));
        }
    }

    /** Nothing but a look at the context takes a requester out of pass-through. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void passThroughIsKept(boolean scalable) {
        UnitBench bench = with();
        passing(bench, scalable);
        assertThat(ask(bench)).isEqualTo("ok 1000");
        translating(bench, scalable);
        bench.invalidate(Descriptors.iotlbGlobal(), 0);
        if (scalable) {
            bench.invalidate(0x37, 0);
        }
        bench.invalidate(Descriptors.contextDevice(0, SID + 1, 0), 0);
        assertThat(ask(bench)).isEqualTo("ok 1000");
        bench.invalidate(Descriptors.contextDevice(0, SID, 0), 0);
        assertThat(ask(bench)).isEqualTo("ok 1000000");
        passing(bench, scalable);
        assertThat(ask(bench)).isEqualTo("ok 1000");
        bench.write32(GCMD, 0);
        bench.command(TE);
        assertThat(ask(bench)).isEqualTo("ok 1000");
        translating(bench, scalable);
        bench.command(SRTP);
        assertThat(ask(bench)).isEqualTo("ok 1000000");
    }

    /** A request finds pass-through as well. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestFindsPassThrough(boolean scalable) {
        UnitBench bench = with();
        passing(bench, scalable);
        translating(bench, scalable);
        bench.start(scalable ? ROOT | 1 << 10 : ROOT);
        long w0 = scalable ? PASIDS : CONTEXT + 16 * SID;
        if (scalable) {
            bench.pasid(0, PasidEntry.PASS_THROUGH, DID);
        } else {
            passing(bench);
        }
        assertThat(ask(bench)).isEqualTo("ok 1000");
        translating(bench, scalable);
        assertThat(ask(bench)).isEqualTo("ok 1000");
        bench.pasid(1, PasidEntry.FIRST_LEVEL, DID);
        assertThat(bench.ask(SID, 1, ADDRESS, Access.READ).startsWith("ok 1000000"))
                .as("requests with PASID are not concerned")
                .isEqualTo(scalable);
    }

    /** A newer unit looks at a PASID-cache invalidation too, if that is about the entry that it has seen, or has lost. */
    @ParameterizedTest
    @CsvSource({"37, true", "50007, true", "60007, false", "50017, true", "100050017, false", "60017, false"})
    void aPasidCacheInvalidationLooksAgain(String lo, boolean looks) {
        for (boolean replays : new boolean[] {false, true}) {
            UnitBench bench = replays ? with(Deviation.PASID_CACHE_REPLAYS) : with();
            passing(bench, true);
            translating(bench, true);
            bench.invalidate(Long.parseLong(lo, 16), 0);
            assertThat(ask(bench)).isEqualTo(replays && looks ? "ok 1000000" : "ok 1000");
            passing(bench, true);
            bench.memory.put(PASIDS, 0);
            bench.invalidate(Long.parseLong(lo, 16), 0);
            assertThat(ask(bench)).isEqualTo(replays ? "fault 59 sid 20 1000 r" : "ok 1000");
        }
    }

    // Orders.

    /** With an absent PASID entry: asked first, cached translations answer. */
    @ParameterizedTest
    @CsvSource({"TRANSLATIONS_FIRST, true", "LEGACY_TRANSLATIONS_FIRST, false", "ENTRIES_FIRST, false"})
    void whatIsAskedFirstInScalableMode(CachePolicy.Order order, boolean hit) {
        UnitBench bench = with(CachePolicy.recorded().ordered(order), CAP, ECAP);
        bench.scalable(PasidEntry.FIRST_LEVEL);
        ask(bench);
        bench.memory.put(PASIDS, 0);
        assertThat(ask(bench)).isEqualTo(hit ? "ok 1000000" : "fault 59 sid 20 1000 r");
    }

    @ParameterizedTest
    @CsvSource({"TRANSLATIONS_FIRST, true", "LEGACY_TRANSLATIONS_FIRST, true", "ENTRIES_FIRST, false"})
    void whatIsAskedFirstInLegacyMode(CachePolicy.Order order, boolean hit) {
        UnitBench bench = with(CachePolicy.recorded().ordered(order), CAP, ECAP);
        bench.legacy();
        ask(bench);
        bench.memory.put(CONTEXT + 16 * SID, 0);
        bench.invalidate(Descriptors.contextGlobal(), 0);
        assertThat(ask(bench)).isEqualTo(hit ? "ok 1000000" : "fault 2 sid 20 1000 r");
    }

    /** Kept per requester: one DID for two requesters does not mix them, and a new DID keeps the old translations. */
    @Test
    void translationsPerRequester() {
        UnitBench bench = with();
        bench.legacy();
        bench.memory.put(CONTEXT + 16 * 0x28, ContextEntry.lo(ContextEntry.TT_UNTRANSLATED, (SECOND >>> 12) + 1));
        bench.memory.put(CONTEXT + 16 * 0x28 + 8, ContextEntry.hi(2, DID));
        ask(bench);
        bench.memory.put(place(SECOND, 1), second(0x2000));
        assertThat(bench.ask(0x28, Access.NO_PASID, ADDRESS, Access.READ)).isEqualTo("ok 2000000");
        assertThat(ask(bench)).isEqualTo("ok 1000000");
        bench.memory.put(CONTEXT + 16 * SID + 8, ContextEntry.hi(2, DID + 1));
        bench.invalidate(Descriptors.contextGlobal(), 0);
        bench.invalidate(Descriptors.iotlbDomain(DID + 1), 0);
        assertThat(ask(bench)).isEqualTo("ok 1000000");
        bench.invalidate(Descriptors.iotlbDomain(DID), 0);
        assertThat(ask(bench)).isEqualTo("ok 2000000");
    }
}
