package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ccmd;
import dev.moat.iommu.vtd.format.Registers.Fsts;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Registers.IotlbCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the invalidation queue runs, stops and goes on, its interrupts, and invalidation by registers. */
class QueueTest {
    private static final long IF = Descriptors.Wait.IF.mask();

    private final UnitBench bench = UnitBench.full();

    private boolean isStopped() {
        return Fsts.IQE.isSet(bench.read32(FSTS));
    }

    private void put(int slot, long lo, long hi) {
        bench.memory.put(QUEUE + 16L * slot, lo);
        bench.memory.put(QUEUE + 16L * slot + 8, hi);
    }

    private void putWait(int slot, int data) {
        put(slot, Descriptors.waitStatus(data), STATUS);
    }

    @Test
    void descriptorsAreExecutedInOrderAndTheStatusTellsThemApart() {
        for (int slot = 0; slot < 5; slot++) {
            put(slot, Descriptors.waitStatus(slot + 1), STATUS + 4L * slot);
        }
        bench.startQueue(false);
        bench.write64(IQT, 0x30);
        assertThat(bench.read64(IQH)).isEqualTo(0x30);
        assertThat(bench.memory.get(STATUS)).isEqualTo(0x2_0000_0001L);
        assertThat(bench.memory.get(STATUS + 8)).isEqualTo(3);
        bench.write64(IQT, 0x50);
        assertThat(bench.memory.get(STATUS + 8)).isEqualTo(0x4_0000_0003L);
        assertThat(bench.memory.get(STATUS + 16)).isEqualTo(5);
    }

    /** A page of descriptors of either size, and around its end. */
    @ParameterizedTest
    @CsvSource({"false, 16, 0", "true, 32, 0", "false, 16, 1", "true, 32, 3"})
    void theQueueGoesRound(boolean wide, int bytes, int order) {
        bench.startQueue(wide);
        bench.write64(IQA, QUEUE | order | (wide ? 1 << 11 : 0));
        bench.write32(GCMD, 0);
        bench.command(QIE);
        long size = 4096L << order;
        for (long at = 0; at < size; at += bytes) {
            bench.memory.put(QUEUE + at, Descriptors.waitStatus((int) at + 1));
            bench.memory.put(QUEUE + at + 8, STATUS + 0x10000);
        }
        bench.write64(IQT, size - bytes);
        assertThat(bench.read64(IQH)).isEqualTo(size - bytes);
        assertThat(bench.memory.get(STATUS + 0x10000)).isEqualTo(size - 2 * bytes + 1);
        bench.write64(IQT, bytes);
        assertThat(bench.read64(IQH)).isEqualTo(bytes);
        assertThat(bench.memory.get(STATUS + 0x10000)).isEqualTo(1);
        bench.write64(IQT, size);
        assertThat(isStopped()).isTrue();
        assertThat(bench.read64(IQH)).isEqualTo(bytes);
    }

    /** A tail that names no descriptor stops the queue before anything is executed. */
    @ParameterizedTest
    @CsvSource({"false, 0x1000", "false, 0x7fff0", "true, 0x1000", "true, 0x10", "true, 0x30"})
    void aTailThatNamesNoDescriptorStopsTheQueue(boolean wide, String tail) {
        putWait(0, 1);
        putWait(wide ? 2 : 1, 1);
        bench.startQueue(wide);
        bench.write64(IQT, Long.decode(tail));
        assertThat(isStopped()).isTrue();
        assertThat(bench.read64(IQH)).isZero();
        assertThat(bench.memory.get(STATUS)).isZero();
    }

    @Test
    void anErrorStopsTheQueueUntilItIsCleared() {
        putWait(0, 1);
        put(1, 0xf, 0);
        putWait(2, 2);
        bench.startQueue(false);
        bench.write64(IQT, 0x30);
        assertThat(isStopped()).isTrue();
        assertThat(bench.read64(IQH)).isEqualTo(0x10);
        assertThat(bench.memory.get(STATUS)).isEqualTo(1);
        putWait(3, 3);
        bench.write64(IQT, 0x40);
        assertThat(bench.memory.get(STATUS)).isEqualTo(1);
        put(1, 0x11, 0);
        bench.write32(FSTS, 0x10);
        assertThat(isStopped()).isFalse();
        assertThat(bench.read64(IQH)).isEqualTo(0x40);
        assertThat(bench.memory.get(STATUS)).isEqualTo(3);
    }

    /** Nothing has changed, so it stops again at once. */
    @Test
    void clearingTheErrorAloneIsNotEnough() {
        put(0, 0xf, 0);
        bench.startQueue(false);
        bench.write64(IQT, 0x10);
        bench.write32(FSTS, 0x10);
        assertThat(isStopped()).isTrue();
        assertThat(bench.read64(IQH)).isZero();
    }

    /** Waits whose status goes into the queue: a slot is what it is when its turn comes, and is executed once a round. */
    @Test
    void aQueueThatPointsAtItself() {
        bench.startQueue(false);
        // The first makes a wait of the second; the third spoils itself, too late for this round.
        put(0, Descriptors.waitStatus((int) Descriptors.waitStatus(0)), QUEUE + 0x10);
        put(1, 7L << 32 | 0xf, STATUS);
        put(2, Descriptors.waitStatus(0xf), QUEUE + 0x20);
        for (int slot = 3; slot < 256; slot++) {
            putWait(slot, slot);
        }
        bench.write64(IQT, 0x30);
        assertThat(isStopped()).isFalse();
        assertThat(bench.read64(IQH)).isEqualTo(0x30);
        assertThat(bench.memory.get(STATUS)).isEqualTo(7);
        assertThat(bench.memory.get(QUEUE + 0x20) & 0xffffffffL).isEqualTo(0xf);
        bench.write64(IQT, 0x20);
        assertThat(isStopped()).isFalse();
        assertThat(bench.read64(IQH)).isEqualTo(0x20);
        bench.write64(IQT, 0x30);
        assertThat(isStopped()).isTrue();
        assertThat(bench.read64(IQH)).isEqualTo(0x20);
    }

    @Test
    void aQueueThatCannotBeReadStops() {
        bench.write64(IQA, END);
        bench.command(QIE);
        bench.write64(IQT, 0x10);
        assertThat(isStopped()).isTrue();
        bench.write64(IQT, 0);
        bench.write32(FSTS, 0x10);
        bench.write32(GCMD, 0);
        // The last page of memory has a queue.
        bench.write64(IQA, END - 0x1000 | 1 << 11);
        bench.command(QIE);
        bench.memory.put(END - 0x1000, 0x11);
        bench.write64(IQT, 0x20);
        assertThat(isStopped()).isFalse();
        assertThat(bench.read64(IQH)).isEqualTo(0x20);
    }

    @Test
    void aStatusThatCannotBeWrittenStopsTheQueue() {
        bench.memory.setReadOnly(STATUS >>> 12);
        putWait(0, 1);
        bench.startQueue(false);
        bench.write64(IQT, 0x10);
        assertThat(isStopped()).isTrue();
        put(0, Descriptors.waitStatus(1), END + 0x1000);
        bench.write32(FSTS, 0x10);
        assertThat(isStopped()).isTrue();
    }

    /** What QIE took from IQA counts until the queue is off; it goes off only when nothing is left. */
    @Test
    void theQueueIsTakenBySwitchingOn() {
        put(0, 0xf, 0);
        bench.startQueue(false);
        bench.write64(IQA, STATUS);
        bench.write64(IQT, 0x10);
        assertThat(bench.read64(IQA)).isEqualTo(STATUS);
        assertThat(isStopped()).isTrue();
        bench.write32(GCMD, 0);
        assertThat(Gsts.QIES.isSet(bench.read32(GSTS))).isTrue();
        putWait(0, 7);
        bench.write32(FSTS, 0x10);
        assertThat(bench.memory.get(STATUS)).isEqualTo(7);
        bench.write32(GCMD, 0);
        assertThat(Gsts.QIES.isSet(bench.read32(GSTS))).isFalse();
        assertThat(bench.read64(IQH)).isZero();
    }

    /** Descriptors left in memory are executed once the queue is on, from the first slot. */
    @Test
    void aTailSetBeforeSwitchingOnCounts() {
        putWait(0, 1);
        bench.write64(IQT, 0x10);
        assertThat(bench.memory.get(STATUS)).isZero();
        bench.startQueue(false);
        assertThat(bench.memory.get(STATUS)).isEqualTo(1);
        assertThat(bench.read64(IQH)).isEqualTo(0x10);
    }

    @Test
    void stepsAreTakenOneByOne() {
        putWait(0, 1);
        putWait(1, 2);
        bench.startQueue(false);
        bench.unit.store(bench.s, IQT, 8, 0x20);
        assertThat(bench.memory.get(STATUS)).isZero();
        assertThat(bench.unit.step(bench.s)).isTrue();
        assertThat(bench.memory.get(STATUS)).isEqualTo(1);
        assertThat(bench.unit.step(bench.s)).isTrue();
        assertThat(bench.memory.get(STATUS)).isEqualTo(2);
        assertThat(bench.unit.step(bench.s)).isFalse();
    }

    // Completion interrupts.

    private void events(long control) {
        bench.write32(IEDATA, 0x4d);
        bench.write32(IEADDR, 0xfee01000L);
        bench.write32(IEUADDR, 0x7);
        bench.write32(IECTL, control);
    }

    @Test
    void aWaitInterruptsOnceUntilSoftwareIsDoneWithIt() {
        events(0);
        bench.startQueue(false);
        bench.submit(5 | IF);
        assertThat(bench.read32(ICS)).isEqualTo(1);
        assertThat(bench.sent).containsExactly("7fee01000 4d");
        bench.submit(5 | IF);
        assertThat(bench.sent).hasSize(1);
        bench.write32(ICS, 1);
        assertThat(bench.read32(ICS)).isZero();
        bench.submit(5 | IF | Descriptors.Wait.SW.mask() | 9L << 32, STATUS);
        assertThat(bench.memory.get(STATUS)).isEqualTo(9);
        assertThat(bench.sent).hasSize(2);
    }

    @Test
    void aMaskedInterruptStaysPendingUntilItIsUnmasked() {
        events(1L << 31);
        bench.startQueue(false);
        bench.submit(5 | IF);
        assertThat(bench.sent).isEmpty();
        assertThat(bench.read32(IECTL)).isEqualTo(3L << 30);
        bench.write32(IECTL, 1L << 31);
        assertThat(bench.sent).isEmpty();
        assertThat(bench.read32(IECTL)).isEqualTo(3L << 30);
        bench.write32(IECTL, 0);
        assertThat(bench.sent).containsExactly("7fee01000 4d");
        assertThat(bench.read32(IECTL)).isZero();
    }

    @Test
    void aPendingInterruptIsDroppedWithItsCause() {
        events(1L << 31);
        bench.startQueue(false);
        bench.submit(5 | IF);
        bench.write32(ICS, 1);
        assertThat(bench.read32(IECTL)).isEqualTo(1L << 31);
        bench.write32(IECTL, 0);
        assertThat(bench.sent).isEmpty();
    }

    /** A status that is not written is no completion either. */
    @Test
    void aWaitThatFailsDoesNotInterrupt() {
        events(0);
        bench.startQueue(false);
        bench.submit(5 | IF | Descriptors.Wait.SW.mask(), END);
        assertThat(isStopped()).isTrue();
        assertThat(bench.read32(ICS)).isZero();
        assertThat(bench.sent).isEmpty();
    }

    // Registers.

    private void command(int granularity, int sid, int did) {
        long command = Ccmd.CIRG.set(Ccmd.ICC.mask(), granularity);
        bench.write64(CCMD, Ccmd.DID.set(Ccmd.SID.set(command, sid), did));
    }

    private long flush(int granularity, int did, long iva) {
        bench.write64(IVA, iva);
        bench.write64(IOTLB, IotlbCommand.DID.set(IotlbCommand.IIRG.set(IotlbCommand.IVT.mask(), granularity), did));
        long after = bench.read64(IOTLB);
        assertThat(IotlbCommand.IVT.isSet(after)).isFalse();
        return IotlbCommand.IAIG.get(after);
    }

    @Test
    void aContextCommandReportsWhatItDid() {
        for (int granularity : new int[] {0, 1, 2, 3}) {
            command(granularity, SID, DID);
            long after = bench.read64(CCMD);
            assertThat(Ccmd.ICC.isSet(after)).isFalse();
            // Of a DID, contexts are invalidated all.
            assertThat(Ccmd.CAIG.get(after)).isEqualTo(new int[] {0, 1, 1, 3}[granularity]);
            assertThat(Ccmd.SID.get(after)).isZero();
        }
    }

    @Test
    void aTranslationCommandReportsWhatItDid() {
        assertThat(flush(0, 0, 0)).isZero();
        assertThat(flush(1, 0, 0)).isEqualTo(1);
        assertThat(flush(2, DID, 0)).isEqualTo(2);
        assertThat(flush(3, DID, 0x1000)).isEqualTo(3);
        assertThat(flush(3, DID, 0x1000 | 18)).isEqualTo(3);
        assertThat(flush(3, DID, 0x1000 | 19)).isZero();
        assertThat(bench.read64(IVA)).isZero();
        bench.startQueue(false);
        assertThat(flush(1, 0, 0)).isZero();
        UnitBench noPages = new UnitBench(UnitBench.options(Cap.PSI.set(CAP, 0), ECAP));
        noPages.write64(IOTLB, IotlbCommand.IIRG.set(IotlbCommand.IVT.mask(), 3));
        assertThat(IotlbCommand.IAIG.get(noPages.read64(IOTLB))).isZero();
    }

    @Test
    void commandsTakeAwayWhatTheyName() {
        bench.legacy();
        bench.ask(ADDRESS, Access.READ);
        bench.memory.put(place(SECOND, 1), second(0x2000));
        flush(2, DID + 1, 0);
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        flush(3, DID, 0x2000);
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
        flush(3, DID, 0x0000 | 1);
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 2000000");
        bench.memory.put(CONTEXT + 16 * SID, 0);
        command(3, SID + 1, DID);
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 2000000");
        command(3, SID, DID);
        assertThat(bench.ask(ADDRESS, Access.READ)).startsWith("fault 2 ");
    }

    /** CCMD starts with its upper half, where ICC is; so does the IOTLB register. */
    @Test
    void theUpperHalfStarts() {
        bench.write32(CCMD + 4, 1L << 31 | 1L << 29);
        assertThat(Ccmd.CAIG.get(bench.read64(CCMD))).isEqualTo(1);
        bench.write32(IOTLB + 4, 1L << 31 | 1L << 28);
        assertThat(IotlbCommand.IAIG.get(bench.read64(IOTLB))).isEqualTo(1);
    }

    /** While the queue is on, a command by registers does nothing. */
    @Test
    void theQueueShutsRegistersOut() {
        bench.legacy();
        bench.ask(ADDRESS, Access.READ);
        bench.memory.put(place(SECOND, 1), second(0x2000));
        bench.startQueue(false);
        flush(1, 0, 0);
        command(1, 0, 0);
        assertThat(Ccmd.CAIG.get(bench.read64(CCMD))).isZero();
        assertThat(bench.ask(ADDRESS, Access.READ)).isEqualTo("ok 1000000");
    }
}
