package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cached translation or table allows: no more than the tables did, and what a request short of rights gets. */
class CachedRightsTest {
    private static final long NEXT = ADDRESS + 0x1000;

    private final UnitBench bench = UnitBench.full();

    private static UnitBench with(CachePolicy policy) {
        return new UnitBench(new UnitOptions(
                UnitBench.capabilities(CAP, ECAP), policy, Deviations.NONE, UnitOptions.Sizes.usual(), List.of(SID)));
    }

    private String ask(int sid, long pasid, long address) {
        return bench.ask(sid, pasid, address, Access.READ);
    }

    private String ask(long address) {
        return ask(SID, Access.NO_PASID, address);
    }

    /** Rights that a cached table lacks stay lacking. */
    @Test
    void rightsAboveACachedTableCount() {
        bench.legacy();
        bench.memory.put(place(SECOND, 3), second((SECOND >>> 12) + 3) & ~SecondLevelEntry.W.mask());
        ask(ADDRESS);
        bench.memory.put(place(SECOND, 1) + 8, second(0x3000));
        assertThat(bench.ask(NEXT, Access.WRITE)).isEqualTo("fault 5 sid 20 2000 w");
        bench.scalable(PasidEntry.FIRST_LEVEL);
        bench.memory.put(place(FIRST, 3), first((FIRST >>> 12) + 3) & ~FirstLevelEntry.RW.mask());
        ask(ADDRESS);
        bench.memory.put(place(FIRST, 1) + 8, first(0x3000));
        assertThat(bench.ask(NEXT, Access.WRITE)).isEqualTo("fault 85 sid 20 2000 w");
    }

    /** Execute-disable above a cached table counts as well. */
    @Test
    void executeDisableAboveACachedTableCounts() {
        bench.scalable(PasidEntry.FIRST_LEVEL);
        bench.memory.put(CONTEXT + 32 * SID + 8, 5);
        bench.memory.put(PASIDS + 16, bench.memory.get(PASIDS + 16) | PasidEntry.ERE.mask() | PasidEntry.NXE.mask());
        bench.memory.put(place(FIRST, 2), first((FIRST >>> 12) + 4, FirstLevelEntry.XD));
        assertThat(ask(SID, 0, ADDRESS)).isEqualTo("ok 1000000");
        bench.memory.put(place(FIRST, 1) + 8, first(0x3000));
        assertThat(bench.ask(SID, 0, NEXT, Access.EXECUTE)).isEqualTo("fault 82 sid 20 2000 r pasid 0 exe");
        assertThat(bench.ask(SID, 0, ADDRESS, Access.EXECUTE)).isEqualTo("fault 82 sid 20 1000 r pasid 0 exe");
        assertThat(bench.ask(SID, 0, ADDRESS, Access.READ)).isEqualTo("ok 1000000");
    }

    /** A page cached for reading, whose leaf now allows writing too: three answers to a write. */
    @ParameterizedTest
    @CsvSource({"REWALK, ok 1000000", "FAULT, fault 5 sid 20 1000 w", "SILENT, short"})
    void aHitWithoutTheRight(CachePolicy.Shortfall shortfall, String answer) {
        UnitBench unit = with(CachePolicy.specified().answering(shortfall));
        unit.legacy();
        unit.memory.put(place(SECOND, 1), second(DATA >>> 12) & ~SecondLevelEntry.W.mask());
        unit.ask(ADDRESS, Access.READ);
        unit.memory.put(place(SECOND, 1), second(DATA >>> 12));
        assertThat(unit.ask(ADDRESS, Access.WRITE)).isEqualTo(answer);
        assertThat(unit.takeFault()).isEqualTo("-");
    }

    /** The fault of a hit is that of the tables: reading, writing, executing, of either format. */
    @Test
    void theFaultOfAHitIsThatOfTheTables() {
        UnitBench unit = with(CachePolicy.specified().answering(CachePolicy.Shortfall.FAULT));
        unit.scalable(PasidEntry.FIRST_LEVEL);
        unit.memory.put(CONTEXT + 32 * SID + 8, 5);
        unit.memory.put(PASIDS + 16, unit.memory.get(PASIDS + 16) | PasidEntry.ERE.mask() | PasidEntry.NXE.mask());
        unit.memory.put(place(FIRST, 1), first(DATA >>> 12, FirstLevelEntry.XD) & ~FirstLevelEntry.RW.mask());
        assertThat(unit.ask(SID, 0, ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        unit.memory.put(place(FIRST, 1), first(DATA >>> 12));
        assertThat(unit.ask(SID, 0, ADDRESS, Access.WRITE)).startsWith("fault 85 ");
        assertThat(unit.ask(SID, 0, ADDRESS, Access.EXECUTE)).startsWith("fault 82 ");
        unit.pasid(1, PasidEntry.SECOND_LEVEL, DID + 1);
        unit.memory.put(place(SECOND, 1), second(DATA >>> 12) & ~SecondLevelEntry.R.mask());
        assertThat(unit.ask(SID, 1, ADDRESS, Access.WRITE)).isEqualTo("ok 1000000");
        assertThat(unit.ask(SID, 1, ADDRESS, Access.READ)).startsWith("fault 86 ");
    }

    /** The dirty bit is set by the first write, though a read has cached the page. */
    @ParameterizedTest
    @ValueSource(ints = {PasidEntry.FIRST_LEVEL, PasidEntry.SECOND_LEVEL})
    void theFirstWriteMarksThePage(int type) {
        bench.scalable(type);
        bench.memory.put(PASIDS, bench.memory.get(PASIDS) | PasidEntry.SLADE.mask());
        boolean first = type == PasidEntry.FIRST_LEVEL;
        long at = place(first ? FIRST : SECOND, 1);
        long accessed = first ? FirstLevelEntry.A.mask() : SecondLevelEntry.A.mask();
        long dirty = first ? FirstLevelEntry.D.mask() : SecondLevelEntry.D.mask();
        ask(ADDRESS);
        assertThat(bench.memory.get(at) & (accessed | dirty)).isEqualTo(accessed);
        bench.ask(ADDRESS, Access.WRITE);
        assertThat(bench.memory.get(at) & (accessed | dirty)).isEqualTo(accessed | dirty);
        bench.memory.put(at, bench.memory.get(at) & ~(accessed | dirty));
        bench.ask(ADDRESS, Access.WRITE);
        assertThat(bench.memory.get(at) & (accessed | dirty))
                .as("a page known to be dirty is not walked again")
                .isZero();
    }

    /** A supervisor's page does not serve a user. */
    @Test
    void supervisorsHaveTheirOwn() {
        bench.scalable(PasidEntry.FIRST_LEVEL);
        bench.memory.put(CONTEXT + 32 * SID + 8, 5);
        bench.memory.put(PASIDS + 16, bench.memory.get(PASIDS + 16) | PasidEntry.SRE.mask());
        bench.memory.put(place(FIRST, 1), first(DATA >>> 12) & ~FirstLevelEntry.US.mask());
        assertThat(bench.ask(SID, 0, ADDRESS, Access.PRIVILEGED)).isEqualTo("ok 1000000");
        assertThat(bench.ask(SID, 0, ADDRESS, Access.READ)).isEqualTo("fault 81 sid 20 1000 r pasid 0");
    }
}
