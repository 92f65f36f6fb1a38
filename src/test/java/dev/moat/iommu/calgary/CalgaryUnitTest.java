package dev.moat.iommu.calgary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.SparseMemory;
import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.iommu.calgary.Registers.PageMigration;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CalgaryUnitTest {
    private static final int RW = Tce.MAY_READ | Tce.MAY_WRITE;

    private final Chip chip = new Chip(Generation.CALGARY, Part.values());
    private final long[] s = chip.s;

    private void config(int bus, long value) {
        chip.unit.write(s, Registers.at(bus, Bridge.CONFIG_RW), Integer.BYTES, value);
    }

    private long outcome(int requester, long page, boolean write) {
        return DmaAnswer.OUTCOME.get(chip.walk.answer(s, requester, page, write));
    }

    @Test
    void anEntryGivesItsRights() {
        chip.store(0, 0, 2, RW);
        chip.store(0, 1, 3, Tce.MAY_READ);
        assertThat(chip.reach(0, 0, true)).isEqualTo(2);
        assertThat(chip.reach(0, 1, false)).isEqualTo(3);
        assertThat(chip.reach(0, 1, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
        // The devices of a bus are not told apart, the buses are.
        assertThat(chip.reach(1, 0, true)).isEqualTo(2);
        assertThat(chip.reach(2, 0, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
    }

    /** In the order in which a request is looked at: each reason hides the next one. */
    @Test
    void outcomesInTheirOrder() {
        long beyond = 8192;
        long dac = 1L << 20;
        long stray = Chip.FIRST_PAGE;
        assertThat(outcome(0, stray, false)).isEqualTo(DmaAnswer.NO_RIGHT);
        chip.unit.write(s, Registers.tar(0), Long.BYTES, 0x7000_0000);
        assertThat(outcome(0, stray, false)).isEqualTo(DmaAnswer.TABLE_ACCESS);
        assertThat(outcome(0, beyond, false)).isEqualTo(DmaAnswer.BEYOND_TABLE);
        assertThat(outcome(0, 0xff, false)).isEqualTo(DmaAnswer.PEER);
        assertThat(outcome(0, 0x9f, false)).isEqualTo(DmaAnswer.PEER);
        assertThat(outcome(0, dac, false)).isEqualTo(DmaAnswer.DAC_REJECTED);
        config(0, ConfigRw.TRANSLATE & ~ConfigRw.DAC_DISABLE.mask());
        assertThat(chip.walk.answer(s, 0, dac, true)).isEqualTo(DmaAnswer.to(dac, RW));
        config(0, 0);
        for (long page : new long[] {stray, beyond, 0xff, dac}) {
            assertThat(chip.walk.answer(s, 0, page, true)).isEqualTo(DmaAnswer.to(page, RW));
        }
        chip.unit.write(s, Registers.at(0, Bridge.AER), Integer.BYTES, 0);
        assertThat(outcome(0, stray, false)).isEqualTo(DmaAnswer.WAITS);
        config(0, ConfigRw.SLOT_DISABLE.set(0, 1));
        assertThat(outcome(0, stray, false)).isEqualTo(DmaAnswer.SLOT_DISABLED);
        assertThat(outcome(2, stray, false)).isEqualTo(DmaAnswer.NO_RIGHT);
    }

    /** A window of peer addresses, whose size register is the address of its last MiB; the second one only when it is enabled. */
    @Test
    void windowsOfPeers() {
        preset(0, Bridge.MEM_1_LOW, 0x400000);
        preset(0, Bridge.MEM_1_SIZE, 0x500000);
        preset(0, Bridge.MEM_2_LOW, 0x800000);
        preset(0, Bridge.MEM_2_SIZE_LOW, 0x800000);
        assertThat(List.of(outcome(0, 0x3ff, false), outcome(0, 0x400, false), outcome(0, 0x5ff, false)))
                .containsExactly((long) DmaAnswer.NO_RIGHT, (long) DmaAnswer.PEER, (long) DmaAnswer.PEER);
        assertThat(outcome(0, 0x600, false)).isEqualTo(DmaAnswer.NO_RIGHT);
        assertThat(outcome(0, 0x800, false)).isEqualTo(DmaAnswer.NO_RIGHT);
        config(0, ConfigRw.TRANSLATE | ConfigRw.MEM2_ENABLE.mask());
        assertThat(outcome(0, 0x800, false)).isEqualTo(DmaAnswer.PEER);
        assertThat(outcome(0, 0x900, false)).isEqualTo(DmaAnswer.NO_RIGHT);
        // Without the high half the window would begin at 4 MiB.
        preset(0, Bridge.MEM_1_HIGH, 1);
        assertThat(outcome(0, 0x400, false)).isEqualTo(DmaAnswer.NO_RIGHT);
    }

    private void preset(int bus, Bridge register, long value) {
        chip.unit.write(s, Registers.at(bus, register), Integer.BYTES, value);
    }

    /** The hole is the same for both; that a driver of CalIOC2 avoids more is the driver's. */
    @ParameterizedTest
    @EnumSource(Generation.class)
    void theHoleBelowOneMebibyte(Generation generation) {
        Chip one = new Chip(generation);
        for (long page : new long[] {0, 0x9f, 0xa0, 0xff}) {
            long expected = page < 0xa0 ? DmaAnswer.NO_RIGHT : DmaAnswer.PEER;
            assertThat(DmaAnswer.OUTCOME.get(one.walk.answer(one.s, 0, page, false)))
                    .isEqualTo(expected);
        }
    }

    /** What is cached answers until TAR is written, for this bus only, and with the rights that it had. */
    @Test
    void theCacheAnswersUntilTarIsWritten() {
        chip.store(0, 0, 1, Tce.MAY_READ);
        chip.store(1, 0, 3, RW);
        assertThat(chip.cache.fill(s, 0, 0)).isTrue();
        assertThat(chip.cache.fill(s, 0, 0)).isFalse();
        assertThat(chip.cache.fill(s, 1, 0)).isTrue();
        chip.store(0, 0, 2, RW);
        assertThat(chip.reach(0, 0, false)).isEqualTo(1);
        assertThat(chip.reach(0, 0, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
        assertThat(chip.unit.cachedRights(s, 0, 0)).isEqualTo(Tce.MAY_READ);
        assertThat(chip.unit.cachedFrame(s, 0, 0)).isEqualTo(1);
        long tar = chip.unit.read(s, Registers.tar(0), Long.BYTES);
        chip.unit.write(s, Registers.tar(0), Long.BYTES, tar);
        assertThat(chip.reach(0, 0, true)).isEqualTo(2);
        assertThat(chip.unit.cachedRights(s, 1, 0)).isEqualTo(RW);
        // Half of the register is enough.
        chip.unit.write(s, Registers.tar(1) + 4, Integer.BYTES, chip.g.tableAddress(1));
        assertThat(chip.unit.cachedRights(s, 1, 0)).isZero();
        assertThat(chip.reach(2, 0, true)).isEqualTo(3);
    }

    @Test
    void anEntryWithoutRightsIsCachedOnlyWhereThisIsAskedFor() {
        assertThat(chip.cache.fill(s, 0, 0)).isTrue();
        chip.store(0, 0, 1, RW);
        assertThat(chip.reach(0, 0, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
        assertThat(chip.cache.evict(s, 0, 0)).isTrue();
        assertThat(chip.cache.evict(s, 0, 0)).isFalse();
        assertThat(chip.reach(0, 0, true)).isEqualTo(1);
        Chip plain = new Chip(Generation.CALGARY);
        assertThat(plain.cache.fill(plain.s, 0, 0)).isFalse();
    }

    /** A request in flight keeps its entry, makes the split queue busy, and brings the entry back into an empty cache. */
    @Test
    void aRequestInFlight() {
        chip.store(0, 0, 1, Tce.MAY_READ);
        assertThat(chip.cache.accept(s, 0, 0, true)).isFalse();
        assertThat(chip.cache.accept(s, 0, 0, false)).isTrue();
        assertThat(chip.cache.accept(s, 0, 0, false)).isFalse();
        assertThat(chip.unit.read(s, Registers.splitQueue(0), Long.BYTES)).isEqualTo(1L << 56);
        assertThat(chip.unit.read(s, Registers.splitQueue(1), Long.BYTES)).isEqualTo(0xffL << 56);
        chip.store(0, 0, 2, 0);
        chip.unit.write(s, Registers.tar(0), Long.BYTES, chip.g.tableAddress(0));
        assertThat(chip.reach(0, 0, false)).isEqualTo(-DmaAnswer.NO_RIGHT);
        assertThat(chip.cache.finish(s, 0)).isTrue();
        assertThat(chip.cache.finish(s, 0)).isFalse();
        assertThat(chip.reach(0, 0, false)).isEqualTo(1);
        assertThat(chip.unit.read(s, Registers.splitQueue(0), Long.BYTES)).isEqualTo(0xffL << 56);
    }

    /** A store is seen when its line is written back. */
    @Test
    void storesAreSeenLate() {
        long address = chip.g.tableAddress(0) + Long.BYTES * Chip.FIRST_PAGE;
        long tce = Tce.of(Chip.FIRST_FRAME + 1, RW);
        chip.tces.asStored().write(s, address, Tce.inMemory(tce));
        assertThat(chip.tces.asStored().read(s, address)).isEqualTo(Tce.inMemory(tce));
        assertThat(chip.reach(0, 0, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
        chip.tces.asStored().write(s, address, Tce.inMemory(Tce.of(Chip.FIRST_FRAME + 2, RW)));
        assertThat(chip.reach(0, 0, true)).isEqualTo(-DmaAnswer.NO_RIGHT);
        assertThat(chip.tces.evict(s, 0, 0)).isTrue();
        assertThat(chip.tces.evict(s, 0, 0)).isFalse();
        assertThat(chip.reach(0, 0, true)).isEqualTo(2);
        // Back to what the chip sees: nothing is late.
        chip.tces.asStored().write(s, address, 0);
        chip.tces.asStored().write(s, address, Tce.inMemory(Tce.of(Chip.FIRST_FRAME + 2, RW)));
        assertThat(chip.tces.evict(s, 0, 0)).isFalse();
    }

    /** A little-endian store: the chip finds no right, or a wild frame. */
    @Test
    void theByteOrderMatters() {
        long address = chip.g.tableAddress(0) + Long.BYTES * Chip.FIRST_PAGE;
        chip.tces.asStored().write(s, address, Tce.of(0x12345, RW));
        chip.tces.writeBack(s, address);
        assertThat(chip.reach(0, 0, false)).isEqualTo(-DmaAnswer.NO_RIGHT);
        assertThat(chip.tces.tce.get(s, 0, 0)).isEqualTo(0x0350341200000000L);
    }

    @Test
    void errorsAreReportedOnce() {
        assertThat(chip.cache.report(s, 0, Chip.FIRST_PAGE, true)).isTrue();
        assertThat(chip.cache.report(s, 0, Chip.FIRST_PAGE, true)).isFalse();
        assertThat(chip.unit.read(s, Registers.at(0, Bridge.CSR), 4) & Registers.Csr.ERRORS)
                .isNotZero();
        assertThat(chip.unit.read(s, Registers.at(1, Bridge.CSR), 4)).isZero();
        chip.unit.write(s, Registers.at(0, Bridge.CSR), 4, 0);
        assertThat(chip.cache.report(s, 0, 0xff, true)).isFalse();
        assertThat(chip.cache.report(s, 0, 1L << 20, true)).isTrue();
    }

    @Test
    void aSoftStopCanFail() {
        Chip ioc2 = new Chip(Generation.CALIOC2, Part.STOP_FAULTS);
        ioc2.store(0, 0, 1, RW);
        assertThat(ioc2.cache.failStop(ioc2.s, 0)).isFalse();
        int control = Registers.at(0, Bridge.PAGE_MIG_CTRL);
        int debug = Registers.at(0, Bridge.PAGE_MIG_DEBUG);
        ioc2.unit.write(ioc2.s, control, 4, PageMigration.SOFTSTOP.mask());
        assertThat(ioc2.reach(0, 0, true)).isEqualTo(-DmaAnswer.WAITS);
        assertThat(ioc2.unit.read(ioc2.s, debug, 4)).isZero();
        assertThat(ioc2.cache.failStop(ioc2.s, 0)).isTrue();
        assertThat(ioc2.cache.failStop(ioc2.s, 0)).isFalse();
        assertThat(ioc2.unit.read(ioc2.s, debug, 4)).isEqualTo(PageMigration.SOFTSTOPFAULT.mask());
        assertThat(ioc2.reach(0, 0, true)).isEqualTo(1);
        ioc2.unit.write(ioc2.s, control, 4, PageMigration.SOFTSTOP.mask());
        assertThat(ioc2.reach(0, 0, true)).isEqualTo(-DmaAnswer.WAITS);
    }

    /** Registers of 32 and 64 bits, read and written whole and by halves. */
    @Test
    void registersByHalves() {
        chip.unit.write(s, Registers.CONFIG, 8, 0x0123456789abcdefL);
        assertThat(chip.unit.read(s, Registers.CONFIG, 4)).isEqualTo(0x01234567L);
        assertThat(chip.unit.read(s, Registers.CONFIG + 4, 4)).isEqualTo(0x89abcdefL);
        chip.unit.write(s, Registers.CONFIG, 4, 0xffffffff_11111111L);
        assertThat(chip.unit.read(s, Registers.CONFIG, 8)).isEqualTo(0x1111111189abcdefL);
        int csr = Registers.at(0, Bridge.CSR);
        chip.unit.write(s, csr, 8, 0x1234_0000_0007L);
        assertThat(chip.unit.read(s, csr, 4)).isEqualTo(0x1234);
        assertThat(chip.unit.read(s, csr, 8)).isEqualTo(0x1234_0000_0000L);
        assertThat(chip.unit.read(s, 0x4, 4)).isZero();
        chip.unit.write(s, Registers.splitQueue(0), 8, 0);
        assertThat(chip.unit.read(s, Registers.splitQueue(0), 8)).isEqualTo(0xffL << 56);
        for (Bridge register : Bridge.values()) {
            assertThat(chip.unit.isRegister(Registers.at(1, register)))
                    .as(register.name())
                    .isTrue();
            assertThat(chip.unit.isRegister(Registers.at(2, register)))
                    .as(register.name())
                    .isFalse();
        }
        assertThat(chip.unit.isRegister(Registers.tar(1) + 4)).isTrue();
        assertThat(chip.unit.isRegister(Registers.tar(2))).isFalse();
        assertThat(chip.unit.isRegister(0x4020)).isFalse();
    }

    /** All eight sizes at their real place in real memory: the last entry is reached, the one after it is none. */
    @Test
    void realTablesOfEachSize() {
        for (int size = 0; size < 8; size++) {
            SparseMemory memory = new SparseMemory(0);
            SchemaBuilder schema = new SchemaBuilder();
            CalgaryGeometry g = new CalgaryGeometry(
                    Generation.CALIOC2,
                    Sort.numbered("Bus", "b", 4),
                    Sort.numbered("Requester", "q", 1),
                    List.of(3),
                    Sort.numbered("Page", "p", 0),
                    0,
                    Sort.numbered("Frame", "f", 1),
                    7,
                    Sort.numbered("Table", "t", 1),
                    0x800_0000,
                    size,
                    List.of());
            CalgaryUnit unit = new CalgaryUnit(schema, g, memory);
            TceWalk walk = new TceWalk(unit);
            long[] state = schema.build().blank();
            unit.write(state, Registers.tar(3), 8, 0x800_0000 | size);
            unit.write(state, Registers.at(3, Bridge.CONFIG_RW), 4, ConfigRw.TRANSLATE);
            long last = (8192L << size) - 1;
            memory.write(state, 0x800_0000 + 8 * last, Tce.inMemory(Tce.of(0xfffffffffL, RW)));
            assertThat(walk.answer(state, 0, last, true)).isEqualTo(DmaAnswer.to(0xfffffffffL, RW));
            long next = walk.answer(state, 0, last + 1, true);
            assertThat(DmaAnswer.OUTCOME.get(next))
                    .isEqualTo(size == 7 ? DmaAnswer.DAC_REJECTED : DmaAnswer.BEYOND_TABLE);
        }
    }

    @Test
    void geometriesThatAreNone() {
        assertThatThrownBy(() -> new CalgaryGeometry(
                        Generation.CALGARY,
                        chip.g.buses(),
                        chip.g.requesters(),
                        chip.g.behind(),
                        chip.g.pages(),
                        8191,
                        chip.g.frames(),
                        0,
                        chip.g.tables(),
                        0,
                        0,
                        List.of()))
                .hasMessage("the Calgary geometry needs pages that the tables cover, or that lie behind 4 GiB");
        assertThatThrownBy(() -> new CalgaryGeometry(
                        Generation.CALGARY,
                        chip.g.buses(),
                        chip.g.requesters(),
                        chip.g.behind(),
                        chip.g.pages(),
                        0,
                        chip.g.frames(),
                        0,
                        chip.g.tables(),
                        0x8000,
                        0,
                        List.of()))
                .hasMessage("the Calgary geometry needs tables that are aligned to their size");
    }

    /** What a search stores of an idle chip: nothing but what can differ. */
    @Test
    void aSmallChipIsFewBits() {
        Chip plain = new Chip(Generation.CALGARY);
        assertThat(plain.unit.stored.size()).isZero();
        assertThat(plain.unit.flight.size()).isZero();
        assertThat(plain.unit.cachedTce.varying()).isEqualTo(Tce.of(0x53, RW));
    }
}
