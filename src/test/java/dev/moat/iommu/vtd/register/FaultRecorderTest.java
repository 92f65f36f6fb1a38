package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Fsts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fault records, the fault status and the fault event. Four records; each source-id here has no root entry. */
class FaultRecorderTest {
    private final UnitBench bench = UnitBench.full();

    FaultRecorderTest() {
        bench.legacy();
        bench.write32(FEDATA, 0x31);
        bench.write32(FEADDR, 0xfee02000L);
        bench.write32(FEUADDR, 0x1);
        bench.write32(FECTL, 0);
    }

    private void fault(int sid, long address) {
        assertThat(DmaAnswer.isFault(bench.unit.dma(bench.s, sid, Access.NO_PASID, address, Access.WRITE)))
                .isTrue();
    }

    private String record(int index) {
        return UnitBench.fault(bench.read64(FRCD + 16 * index), bench.read64(FRCD + 16 * index + 8));
    }

    private boolean isPending(int index) {
        return bench.read64(FRCD + 16 * index + 8) < 0;
    }

    private void clear(int index) {
        bench.write32(FRCD + 16 * index + 12, 1L << 31);
    }

    private String status() {
        long fsts = bench.read32(FSTS);
        return (Fsts.PPF.isSet(fsts) ? "PPF " : "") + (Fsts.PFO.isSet(fsts) ? "PFO " : "")
                + (Fsts.IQE.isSet(fsts) ? "IQE " : "") + "FRI " + Fsts.FRI.get(fsts);
    }

    @Test
    void recordsAreUsedInTurnAndTheFirstIsNamed() {
        assertThat(status()).isEqualTo("FRI 0");
        fault(0x100, 0x1000);
        fault(0x200, 0x2345);
        assertThat(record(0)).isEqualTo("1 sid 100 1000 w");
        assertThat(record(1)).isEqualTo("1 sid 200 2000 w");
        assertThat(status()).isEqualTo("PPF FRI 0");
        clear(0);
        assertThat(status()).isEqualTo("PPF FRI 0");
        assertThat(isPending(1)).isTrue();
        clear(1);
        assertThat(status()).isEqualTo("FRI 0");
        fault(0x300, 0x3000);
        assertThat(record(2)).isEqualTo("1 sid 300 3000 w");
        assertThat(status()).isEqualTo("PPF FRI 2");
    }

    /** Faults of a requester that has a record collapse into that. */
    @Test
    void aRequesterHasOneRecord() {
        fault(0x100, 0x1000);
        fault(0x100, 0x2000);
        assertThat(record(0)).isEqualTo("1 sid 100 1000 w");
        assertThat(isPending(1)).isFalse();
        clear(0);
        fault(0x100, 0x2000);
        assertThat(record(1)).isEqualTo("1 sid 100 2000 w");
    }

    @Test
    void whatFindsNoRecordIsLostAndSetsOverflow() {
        for (int i = 1; i <= 4; i++) {
            fault(i << 8, 0x1000);
        }
        assertThat(status()).isEqualTo("PPF FRI 0");
        fault(0x100, 0x9000);
        assertThat(status()).isEqualTo("PPF FRI 0");
        fault(0x500, 0x5000);
        assertThat(status()).isEqualTo("PPF PFO FRI 0");
        clear(0);
        fault(0x500, 0x5000);
        assertThat(isPending(0)).as("nothing is recorded while overflow is set").isFalse();
        bench.write32(FSTS, 1);
        assertThat(status()).isEqualTo("PPF FRI 0");
        fault(0x500, 0x5000);
        assertThat(record(0)).isEqualTo("1 sid 500 5000 w");
        assertThat(isPending(0)).isTrue();
    }

    /** The record that is next is still in use, though others are free. */
    @Test
    void recordsAreNotSearched() {
        for (int i = 1; i <= 4; i++) {
            fault(i << 8, 0x1000);
        }
        clear(2);
        fault(0x500, 0x5000);
        assertThat(status()).isEqualTo("PPF PFO FRI 0");
        assertThat(isPending(2)).isFalse();
    }

    @Test
    void switchingTranslationOffBeginsWithTheFirstRecordAgain() {
        fault(0x100, 0x1000);
        clear(0);
        bench.write32(GCMD, 0);
        bench.command(TE);
        fault(0x200, 0x1000);
        assertThat(record(0)).isEqualTo("1 sid 200 1000 w");
    }

    /** Interrupts that are still remapped have records of their own. */
    @Test
    void theRecordsGoOnWhileInterruptsAreRemapped() {
        bench.command(IRE);
        fault(0x100, 0x1000);
        clear(0);
        bench.write32(GCMD, IRE);
        bench.command(TE | IRE);
        fault(0x200, 0x1000);
        assertThat(record(1)).isEqualTo("1 sid 200 1000 w");
        clear(1);
        bench.write32(GCMD, 0);
        bench.command(TE);
        fault(0x300, 0x1000);
        assertThat(record(0)).isEqualTo("1 sid 300 1000 w");
    }

    /** F is cleared by writing it; nothing else of a record can be written, and F cannot be set. */
    @Test
    void recordsAreReadOnlyButForF() {
        bench.write64(FRCD, -1L);
        bench.write64(FRCD + 8, -1L);
        assertThat(bench.read64(FRCD)).isZero();
        assertThat(bench.read64(FRCD + 8)).isZero();
        fault(0x100, 0x1000);
        bench.write64(FRCD, -1L);
        bench.write32(FRCD + 8, -1L);
        assertThat(isPending(0)).isTrue();
        assertThat(record(0)).isEqualTo("1 sid 100 1000 w");
        bench.write64(FRCD + 8, 0);
        assertThat(isPending(0)).isTrue();
        bench.write64(FRCD + 8, 1L << 63);
        assertThat(isPending(0)).isFalse();
        assertThat(record(0)).isEqualTo("1 sid 100 1000 w");
    }

    /** PPF goes with the records; the rest by writing ones. */
    @Test
    void statusBitsAreClearedByOnes() {
        fault(0x100, 0x1000);
        bench.write32(FSTS, 2);
        assertThat(status()).isEqualTo("PPF FRI 0");
        bench.write32(FSTS, -1L);
        assertThat(status()).isEqualTo("PPF FRI 0");
        bench.write32(FSTS - 4, -1L);
        assertThat(bench.read32(FSTS - 4)).isZero();
    }

    @Test
    void theFirstFaultSendsTheEventAndLaterOnesDoNot() {
        fault(0x100, 0x1000);
        assertThat(bench.sent).containsExactly("1fee02000 31");
        fault(0x200, 0x1000);
        bench.startQueue(false);
        bench.submit(0xf);
        assertThat(bench.sent).hasSize(1);
        clear(0);
        clear(1);
        fault(0x300, 0x1000);
        assertThat(bench.sent).as("IQE is still set").hasSize(1);
        clear(2);
        bench.write64(IQT, 0);
        bench.write32(FSTS, 0x10);
        fault(0x400, 0x1000);
        assertThat(bench.sent).hasSize(2);
    }

    @Test
    void aQueueErrorIsAnEventToo() {
        bench.startQueue(false);
        bench.submit(0xf);
        assertThat(status()).isEqualTo("IQE FRI 0");
        assertThat(bench.sent).containsExactly("1fee02000 31");
    }

    @Test
    void aMaskedEventIsPendingUntilUnmaskedOrDone() {
        bench.write32(FECTL, 1L << 31);
        fault(0x100, 0x1000);
        assertThat(bench.read32(FECTL)).isEqualTo(3L << 30);
        assertThat(bench.sent).isEmpty();
        bench.write32(FECTL, 0);
        assertThat(bench.sent).containsExactly("1fee02000 31");
        assertThat(bench.read32(FECTL)).isZero();
        clear(0);
        bench.write32(FECTL, 1L << 31);
        fault(0x200, 0x1000);
        clear(1);
        assertThat(bench.read32(FECTL)).isEqualTo(1L << 31);
        bench.write32(FECTL, 0);
        assertThat(bench.sent).hasSize(1);
    }

    /** FPD keeps a fault from its record, its status and its event. */
    @Test
    void whatIsSuppressedLeavesNothing() {
        bench.memory.put(CONTEXT + 16 * SID, 2);
        assertThat(DmaAnswer.isFault(bench.dma(ADDRESS, Access.READ))).isTrue();
        assertThat(status()).isEqualTo("FRI 0");
        assertThat(bench.sent).isEmpty();
    }

    /** In scalable mode FPD of any entry on the way counts. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 71", // no entry has FPD
        "101400, 2, none", // the context entry
        "110000, 2, none", // the directory entry
        "120000, 2, none", // the PASID entry
        "101400, 3, none", // present already; the sum of both
        "101400, 20, 42", // a reserved bit
        "101400, 22, none" // and FPD
    })
    void anyEntryOnTheWayMaySilence(String address, String bits, String reason) {
        UnitBench scalable = UnitBench.uncached();
        scalable.scalable(PasidEntry.FIRST_LEVEL);
        long at = Long.parseLong(address, 16);
        scalable.memory.put(at, scalable.memory.get(at) | Long.parseLong(bits, 16));
        assertThat(DmaAnswer.isFault(scalable.dma(ADDRESS + 0x4000, Access.READ)))
                .isTrue();
        String found = UnitBench.fault(scalable.read64(FRCD), scalable.read64(FRCD + 8));
        boolean recorded = scalable.read64(FRCD + 8) < 0;
        assertThat(recorded ? found.substring(0, 2) : "none").isEqualTo(reason);
        assertThat(Fsts.PPF.isSet(scalable.read32(FSTS))).isEqualTo(recorded);
    }
}
