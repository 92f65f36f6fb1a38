package dev.moat.iommu.amdvi.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final long ABSENT = 0x9000;
    private static final long RUN = 0x8;
    private static final long OVERFLOW = 1;
    private static final long INTERRUPT = 2;

    private final Driven d = new Driven().on().mapped();

    private long status() {
        return d.read(Registers.STATUS);
    }

    private void fault(int times) {
        for (int n = 0; n < times; n++) {
            d.request(ABSENT, false);
        }
    }

    @Test
    void anEventIsWrittenAtTheTail() {
        assertThat(status() & (RUN | INTERRUPT)).isEqualTo(RUN);
        fault(2);
        assertThat(d.read(Registers.EVENT_TAIL)).isEqualTo(0x20);
        assertThat(d.load(Driven.LOG)).isEqualTo(0x2000000500000020L);
        assertThat(d.load(Driven.LOG + 8)).isEqualTo(ABSENT);
        assertThat(status() & INTERRUPT).isEqualTo(INTERRUPT);
        d.write(Registers.STATUS, INTERRUPT);
        assertThat(status() & INTERRUPT).isZero();
    }

    /** Whatever EventIntEn is: it is about the interrupt only. */
    @Test
    void aFullLogLosesEventsUntilItIsStartedAgain() {
        for (long control : new long[] {0x1005, 0x100d}) {
            d.write(Registers.EVENT_BASE, Driven.LOG | 8L << 56);
            d.write(Registers.CONTROL, 0x1001);
            d.write(Registers.STATUS, OVERFLOW);
            d.write(Registers.CONTROL, control);
            fault(255);
            assertThat(d.read(Registers.EVENT_TAIL)).isEqualTo(0xff0);
            assertThat(status() & (RUN | OVERFLOW)).isEqualTo(RUN);
            fault(1);
            assertThat(d.read(Registers.EVENT_TAIL))
                    .as("the last entry stays free")
                    .isEqualTo(0xff0);
            assertThat(status() & (RUN | OVERFLOW)).isEqualTo(OVERFLOW);

            d.write(Registers.EVENT_HEAD, 0x100);
            fault(1);
            assertThat(d.read(Registers.EVENT_TAIL))
                    .as("room alone does not help")
                    .isEqualTo(0xff0);
            d.write(Registers.STATUS, OVERFLOW);
            fault(1);
            assertThat(d.read(Registers.EVENT_TAIL)).as("nor does clearing").isEqualTo(0xff0);
            d.write(Registers.CONTROL, 0x1001);
            d.write(Registers.CONTROL, control);
            fault(1);
            assertThat(d.read(Registers.EVENT_TAIL)).as("around the end").isZero();
            assertThat(status() & (RUN | OVERFLOW)).isEqualTo(RUN);
        }
    }

    @Test
    void switchingOffAndOnWithoutClearingDoesNotHelp() {
        fault(256);
        d.write(Registers.CONTROL, 0x1001);
        d.write(Registers.CONTROL, 0x1005);
        assertThat(status() & (RUN | OVERFLOW)).isEqualTo(OVERFLOW);
    }

    @Test
    void nothingIsLoggedWhileItIsOff() {
        d.write(Registers.CONTROL, 0x1001);
        assertThat(status() & RUN).isZero();
        fault(1);
        assertThat(d.events()).isZero();
    }

    private static Driven suppressing(long bit) {
        Driven driven = new Driven(Capabilities.usual(), new FullCaches(Capabilities.usual()))
                .on()
                .mapped();
        driven.entry(
                Driven.DEVICE,
                DeviceTableEntry.quad0(3, Driven.ROOT, Driven.BOTH),
                DeviceTableEntry.quad1(Driven.DOMAIN) | bit);
        return driven;
    }

    @Test
    void withSeOnePageFaultIsLoggedUntilTheEntryIsForgotten() {
        Driven se = suppressing(DeviceTableEntry.SE.mask());
        se.request(ABSENT, false);
        se.request(ABSENT, true);
        se.request(0x1000, false);
        assertThat(se.events()).isEqualTo(1);
        se.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, Driven.DEVICE + 1), 0);
        se.command(Commands.pages(Driven.DOMAIN), Commands.everyPage(true));
        se.request(ABSENT, false);
        assertThat(se.events()).as("another device's entry, and pages").isEqualTo(1);
        se.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, Driven.DEVICE), 0);
        se.request(ABSENT, false);
        se.request(ABSENT, false);
        assertThat(se.events()).isEqualTo(2);
        se.command(Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
        se.request(ABSENT, false);
        assertThat(se.events()).isEqualTo(3);
    }

    @Test
    void withSeTheFaultOfOneDeviceDoesNotSilenceAnother() {
        Driven se = suppressing(DeviceTableEntry.SE.mask());
        int other = Driven.DEVICE + 1;
        se.entry(
                other,
                DeviceTableEntry.quad0(3, Driven.ROOT, Driven.BOTH),
                DeviceTableEntry.quad1(Driven.DOMAIN) | DeviceTableEntry.SE.mask());
        se.request(ABSENT, false);
        se.request(other, ABSENT, false);
        se.request(other, ABSENT, false);
        assertThat(se.events()).isEqualTo(2);
    }

    @Test
    void withSeAFaultThatTheLogLosesDoesNotCount() {
        Driven se = suppressing(DeviceTableEntry.SE.mask());
        se.write(Registers.CONTROL, 0x1001);
        se.request(ABSENT, false);
        se.write(Registers.CONTROL, 0x1005);
        se.request(ABSENT, false);
        se.request(ABSENT, false);
        assertThat(se.events()).isEqualTo(1);
    }

    /** An entry that is illegal is no page fault. */
    @Test
    void seAndSaSuppressPageFaultsAlone() {
        for (long bit : new long[] {DeviceTableEntry.SE.mask(), DeviceTableEntry.SA.mask()}) {
            Driven driven = suppressing(bit);
            driven.entry(
                    Driven.DEVICE,
                    DeviceTableEntry.quad0(7, Driven.ROOT, Driven.BOTH),
                    DeviceTableEntry.quad1(Driven.DOMAIN) | bit);
            driven.request(ABSENT, false);
            driven.request(ABSENT, false);
            assertThat(driven.events()).isEqualTo(2);
        }
        Driven sa = suppressing(DeviceTableEntry.SA.mask());
        sa.request(ABSENT, false);
        assertThat(sa.events()).isZero();
    }

    @Test
    void aNewBaseStartsAtItsFirstEntry() {
        fault(1);
        d.write(Registers.EVENT_BASE, 0x324000 | 9L << 56);
        assertThat(d.read(Registers.EVENT_TAIL)).isZero();
        fault(1);
        assertThat(d.load(0x324000)).isEqualTo(0x2000000500000020L);
    }
}
