package dev.moat.dma.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.linux.DmaDirection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decision to bounce, what happens when the slots are no better, and calls that break the contract. */
class DirectDmaTest {
    private static final long POOL = 0x4000000;

    private final List<String> copies = new ArrayList<>();
    private final List<SwiotlbWarning> warnings = new ArrayList<>();
    private final SwiotlbSlots slots = new SwiotlbSlots(0, SwiotlbGeometry.LINUX, POOL, 256, 2);
    private final long[] s = new long[slots.end()];

    private Swiotlb swiotlb(DmaDevice device) {
        return new Swiotlb(
                slots,
                (words, to, from, length) -> copies.add(Long.toHexString(to) + "<" + Long.toHexString(from)),
                device,
                warnings::add);
    }

    DirectDmaTest() {
        slots.initialise(s);
    }

    @ParameterizedTest
    @CsvSource({
        "ffffffff, 0, fffff000, 1000, true",
        "ffffffff, 0, fffff000, 1001, false",
        "ffffffff, 7fffffff, 80000000, 1, false",
        "ffffffff, 7fffffff, 7fffffff, 1, true",
        "0, 7fffffff, 7fffffff, 1, true",
        "0, 7fffffff, 80000000, 1, false",
        "7fffffff, ffffffff, 80000000, 1, false",
        "ffffffffffffffff, 0, fffffffffffff000, 1000, true",
        "ffffffffffffffff, 0, ffffffffffffffff, 1, false",
        "ffffffff, 0, ffffffffffffff00, 200, true",
    })
    void whatADeviceReaches(String mask, String limit, String address, String size, boolean reaches) {
        DmaDevice device = new DmaDevice(hex(mask), 0, hex(limit), 0, 0);
        assertThat(device.reaches(hex(address), hex(size))).isEqualTo(reaches);
    }

    private static long hex(String text) {
        return Long.parseUnsignedLong(text, 16);
    }

    /** The copy in has happened by then; nothing is copied out, and the slots are free again. */
    @Test
    void slotsThatAreOutOfReachAreGivenBack() {
        DirectDma dma = new DirectDma(swiotlb(new DmaDevice(0xffffff, -1, 0, 0, 0)), false);
        Transfer transfer = new Transfer(DmaDirection.FROM_DEVICE, 0);
        assertThat(dma.map(s, 0, 0x5000000, 0x100, transfer)).isEqualTo(Swiotlb.ERROR);
        assertThat(copies).containsExactly("4000000<5000000");
        assertThat(warnings).containsExactly(SwiotlbWarning.SLOT_IS_OUT_OF_REACH);
        assertThat(slots.taken(s, 0)).isZero();
        assertThat(slots.hint(s, 0)).isEqualTo(1);
    }

    @Test
    void forcedOrNot() {
        Transfer transfer = new Transfer(DmaDirection.FROM_DEVICE, 0);
        Swiotlb swiotlb = swiotlb(DmaDevice.UNLIMITED);
        assertThat(new DirectDma(swiotlb, false).map(s, 1, 0x1000, 8, transfer)).isEqualTo(0x1000);
        DirectDma forced = new DirectDma(swiotlb, true);
        assertThat(forced.map(s, 1, 0x1000, 8, transfer)).isEqualTo(POOL + 128 * 2048);
        forced.unmap(s, POOL + 128 * 2048, 8, transfer);
        forced.unmap(s, 0x1000, 8, transfer);
        assertThat(copies).containsExactly("4040000<1000", "1000<4040000");
    }

    /** Nothing has changed after a call that Linux dies of. */
    @Test
    void callsThatBreakTheContract() {
        Transfer none = new Transfer(DmaDirection.NONE, 0);
        Transfer from = new Transfer(DmaDirection.FROM_DEVICE, 0);
        Swiotlb swiotlb = swiotlb(DmaDevice.UNLIMITED);
        long mapped = swiotlb.map(s, 0, 0x1000, 0x1000, from);
        copies.clear();
        long[] before = s.clone();
        Swiotlb odd = swiotlb(new DmaDevice(-1, -1, 0, 3 * 2048 - 1, 0));
        assertThatThrownBy(() -> swiotlb.map(s, 0, 0x1000, 0, from))
                .isInstanceOf(BugException.class)
                .hasMessage("a mapping of no slots");
        assertThatThrownBy(() -> odd.map(s, 0, 0x1000, 1, from))
                .isInstanceOf(BugException.class)
                .hasMessage("a boundary of 3 slots, which is no power of two");
        assertThatThrownBy(() -> new DirectDma(odd, true).unmap(s, mapped, 1, none))
                .isInstanceOf(BugException.class)
                .hasMessage("a mapping without a direction is synchronised");
        assertThatThrownBy(() -> swiotlb.unmap(s, POOL - 1, 1, from))
                .isInstanceOf(BugException.class)
                .hasMessage("address 0x3ffffff is not in the pool");
        assertThatThrownBy(() -> swiotlb.syncForCpu(s, POOL + 256 * 2048, 1, DmaDirection.FROM_DEVICE))
                .isInstanceOf(BugException.class);
        assertThat(s).isEqualTo(before);
        assertThat(copies).isEmpty();
    }

    /** Slots that no area has are never taken, and freeing them is refused. */
    @Test
    void slotsBehindTheLastArea() {
        SwiotlbSlots uneven = new SwiotlbSlots(0, SwiotlbGeometry.LINUX, POOL, 257, 2);
        long[] words = new long[uneven.end()];
        uneven.initialise(words);
        assertThatThrownBy(() -> uneven.release(words, POOL + 256 * 2048, 0))
                .isInstanceOf(BugException.class)
                .hasMessage("slots are freed that are not in the pool");
    }

    @ParameterizedTest
    @CsvSource({"0, 40000", "1, 3f800", "7ff, 3f800", "800, 3f800", "fff, 3f000", "ffff, 30000"})
    void theLargestMapping(String minAlign, String largest) {
        DmaDevice device = new DmaDevice(-1, -1, 0, 0, (int) hex(minAlign));
        assertThat(swiotlb(device).maxMapping()).isEqualTo(hex(largest));
    }
}
