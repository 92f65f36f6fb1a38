package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.InterruptBench.*;
import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.PostedDescriptor;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Posted interrupts, and the cache of entries. */
class InterruptCacheTest {
    private static final long POSTED = 0x10_0000L;

    private final UnitBench bench = started(CAP, ECAP);

    private String askIndex(int index) {
        return ask(bench, SID, address(index, false), 0);
    }

    // Posting.

    private void postedEntry(int vector, boolean urgent) {
        long lo = RemapEntry.P.mask() | RemapEntry.IM.mask() | RemapEntry.VECTOR.set(0, vector);
        lo = RemapEntry.Posted.PDA_LO.set(lo, POSTED >>> 6) | (urgent ? RemapEntry.Posted.URG.mask() : 0);
        entry(bench, 0, lo, 0);
    }

    private long control() {
        return bench.memory.get(POSTED + PostedDescriptor.CONTROL_OFFSET);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "63, 0", "64, 8", "0x51, 8", "255, 24"})
    void aVectorIsPostedAndTheFirstIsNotified(String vector, int word) {
        int number = Integer.decode(vector);
        postedEntry(number, false);
        bench.memory.put(POSTED + 32, 0x0000_0700_00f2_0000L);
        assertThat(askIndex(0)).isEqualTo("posted");
        assertThat(bench.memory.get(POSTED + word)).isEqualTo(1L << number % 64);
        assertThat(PostedDescriptor.ON.isSet(control())).isTrue();
        assertThat(bench.sent).containsExactly("fee07000 f2");
        assertThat(askIndex(0)).isEqualTo("posted");
        assertThat(bench.sent).hasSize(1);
    }

    @Test
    void aNotificationGoesTo32BitsInExtendedMode() {
        bench.write64(IRTA, ENTRIES | 7 | 1 << 11);
        bench.command(SIRTP);
        postedEntry(0x51, false);
        bench.memory.put(POSTED + 32, 0x1234_5607_00f2_0000L);
        askIndex(0);
        assertThat(bench.sent).containsExactly("12345600fee07000 f2");
    }

    /** SN holds notifications back, but not urgent ones. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, true"})
    void suppression(boolean urgent, boolean notified) {
        postedEntry(0x51, urgent);
        bench.memory.put(POSTED + 32, PostedDescriptor.SN.mask());
        assertThat(askIndex(0)).isEqualTo("posted");
        assertThat(bench.memory.get(POSTED + 8)).isEqualTo(1L << 0x51 % 64);
        assertThat(bench.sent).hasSize(notified ? 1 : 0);
        assertThat(PostedDescriptor.ON.isSet(control())).isEqualTo(notified);
    }

    @Test
    void aDescriptorCanBeWrong() {
        postedEntry(0x51, false);
        for (int bit = 0; bit < 64; bit++) {
            bench.memory.put(POSTED + 32, 1L << bit);
            // Of the destination 47:40 count, as of an entry.
            boolean reserved = (bit > 1 && bit < 16) || (bit > 23 && bit < 40) || bit > 47;
            assertThat(askIndex(0)).as("bit " + bit).isEqualTo(reserved ? "28 sid 20 index 0" : "posted");
        }
        bench.memory.put(POSTED + 32, 0);
        bench.memory.setReadOnly(POSTED >>> 12);
        assertThat(askIndex(0)).isEqualTo("27 sid 20 index 0");
    }

    @Test
    void theDestinationIsOf32BitsInExtendedMode() {
        bench.write64(IRTA, ENTRIES | 7 | 1 << 11);
        bench.command(SIRTP);
        postedEntry(0x51, false);
        for (int bit = 32; bit < 64; bit++) {
            bench.memory.put(POSTED + 32, 1L << bit);
            assertThat(askIndex(0)).as("bit " + bit).isEqualTo("posted");
        }
    }

    /** FPD of the entry silences what is wrong with its descriptor, too. */
    @Test
    void aWrongDescriptorCanBeSilenced() {
        long lo = RemapEntry.P.mask() | RemapEntry.IM.mask() | RemapEntry.FPD.mask();
        entry(bench, 0, RemapEntry.Posted.PDA_LO.set(lo, POSTED >>> 6), 0);
        bench.memory.put(POSTED + 32, 4);
        assertThat(askIndex(0)).isEqualTo("28 unrecorded");
        bench.memory.put(POSTED + 32, 0);
        bench.memory.setReadOnly(POSTED >>> 12);
        assertThat(askIndex(0)).isEqualTo("27 unrecorded");
        entry(bench, 1, lo, 1L << 32);
        assertThat(askIndex(1)).isEqualTo("27 unrecorded");
    }

    // The interrupt entry cache.

    @Test
    void anEntryIsServedFromTheCacheUntilItIsInvalidated() {
        entry(bench, 4, LO, 0);
        assertThat(askIndex(4)).isEqualTo("51 to 3");
        entry(bench, 4, 0, 0);
        assertThat(askIndex(4)).isEqualTo("51 to 3");
        assertThat(askIndex(5)).isEqualTo("22 sid 20 index 5");
        bench.invalidate(4 | 1 << 4 | 5L << 32, 0);
        assertThat(askIndex(4)).isEqualTo("51 to 3");
        bench.invalidate(4 | 1 << 4 | 4L << 32, 0);
        assertThat(askIndex(4)).isEqualTo("22 sid 20 index 4");
    }

    /** IM leaves out low bits of the index; global takes all; SIRTP only where CAP.ESIRTPS says so. */
    @ParameterizedTest
    @CsvSource({
        "'1 0 6', false",
        "'1 1 6', true",
        "'1 1 4', false",
        "'1 3 0', true",
        "'1 15 0', true",
        "'1 31 ff00', true",
        "'0 0 ff00', true",
    })
    void invalidationByIndex(String words, boolean gone) {
        String[] parts = words.split(" ");
        entry(bench, 7, LO, 0);
        askIndex(7);
        entry(bench, 7, 0, 0);
        long lo = 4 | Long.parseLong(parts[0]) << 4 | Long.parseLong(parts[1]) << 27;
        bench.invalidate(lo | Long.parseLong(parts[2], 16) << 32, 0);
        assertThat(askIndex(7)).isEqualTo(gone ? "22 sid 20 index 7" : "51 to 3");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void sirtpInvalidatesIfItSaysSo(boolean says) {
        UnitBench unit = started(Cap.ESIRTPS.set(CAP, says ? 1 : 0), ECAP);
        entry(unit, 7, LO, 0);
        ask(unit, SID, address(7, false), 0);
        entry(unit, 7, 0, 0);
        unit.command(SIRTP);
        assertThat(ask(unit, SID, address(7, false), 0)).isEqualTo(says ? "22 sid 20 index 7" : "51 to 3");
    }

    /** Absent entries are cached in caching mode only. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void absenceIsCachedInCachingMode(boolean caching) {
        UnitBench unit = started(Cap.CM.set(CAP, caching ? 1 : 0), ECAP);
        assertThat(ask(unit, SID, address(7, false), 0)).isEqualTo("22 sid 20 index 7");
        entry(unit, 7, LO, 0);
        assertThat(ask(unit, SID, address(7, false), 0)).isEqualTo(caching ? "22 sid 20 index 7" : "51 to 3");
    }

    /** A unit that does not serve them remembers all versions, newest last, and forgets the oldest when there are too many. */
    @Test
    void fetchedVersionsAreRemembered() {
        UnitBench unit = new UnitBench(new UnitOptions(
                UnitBench.capabilities(CAP, ECAP),
                CachePolicy.recorded(),
                Deviations.NONE,
                new UnitOptions.Sizes(1, 1, 1, 1, 3),
                List.of()));
        unit.write64(IRTA, ENTRIES | 7);
        unit.command(SIRTP);
        unit.command(IRE);
        for (int vector : new int[] {0x41, 0x42, 0x41, 0x43, 0x44}) {
            entry(unit, 7, 1 | (long) vector << 16, 0x40000 | SID);
            assertThat(ask(unit, SID, address(7, false), 0)).isEqualTo(Integer.toHexString(vector) + " to 0");
        }
        StringBuilder found = new StringBuilder();
        int at = unit.unit.fetchedEntry(unit.s, address(7, false), 0, 0);
        while (at >= 0) {
            found.append(text(unit, unit.unit.byFetchedEntry(unit.s, at, SID))).append("; ");
            at = unit.unit.fetchedEntry(unit.s, address(7, false), 0, at + 1);
        }
        assertThat(found).hasToString("42 to 0; 43 to 0; 44 to 0; ");
        assertThat(InterruptAnswer.OUTCOME.get(unit.unit.byFetchedEntry(unit.s, 0, SID + 1)))
                .isEqualTo(0x26);
        assertThat(unit.unit.fetchedEntry(unit.s, address(6, false), 0, 0)).isEqualTo(-1);
        assertThat(unit.unit.fetchedEntry(unit.s, 0xfee07000L, 0, 0)).isEqualTo(-1);
        assertThat(unit.unit.fetchedEntry(unit.s, address(7, true), 0x10000, 0)).isEqualTo(-1);
        unit.write32(GCMD, 0);
        assertThat(unit.unit.fetchedEntry(unit.s, address(7, false), 0, 0)).isEqualTo(-1);
    }
}
