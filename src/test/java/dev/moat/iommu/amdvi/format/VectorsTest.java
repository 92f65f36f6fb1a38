package dev.moat.iommu.amdvi.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Encodings as drivers write them and logs print them, digit by digit. */
class VectorsTest {
    private static final int BOTH = Translation.READ | Translation.WRITE;

    @Test
    void pageOf4KiB() {
        assertThat(PageTableEntry.page(0x12345, BOTH)).isEqualTo(0x6000000012345001L);
        assertThat(PageTableEntry.FC.set(PageTableEntry.page(0x12345, BOTH), 1)).isEqualTo(0x7000000012345001L);
        assertThat(PageTableEntry.page(0x12345, Translation.READ)).isEqualTo(0x2000000012345001L);
        assertThat(PageTableEntry.page(0x12345, Translation.WRITE)).isEqualTo(0x4000000012345001L);
    }

    @Test
    void directoryEntry() {
        assertThat(PageTableEntry.table(1, 9, BOTH)).isEqualTo(0x6000000000009201L);
    }

    @Test
    void pagesWithTheSizeInTheAddress() {
        assertThat(PageTableEntry.sizedPage(0x1000, 13, BOTH)).isEqualTo(0x6000000001000e01L);
        assertThat(PageTableEntry.sizedPage(0x1000, 17, BOTH)).isEqualTo(0x600000000100fe01L);
        assertThat(PageTableEntry.sizedPage(0x1000, 18, BOTH)).isEqualTo(0x600000000101fe01L);
        assertThat(PageTableEntry.sizedPage(0x1000, 24, BOTH)).isEqualTo(0x60000000017ffe01L);
    }

    @Test
    void deviceTableEntry() {
        assertThat(DeviceTableEntry.quad0(3, 0x80, BOTH)).isEqualTo(0x6000000000080603L);
        assertThat(DeviceTableEntry.quad0(0, 0, 0)).as("a blocked device").isEqualTo(3);
        assertThat(DeviceTableEntry.quad1(0x1234)).isEqualTo(0x1234);
        assertThat(DeviceTableEntry.rights(0x4000000000080603L)).isEqualTo(Translation.WRITE);
    }

    /** As Xen prints them for the key V, high half first; an interrupt that is fixed, physical, not posted. */
    @Test
    void interruptEntryOf128Bits() {
        assertThat(WideInterruptEntry.low(0)).isEqualTo(0x1);
        assertThat(WideInterruptEntry.low(0x12)).as("xAPIC 0x12").isEqualTo(0x1201);
        assertThat(WideInterruptEntry.high(0x12, 0x31)).isEqualTo(0x31);
        assertThat(WideInterruptEntry.low(0x89abcdefL)).as("x2APIC").isEqualTo(0xabcdef01L);
        assertThat(WideInterruptEntry.high(0x89abcdefL, 0xef)).isEqualTo(0x89000000000000efL);
        assertThat(WideInterruptEntry.destination(0xabcdef01L, 0x89000000000000efL, true))
                .isEqualTo(0x89abcdefL);
        assertThat(WideInterruptEntry.destination(0xabcdef01L, 0x89000000000000efL, false))
                .isEqualTo(0xef);
    }

    /** Those of a guest: page 0x12345 of a virtual APIC, tag 0x77, rung at APIC 2 while it runs, else logged. */
    @Test
    void interruptEntryOfAGuest() {
        long low = WideInterruptEntry.guestLow(2, 0x77);
        assertThat(low).isEqualTo(0x0000007700000281L);
        assertThat(WideInterruptEntry.IS_RUN.set(low, 1)).isEqualTo(0x00000077000002c1L);
        assertThat(WideInterruptEntry.GA_LOG_INTR.set(low, 1)).isEqualTo(0x0000007700000285L);
        assertThat(WideInterruptEntry.guestHigh(2, 0x12345, 0x41)).isEqualTo(0x12345041L);
    }

    /** Two 64-bit words of a command: second and first doubleword, then fourth and third. */
    @Test
    void commands() {
        assertThat(Commands.pages(5)).isEqualTo(0x3000000500000000L);
        assertThat(Commands.everyPage(true)).isEqualTo(0x7ffffffffffff003L);
        assertThat(Commands.everyPage(false)).isEqualTo(0x7ffffffffffff001L);
        assertThat(Commands.range(1, 0, false)).isEqualTo(0x1000);
        assertThat(Commands.range(1, 0, true)).isEqualTo(0x1002);
        assertThat(Commands.range(0, 1, false)).as("8 KiB at 0").isEqualTo(0x1);
        assertThat(Commands.range(3, 1, false)).as("8 KiB around page 3").isEqualTo(0x2001);
        assertThat(Commands.range(0, 2, true)).as("16 KiB").isEqualTo(0x1003);
        assertThat(Commands.range(0, 40, true)).as("2^52 bytes").isEqualTo(0x0007fffffffff003L);
        assertThat(Commands.waitStore(0x1000)).isEqualTo(0x1000000000001001L);
        assertThat(Commands.waitStore(0x330020)).isEqualTo(0x1000000000330021L);
        assertThat(Commands.waitInterrupt()).isEqualTo(0x1000000000000002L);
        assertThat(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x28)).isEqualTo(0x2000000000000028L);
        assertThat(Commands.device(Commands.INVALIDATE_INTERRUPT_TABLE, 0x80)).isEqualTo(0x5000000000000080L);
        assertThat(Commands.opcode(Commands.INVALIDATE_IOMMU_ALL)).isEqualTo(0x8000000000000000L);
    }

    @Test
    void events() {
        long fault = Events.of(Outcome.NO_PERMISSION, 0x20, 5, true);
        assertThat(fault).isEqualTo(0x2070000500000020L);
        assertThat(Events.flags(fault)).as("as drivers print them").isEqualTo(0x070);
        assertThat(Events.of(Outcome.NOT_PRESENT, 0x20, 5, false)).isEqualTo(0x2000000500000020L);
        assertThat(Events.of(Outcome.ENTRY_RESERVED, 0x20, 5, false)).isEqualTo(0x2090000500000020L);
        assertThat(Events.of(Outcome.DEVICE_ENTRY_RESERVED, 0x20, 5, true)).isEqualTo(0x10a0000000000020L);
        assertThat(Events.of(Outcome.BEYOND_DEVICE_TABLE, 0x80, 0, false)).isEqualTo(0x1000000000000080L);
        assertThat(Events.of(Outcome.TRANSLATED, 0x80, 1, false)).isZero();
        assertThat(Events.ofCommand(Events.ILLEGAL_COMMAND_ERROR)).isEqualTo(0x5000000000000000L);
    }

    @Test
    void registers() {
        assertThat(Registers.DeviceTableBase.entries(0x300001)).isEqualTo(256);
        assertThat(Registers.DeviceTableBase.entries(0x300000)).isEqualTo(128);
        assertThat(Registers.DeviceTableBase.entries(0x3001ff)).isEqualTo(65536);
        assertThat(Registers.RingBase.entries(0x800000000310000L)).isEqualTo(256);
        assertThat(Registers.RingBase.address(0x900000000318000L, 3)).isEqualTo(0x318030);
        assertThat(Registers.Status.CLEARABLE).isEqualTo(0x667);
    }

    @Test
    void unityRanges() {
        UnityRange range = new UnityRange(0x20, 0x28, 0x1800, 0x1000, 0x7);
        assertThat(range.isFor(0x28)).isTrue();
        assertThat(range.isFor(0x29)).isFalse();
        assertThat(range.firstPage()).isEqualTo(1);
        assertThat(range.lastPage()).as("a page touched belongs to it").isEqualTo(2);
        assertThat(range.rights()).isEqualTo(BOTH);
        assertThat(new UnityRange(0, 0, 0, 1, 0x3).rights()).isEqualTo(Translation.READ);
        assertThat(new UnityRange(0, 0, 0, 1, 0x8).rights()).as("exclusion").isEqualTo(BOTH);
    }
}
