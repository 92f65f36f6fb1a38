package dev.moat.iommu.amdvi.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The order in which a request is checked, as one table: of two things that are wrong, the one that stands first answers. */
class CheckOrderTest {
    private static final long ENTRY = Driven.DEVICE_TABLE + 32L * Driven.DEVICE;
    private static final long IOVA = 0x1000;

    /** A request that would pass, with one thing changed. Each is independent of the others. */
    private static final Map<Outcome, Consumer<Driven>> CHANGES = new LinkedHashMap<>();

    private static void bits(Driven d, long address, long set, long clear) {
        d.store(address, (d.load(address) | set) & ~clear);
    }

    static {
        CHANGES.put(Outcome.UNTRANSLATED, d -> d.write(Registers.CONTROL, 0x1004));
        CHANGES.put(Outcome.BEYOND_DEVICE_TABLE, d -> d.write(Registers.DEVICE_TABLE_BASE, Driven.DEVICE_TABLE));
        CHANGES.put(Outcome.DEVICE_ENTRY_RESERVED, d -> bits(d, ENTRY, 4, 0));
        CHANGES.put(Outcome.TRANSLATION_INVALID, d -> bits(d, ENTRY, 0, 2));
        CHANGES.put(Outcome.MODE_ILLEGAL, d -> bits(d, ENTRY, 0xe00, 0));
        CHANGES.put(Outcome.BEYOND_WIDTH, d -> bits(d, ENTRY, 0x200, 0xc00));
        CHANGES.put(Outcome.NOT_PRESENT, d -> bits(d, 0x400000, 0, 1));
        CHANGES.put(Outcome.ENTRY_RESERVED, d -> bits(d, 0x400000, 1L << 52, 0));
        CHANGES.put(Outcome.LEVEL_ILLEGAL, d -> bits(d, 0x400000, 0x600, 0));
        CHANGES.put(Outcome.NO_PERMISSION, d -> bits(d, 0x400000, 0, 3L << 61));
    }

    /** An address in the table at 401000 of which the walk below needs one bit of level 2. */
    private static Driven driven() {
        return new Driven().on().mapped();
    }

    @TestFactory
    List<DynamicTest> ofTwoErrorsTheFirstAnswers() {
        List<DynamicTest> tests = new ArrayList<>();
        List<Outcome> order = List.copyOf(CHANGES.keySet());
        for (int i = 0; i < order.size(); i++) {
            for (int j = i; j < order.size(); j++) {
                Outcome first = order.get(i);
                Outcome second = order.get(j);
                // The changes of Mode exclude each other.
                boolean together = first == Outcome.MODE_ILLEGAL && second == Outcome.BEYOND_WIDTH;
                if (together) {
                    continue;
                }
                tests.add(DynamicTest.dynamicTest(first + " before " + second, () -> {
                    Driven d = driven();
                    CHANGES.get(second).accept(d);
                    CHANGES.get(first).accept(d);
                    boolean narrow = first == Outcome.BEYOND_WIDTH || second == Outcome.BEYOND_WIDTH;
                    int device = first == Outcome.BEYOND_DEVICE_TABLE || second == Outcome.BEYOND_DEVICE_TABLE
                            ? 0x80
                            : Driven.DEVICE;
                    copyEntry(d, device);
                    long answer = d.request(device, narrow ? 0x40000000L | IOVA : IOVA, false);
                    assertThat(Translation.outcome(answer)).isEqualTo(first);
                }));
            }
        }
        assertThat(tests).hasSize(54);
        return tests;
    }

    private static void copyEntry(Driven d, int device) {
        d.entry(device, d.load(ENTRY), d.load(ENTRY + 8));
    }

    @Test
    void nothingWrongIsTranslated() {
        assertThat(driven().reaches(IOVA | 0x123, false)).isEqualTo(0x1001123);
        assertThat(driven().reaches(0x2ff8, true)).isEqualTo(0x1002ff8);
    }

    /** Each way to be blocked is met by some test here or in this file's neighbours; these need more than one change. */
    @Test
    void theOthers() {
        Driven sized = driven();
        sized.store(0x402008, PageTableEntry.sizedPage(0x1000, 24, Driven.BOTH));
        assertThat(sized.outcome(IOVA, false)).isEqualTo(Outcome.SIZE_ILLEGAL);

        Driven skipped = driven();
        skipped.store(0x400000, PageTableEntry.table(1, 0x402, Driven.BOTH));
        assertThat(skipped.reaches(IOVA, false))
                .as("no bit of the level left out")
                .isEqualTo(0x1001000);
        assertThat(skipped.outcome(IOVA | 1L << 21, false)).isEqualTo(Outcome.SKIPPED_BITS);

        Driven interrupt = driven();
        assertThat(interrupt.outcome(0xfee00000L, false)).isEqualTo(Outcome.INTERRUPT_RANGE);
        assertThat(interrupt.outcome(0xfeefffffL, false)).isEqualTo(Outcome.INTERRUPT_RANGE);
        assertThat(interrupt.outcome(0xfee00000L, true))
                .as("a write is a message")
                .isEqualTo(Outcome.INTERRUPT_RANGE);
        assertThat(interrupt.outcome(0xfef00000L, false)).isEqualTo(Outcome.NOT_PRESENT);
        assertThat(interrupt.outcome(0xfedfffffL, false)).isEqualTo(Outcome.NOT_PRESENT);

        Driven outside = driven();
        outside.store(0x401000, PageTableEntry.table(1, 0x80000, Driven.BOTH));
        assertThat(outside.outcome(IOVA, false)).isEqualTo(Outcome.TABLE_ACCESS);
        assertThat(outside.lastEvent())
                .as("the DomainID, a master abort, and the address of the entry that could not be read")
                .containsExactly(0x4200000500000020L, 0x80000008L);

        Driven nowhere = driven();
        nowhere.write(Registers.DEVICE_TABLE_BASE, 0x80000001L);
        assertThat(nowhere.outcome(IOVA, false)).isEqualTo(Outcome.DEVICE_TABLE_ACCESS);
        assertThat(nowhere.lastEvent()).containsExactly(0x3200000000000020L, 0x80000400L);
    }

    /** V = 0 stands before the reserved bits, and these before the exclusion range, which stands before TV. */
    @Test
    void untranslatedOnes() {
        Driven absent = driven();
        absent.entry(Driven.DEVICE, 0x800000000000007cL, 0);
        assertThat(absent.outcome(IOVA, true)).isEqualTo(Outcome.UNTRANSLATED);
        assertThat(absent.reaches(0x8000000000001234L, true)).isEqualTo(0x8000000000001234L);

        Driven excluded = driven();
        excluded.write(Registers.EXCLUSION_LIMIT, 0x2000);
        excluded.write(Registers.EXCLUSION_BASE, 0x1003);
        assertThat(excluded.reaches(0x2fff, false)).isEqualTo(0x2fff);
        assertThat(excluded.outcome(0x3000, false)).isEqualTo(Outcome.NOT_PRESENT);
        assertThat(excluded.outcome(0x0fff, false)).isEqualTo(Outcome.NOT_PRESENT);
        bits(excluded, ENTRY, 0, 2);
        assertThat(excluded.outcome(0x1000, false)).as("TV = 0").isEqualTo(Outcome.UNTRANSLATED);
        bits(excluded, ENTRY, 4, 0);
        assertThat(excluded.outcome(0x1000, false)).isEqualTo(Outcome.DEVICE_ENTRY_RESERVED);
        bits(excluded, ENTRY, 2, 4);
        excluded.write(Registers.EXCLUSION_BASE, 0x1001);
        assertThat(excluded.reaches(0x1000, false)).as("without Allow").isEqualTo(0x1001000);
        bits(excluded, ENTRY + 8, DeviceTableEntry.EX.mask(), 0);
        assertThat(excluded.reaches(0x1000, false)).as("with EX").isEqualTo(0x1000);
        excluded.write(Registers.EXCLUSION_BASE, 0x1002);
        assertThat(excluded.reaches(0x1000, false)).as("not enabled").isEqualTo(0x1001000);
    }

    @Test
    void mode0() {
        for (int rights = 0; rights < 4; rights++) {
            Driven d = driven();
            d.entry(Driven.DEVICE, DeviceTableEntry.quad0(0, 0, rights), 5);
            assertThat(d.outcome(IOVA, false))
                    .isEqualTo((rights & 1) != 0 ? Outcome.UNTRANSLATED : Outcome.UNTRANSLATED_DENIED);
            assertThat(d.outcome(IOVA, true))
                    .isEqualTo((rights & 2) != 0 ? Outcome.UNTRANSLATED : Outcome.UNTRANSLATED_DENIED);
        }
    }

    /** Read and write rights are and'ed over device table entry, directory entries and page, each alone. */
    @Test
    void rightsOfThePath() {
        List<Long> places = List.of(ENTRY, 0x400000L, 0x401000L, 0x402008L);
        for (long place : places) {
            for (int rights = 0; rights < 4; rights++) {
                Driven d = driven();
                d.store(place, PageTableEntry.withRights(d.load(place), rights));
                assertThat(d.outcome(IOVA, false))
                        .isEqualTo((rights & 1) != 0 ? Outcome.TRANSLATED : Outcome.NO_PERMISSION);
                assertThat(d.outcome(IOVA, true))
                        .isEqualTo((rights & 2) != 0 ? Outcome.TRANSLATED : Outcome.NO_PERMISSION);
            }
        }
    }

    @Test
    void widthsOfTheModes() {
        for (int mode = 1; mode <= 6; mode++) {
            Driven d = driven();
            d.entry(Driven.DEVICE, DeviceTableEntry.quad0(mode, Driven.ROOT, Driven.BOTH), 5);
            long last = mode == 6 ? -1L : (1L << (12 + 9 * mode)) - 1;
            d.store(0x400000 + 8 * (last >>> Math.min(63, 12 + 9 * (mode - 1)) & 511), 0);
            assertThat(d.outcome(last, false)).isEqualTo(Outcome.NOT_PRESENT);
            if (mode < 6) {
                assertThat(d.outcome(last + 1, false)).isEqualTo(Outcome.BEYOND_WIDTH);
            }
        }
    }

    /** HATS says how many levels there are; a Mode above is as illegal as 7. */
    @Test
    void modesThatTheUnitDoesNotHave() {
        long four = Registers.ExtendedFeature.HATS.set(Capabilities.usual().features(), 0);
        Capabilities can = new Capabilities(0, four, true, true);
        Driven d = new Driven(can, RequestCaches.none()).on().mapped();
        d.entry(Driven.DEVICE, DeviceTableEntry.quad0(5, Driven.ROOT, Driven.BOTH), 5);
        assertThat(d.outcome(IOVA, false)).isEqualTo(Outcome.MODE_ILLEGAL);
        d.entry(Driven.DEVICE, DeviceTableEntry.quad0(4, Driven.ROOT, Driven.BOTH), 5);
        assertThat(d.outcome(IOVA, false)).isNotEqualTo(Outcome.MODE_ILLEGAL);
    }

    /** No outcome is without a test in this file. */
    @Test
    void everyOutcomeIsReached() {
        Set<Outcome> here = new TreeSet<>(CHANGES.keySet());
        here.addAll(Set.of(
                Outcome.TRANSLATED,
                Outcome.SIZE_ILLEGAL,
                Outcome.SKIPPED_BITS,
                Outcome.INTERRUPT_RANGE,
                Outcome.TABLE_ACCESS,
                Outcome.DEVICE_TABLE_ACCESS,
                Outcome.UNTRANSLATED_DENIED));
        assertThat(here).containsExactly(Outcome.values());
    }

    /** A device may write there, which is an interrupt message; it may not read there. */
    @Test
    void aReadOfTheInterruptRangeIsAnInvalidRequest() {
        Driven d = driven();
        d.entry(Driven.DEVICE, d.load(ENTRY), DeviceTableEntry.quad1(Driven.DOMAIN) | DeviceTableEntry.SA.mask());
        d.request(0xfee00000L, true);
        assertThat(d.events()).isZero();
        d.request(0xfee01004L, false);
        assertThat(d.events()).isEqualTo(1);
        assertThat(d.lastEvent()).as("type 0, and no direction").containsExactly(0x8000000000000020L, 0xfee01004L);
    }

    /** The document has no bits 1:0 of its address; of a page fault it has all. */
    @Test
    void anIllegalEntryIsLoggedWithTheAddressOfADoubleword() {
        Driven d = driven();
        d.request(0x9003, false);
        assertThat(d.lastEvent()).containsExactly(0x2000000500000020L, 0x9003L);
        bits(d, ENTRY, 4, 0);
        d.request(0x9003, false);
        assertThat(d.lastEvent()).containsExactly(0x1080000000000020L, 0x9000L);
    }

    @Test
    void aBlockedRequestIsLoggedAndOneThatPassesIsNot() {
        Driven d = driven();
        d.request(IOVA, false);
        assertThat(d.events()).isZero();
        d.request(0x3008, true);
        assertThat(d.lastEvent()).containsExactly(0x2020000500000020L, 0x3008L);
        bits(d, ENTRY + 8, DeviceTableEntry.SA.mask(), 0);
        d.request(0x3008, true);
        assertThat(d.events()).as("SA").isEqualTo(1);
        bits(d, ENTRY, 4, 0);
        d.request(0x3008, true);
        assertThat(d.events()).as("SA is about page faults").isEqualTo(2);
    }
}
