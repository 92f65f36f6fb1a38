package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The register page: what is where, what a write changes, what GCMD does. */
class RegistersTest {
    private final UnitBench bench = UnitBench.full();

    @Test
    void onlyCapabilitiesAndTheEventMasksAreSetAtReset() {
        Map<Integer, Long> set =
                Map.of(0x0, 0x10L, 0x8, CAP, 0x10, ECAP, FECTL, 1L << 31, IECTL, 1L << 31, PECTL, 1L << 31);
        for (int offset = 0; offset < 4096; offset += 8) {
            assertThat(bench.read64(offset)).as("%x", offset).isEqualTo(set.getOrDefault(offset, 0L));
        }
    }

    /** What all ones leave in a register, and what zeros after that do. GCMD, CCMD and the IOTLB register start something. */
    @ParameterizedTest
    @CsvSource({
        "0x0,   0x10",
        "0x8,   0x1cd2038c2238000000",
        "0x20,  0xfffffffffffffc00",
        "0x34,  0x0",
        "0x38,  0x80000000",
        "0x3c,  0xffff",
        "0x40,  0xfffffffc",
        "0x44,  0xffffffff",
        "0x80,  0x0",
        "0x88,  0x7fff0",
        "0x90,  0xfffffffffffff807",
        "0x9c,  0x0",
        "0xa0,  0x80000000",
        "0xa4,  0xffffffff",
        "0xa8,  0xfffffffc",
        "0xac,  0xffffffff",
        "0xb8,  0xfffffffffffff80f",
        "0xf0,  0x0",
        "0x220, 0x0",
        "0x228, 0x0",
        "0x100, 0x0",
        "0xff8, 0x0",
    })
    void aWriteChangesWhatIsWritable(String offset, String all) {
        int at = Integer.decode(offset);
        int size = at % 8 == 0 && at != FECTL && at != IECTL && at != FEADDR && at != IEADDR ? 8 : 4;
        long before = bench.unit.read(bench.s, at, size);
        bench.unit.write(bench.s, at, size, -1L);
        long expected = at == 0x8 ? CAP : Long.parseUnsignedLong(all.substring(2), 16);
        assertThat(bench.unit.read(bench.s, at, size)).isEqualTo(expected);
        bench.unit.write(bench.s, at, size, 0);
        boolean writable = before != expected || at == FECTL || at == IECTL;
        assertThat(bench.unit.read(bench.s, at, size)).isEqualTo(writable ? 0 : before);
    }

    @Test
    void halvesOfARegisterAreWrittenAlone() {
        bench.write64(RTADDR, 0x1122334455667c00L);
        bench.write32(RTADDR + 4, 0xaabbccddL);
        assertThat(bench.read64(RTADDR)).isEqualTo(0xaabbccdd55667c00L);
        bench.write32(RTADDR, 0x1000);
        assertThat(bench.read64(RTADDR)).isEqualTo(0xaabbccdd00001000L);
        assertThat(bench.read32(RTADDR + 4)).isEqualTo(0xaabbccddL);
        bench.write32(FEDATA, 0x41);
        bench.write32(FECTL, 0);
        assertThat(bench.read32(FEDATA)).isEqualTo(0x41);
        assertThat(bench.read64(FECTL)).isEqualTo(0x41L << 32);
    }

    @Test
    void otherSizesAndPlacesAreIgnored() {
        long[] before = bench.s.clone();
        for (int offset : new int[] {-8, -4, 4096, 4100, 4095, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            for (int size : new int[] {4, 8}) {
                bench.unit.write(bench.s, offset, size, -1L);
                assertThat(bench.unit.read(bench.s, offset, size)).isZero();
            }
        }
        for (int size : new int[] {-4, 0, 1, 2, 3, 16}) {
            bench.unit.write(bench.s, RTADDR, size, -1L);
            assertThat(bench.unit.read(bench.s, 0x8, size)).isZero();
        }
        bench.unit.write(bench.s, RTADDR + 1, 4, -1L);
        bench.unit.write(bench.s, RTADDR + 4, 8, -1L);
        assertThat(bench.unit.read(bench.s, 0xc, 8)).isZero();
        assertThat(bench.s).isEqualTo(before);
    }

    @Test
    void levelBitsFollowEveryWriteAndOneShotBitsStay() {
        bench.write32(GCMD, TE | IRE | QIE | CFI);
        assertThat(bench.read32(GSTS))
                .isEqualTo(Gsts.TES.mask() | Gsts.IRES.mask() | Gsts.QIES.mask() | Gsts.CFIS.mask());
        bench.write32(GCMD, QIE | SRTP);
        assertThat(bench.read32(GSTS)).isEqualTo(Gsts.QIES.mask() | Gsts.RTPS.mask());
        bench.write32(GCMD, SIRTP);
        assertThat(bench.read32(GSTS)).isEqualTo(Gsts.RTPS.mask() | Gsts.IRTPS.mask());
        bench.write32(GCMD, 0);
        assertThat(bench.read32(GSTS)).isEqualTo(Gsts.RTPS.mask() | Gsts.IRTPS.mask());
        assertThat(bench.read32(GCMD)).isZero();
    }

    /** Without ECAP.QI there is no queue; what is invalidated is by registers. */
    @Test
    void aUnitMayHaveNoQueue() {
        UnitBench without = new UnitBench(UnitBench.options(CAP, Ecap.QI.set(ECAP, 0)));
        for (int offset : new int[] {IQH, IQT, IQA, ICS & ~7, IECTL, IEADDR}) {
            without.write64(offset, -1L);
            assertThat(without.read64(offset))
                    .as("0x" + Integer.toHexString(offset))
                    .isZero();
        }
        without.write32(GCMD, QIE | SRTP);
        assertThat(without.read32(GSTS)).isEqualTo(Gsts.RTPS.mask());
        without.write64(CCMD, 5L << 61);
        assertThat(without.read64(CCMD)).as("CAIG").isEqualTo(1L << 61 | 1L << 59);
        assertThat(without.sent).isEmpty();
    }

    /** GSTS is read only, and the upper half of a write of 8 bytes at GCMD is not GCMD. */
    @Test
    void statusIsNotWritten() {
        bench.write32(GSTS, -1L);
        assertThat(bench.read32(GSTS)).isZero();
        bench.write64(GCMD, -1L << 32);
        assertThat(bench.read32(GSTS)).isZero();
        bench.write64(GCMD, IRE);
        assertThat(bench.read32(GSTS)).isEqualTo(Gsts.IRES.mask());
    }

    /** The write buffer and fault logs: there are none. */
    @Test
    void whatTheUnitDoesNotHaveIsIgnored() {
        bench.write32(GCMD, 1L << 27 | 1L << 28 | 1L << 29 | 0x7fffff);
        assertThat(bench.read32(GSTS)).isZero();
        UnitBench bare = new UnitBench(UnitBench.options(Cap.SAGAW.set(CAP, 0), 0xf00 | Ecap.QI.mask()));
        bare.write32(GCMD, TE | IRE | CFI);
        assertThat(bare.read32(GSTS)).isZero();
        UnitBench legacy = new UnitBench(UnitBench.options(CAP, 0xf00 | Ecap.QI.mask()));
        legacy.write32(GCMD, TE | IRE | CFI);
        assertThat(legacy.read32(GSTS)).isEqualTo(Gsts.TES.mask());
        UnitBench passing = new UnitBench(new UnitOptions(
                UnitBench.capabilities(CAP, ECAP),
                CachePolicy.specified(),
                Deviations.of(Deviation.COMPATIBILITY_PASSES),
                UnitOptions.Sizes.usual(),
                List.of()));
        passing.write32(GCMD, IRE | CFI);
        assertThat(passing.read32(GSTS)).isEqualTo(Gsts.IRES.mask());
    }

    /** RTADDR counts when SRTP takes it, not before; TE may be on then. */
    @Test
    void theRootIsTakenBySrtp() {
        bench.legacy();
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        bench.write64(RTADDR, 0x80000000L);
        bench.invalidate(0x11, 0);
        bench.invalidate(0x12, 0);
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        bench.command(SRTP);
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("fault 8 sid 20 1000 r");
        bench.write64(RTADDR, ROOT);
        bench.command(SRTP);
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
    }

    @Test
    void withoutTranslationAddressesAreUsedAsTheyAre() {
        assertThat(bench.ask(0x123456789aL, Access.WRITE)).isEqualTo("ok 123456789a");
        assertThat(bench.ask(SID, 7, 0x123456789aL, Access.WRITE)).isEqualTo("ok 123456789a");
        assertThat(bench.ask(0xfee00000L, Access.WRITE)).isEqualTo("interrupt");
        bench.legacy();
        bench.write32(GCMD, 0);
        assertThat(bench.ask(ADDRESS, Access.WRITE)).isEqualTo("ok 1000");
    }

    @Test
    void impossibleUnitsAreRefused() {
        assertThatThrownBy(() -> UnitBench.options(Cap.FRO.set(CAP, 0x4), ECAP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("overlap");
        assertThatThrownBy(() -> UnitBench.options(Cap.FRO.set(CAP, 0xe), ECAP))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UnitBench.options(Cap.FRO.set(CAP, 0xfd), ECAP))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UnitBench.options(CAP, Ecap.IRO.set(ECAP, 0x1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UnitBench.options(CAP, Ecap.IRO.set(ECAP, 0x100)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave the page");
        assertThat(new UnitBench(UnitBench.options(Cap.FRO.set(CAP, 0xfb), Ecap.IRO.set(ECAP, 0xff))).read64(0xff0))
                .isZero();
        assertThatThrownBy(() -> UnitOptions.of(new Capabilities(CAP, ECAP, 53, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("52 bits");
        assertThatThrownBy(() -> new UnitOptions.Sizes(0, 0, -1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UnitOptions.Sizes(0, 0, 1 << 17, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CachePolicy(
                        CachePolicy.Order.TRANSLATIONS_FIRST,
                        false,
                        CachePolicy.Shortfall.REWALK,
                        true,
                        true,
                        false,
                        true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
