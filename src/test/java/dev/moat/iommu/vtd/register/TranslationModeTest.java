package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Ccmd;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.Fsts;
import dev.moat.iommu.vtd.format.Registers.IotlbCommand;
import dev.moat.iommu.vtd.format.Registers.Iqa;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What depends on the mode of translation in use, or on whether the unit has scalable mode. */
class TranslationModeTest {
    private static UnitBench with(long ecap, @Nullable Deviation deviation) {
        UnitOptions usual = UnitBench.options(CAP, ecap);
        Deviations deviations = deviation == null ? Deviations.NONE : Deviations.of(deviation);
        return new UnitBench(
                new UnitOptions(usual.capabilities(), usual.policy(), deviations, usual.sizes(), usual.requesters()));
    }

    /** Commands by registers are legacy mode's alone; some units take them in any mode. */
    @ParameterizedTest
    @CsvSource({
        "0,   , 1",
        "400, , 0",
        "800, , 0",
        "c00, , 0",
        "400, COMMAND_REGISTERS_IN_ANY_MODE, 1",
        "c00, COMMAND_REGISTERS_IN_ANY_MODE, 1"
    })
    void commandsAreOfLegacyMode(String mode, @Nullable Deviation deviation, int done) {
        UnitBench bench = with(ECAP, deviation);
        bench.start(UnitBench.ROOT | Long.parseLong(mode, 16));
        bench.write64(CCMD, Ccmd.CIRG.set(Ccmd.ICC.mask(), 1));
        assertThat(Ccmd.CAIG.get(bench.read64(CCMD))).isEqualTo(done);
        assertThat(Ccmd.ICC.isSet(bench.read64(CCMD))).isFalse();
        bench.write64(IOTLB, IotlbCommand.IIRG.set(IotlbCommand.IVT.mask(), 1));
        assertThat(IotlbCommand.IAIG.get(bench.read64(IOTLB))).isEqualTo(done);
        assertThat(IotlbCommand.IVT.isSet(bench.read64(IOTLB))).isFalse();
    }

    /** What the commands are to take away stays in scalable mode. */
    @Test
    void commandsTakeNothingAwayInScalableMode() {
        UnitBench bench = with(ECAP, null);
        bench.scalable(PasidEntry.SECOND_LEVEL);
        bench.ask(ADDRESS, Access.READ);
        bench.memory.put(place(SECOND, 1), second(0x2000));
        bench.write64(CCMD, Ccmd.CIRG.set(Ccmd.ICC.mask(), 1));
        bench.write64(IOTLB, IotlbCommand.IIRG.set(IotlbCommand.IVT.mask(), 1));
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
    }

    /** Descriptors of 256 bits are of units with scalable mode: elsewhere the first one of them is an error. Some units do not look. */
    @ParameterizedTest
    @CsvSource({"true, , true", "false, , false", "false, WIDE_QUEUE_IGNORED, true"})
    void wideQueuesNeedScalableMode(boolean scalable, @Nullable Deviation deviation, boolean done) {
        UnitBench bench = with(Ecap.SMTS.set(Ecap.PRS.set(ECAP, 0), scalable ? 1 : 0), deviation);
        bench.start(UnitBench.ROOT);
        bench.startQueue(true);
        assertThat(Fsts.IQE.isSet(bench.read32(FSTS))).as("nothing is queued").isFalse();
        bench.memory.put(QUEUE, Descriptors.iotlbGlobal());
        bench.memory.put(QUEUE + 16, deviation == null ? 0 : Descriptors.iotlbGlobal());
        bench.write64(IQT, 32);
        assertThat(Fsts.IQE.isSet(bench.read32(FSTS))).isEqualTo(!done);
        assertThat(bench.read64(IQH)).isEqualTo(done ? 32 : 0);
        assertThat(Iqa.DW.isSet(bench.read64(IQA))).as("as written").isTrue();
    }

    /** The reason is that of the mode in use, or of the unit. */
    @ParameterizedTest
    @CsvSource({"false, fault e, fault 87", "true, fault 87, fault 87"})
    void interruptsAreRefusedWithTheReasonOfTheMode(boolean scalable, String without, String with) {
        String rest = " sid 20 1000 r";
        long leaf = second(0xfee00);
        assertThat(answer(with(ECAP, null), scalable, leaf)).isEqualTo(without + rest);
        UnitBench other = with(ECAP, Deviation.INTERRUPT_REASON_BY_UNIT);
        assertThat(answer(other, scalable, leaf)).isEqualTo(with + rest);
    }

    private static String answer(UnitBench bench, boolean scalable, long leaf) {
        if (scalable) {
            bench.scalable(PasidEntry.SECOND_LEVEL);
        } else {
            bench.legacy();
        }
        bench.memory.put(place(SECOND, 1), leaf);
        return bench.ask(ADDRESS, Access.READ);
    }

    /** The snoop bit of a leaf is there with ECAP.SC; where the unit has scalable mode some take it without. */
    @ParameterizedTest
    @CsvSource({
        "true,  false, fault c sid 20 1000 r, ok 1000000",
        "true,  true,  ok 1000000,            ok 1000000",
        "false, false, fault c sid 20 1000 r, fault c sid 20 1000 r"
    })
    void aLeafMaySnoop(boolean scalable, boolean snoops, String without, String with) {
        long ecap = Ecap.SC.set(Ecap.SMTS.set(ECAP, scalable ? 1 : 0), snoops ? 1 : 0);
        long leaf = second(DATA >>> 12) | SecondLevelEntry.SNP.mask();
        assertThat(answer(with(ecap, null), false, leaf)).isEqualTo(without);
        assertThat(answer(with(ecap, Deviation.SNOOP_WITH_SCALABLE_MODE), false, leaf))
                .isEqualTo(with);
    }
}
