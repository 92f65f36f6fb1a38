package dev.moat.pv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.dma.swiotlb.BootPool;
import dev.moat.dma.swiotlb.BugException;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.SwiotlbGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Coherent memory and the pool: contiguous and within reach, all or nothing, and the guest has as many frames as before. */
class XenCoherentTest {
    private static final int PAGE = TestGuest.PAGE;

    private static DmaDevice coherent(long mask) {
        return new DmaDevice(-1, mask, 0, 0, 0);
    }

    @RepeatedTest(40)
    void memoryIsContiguousAndWithinReach(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        TestGuest guest = new TestGuest(random);
        new SplittableRandom(random.nextLong()).nextBytes(guest.machine);
        XenCoherent coherent = new XenCoherent(new PvFrames(guest), guest);
        List<long[]> live = new ArrayList<>();
        long[] s = new long[0];
        for (int i = 0; i < 60; i++) {
            if (live.isEmpty() || random.nextInt(3) > 0) {
                long size = 1 + random.nextInt(5 * PAGE);
                DmaDevice device = coherent(((long) PAGE << (7 + random.nextInt(4))) - 1);
                guest.mostFrames = random.nextInt(4) == 0 ? 0 : 1024;
                long[] before = guest.p2m.clone();
                boolean[] used = guest.used.clone();
                guest.events.clear();
                long address = coherent.allocate(s, device, size);
                if (address == XenCoherent.NONE) {
                    assertThat(guest.p2m).isEqualTo(before);
                    assertThat(guest.used).isEqualTo(used);
                } else {
                    check(guest, address, size, device);
                    live.add(new long[] {
                        address,
                        size,
                        device.coherentMask(),
                        guest.p2m[(int) (address / PAGE)] * PAGE,
                        guest.events.size()
                    });
                }
            } else {
                long[] one = live.remove(random.nextInt(live.size()));
                guest.events.clear();
                assertThat(coherent.free(s, coherent(one[2]), one[0], one[1], one[3]))
                        .isTrue();
                assertThat(guest.events.size()).isEqualTo((int) one[4]);
                assertThat(guest.used[(int) (one[0] / PAGE)]).isFalse();
            }
            assertThat(guest.isConsistent()).isTrue();
        }
    }

    private static void check(TestGuest guest, long address, long size, DmaDevice device) {
        long pages = (size + PAGE - 1) / PAGE;
        long taken = Long.highestOneBit(2 * pages - 1);
        long first = guest.p2m[(int) (address / PAGE)];
        assertThat((first + pages) * PAGE - 1).isLessThanOrEqualTo(device.coherentMask());
        assertThat(first % taken).isZero();
        for (int i = 0; i < pages; i++) {
            assertThat(guest.p2m[(int) (address / PAGE) + i]).isEqualTo(first + i);
        }
        for (int i = 0; i < pages * PAGE; i++) {
            assertThat(guest.machine[(int) first * PAGE + i]).isZero();
        }
    }

    /** A wrong bus address: nothing is freed, Linux warns. */
    @Test
    void whatDoesNotFitIsNotFreed() {
        TestGuest guest = new TestGuest(new Random(1));
        XenCoherent coherent = new XenCoherent(new PvFrames(guest), guest);
        long[] s = new long[0];
        DmaDevice device = coherent(1024L * PAGE - 1);
        long address = coherent.allocate(s, device, 4 * PAGE);
        assertThat(coherent.free(s, device, address, 4 * PAGE, 1024L * PAGE)).isFalse();
        assertThat(guest.used[(int) (address / PAGE)]).isTrue();
        long swapped = guest.p2m[1];
        guest.p2m[1] = guest.p2m[2];
        guest.p2m[2] = swapped;
        assertThat(coherent.free(s, device, address, 4 * PAGE, guest.p2m[0] * PAGE))
                .isFalse();
    }

    /** Freed with a smaller size, a part stays as it is and is nobody's; nothing remembers that frames were exchanged for it. */
    @Test
    void aSizeThatIsTooSmallLeavesAPart() {
        TestGuest guest = new TestGuest(new Random(1));
        XenCoherent coherent = new XenCoherent(new PvFrames(guest), guest);
        long[] s = new long[0];
        DmaDevice device = coherent(1024L * PAGE - 1);
        long address = coherent.allocate(s, device, 4 * PAGE);
        int page = (int) (address / PAGE);
        long frame = guest.p2m[page];
        assertThat(guest.isRemapped(s, address)).isTrue();
        assertThat(coherent.free(s, device, address, 2 * PAGE, frame * PAGE)).isTrue();
        assertThat(guest.events).contains("scattered " + Long.toHexString(address) + " 1");
        assertThat(guest.isRemapped(s, address)).isFalse();
        assertThat(guest.used[page + 1]).isFalse();
        assertThat(guest.used[page + 2]).isTrue();
        assertThat(guest.p2m[page + 2]).isEqualTo(frame + 2);
    }

    /** A larger size is refused where the frames behind do not follow; where they do, whoever has them loses them. */
    @Test
    void aSizeThatIsTooLargeMayTakeANeighboursPages() {
        TestGuest guest = new TestGuest(new Random(1));
        for (int i = 0; i < 8; i++) {
            guest.p2m[i] = 512 + i;
        }
        XenCoherent coherent = new XenCoherent(new PvFrames(guest), guest);
        long[] s = new long[0];
        DmaDevice device = coherent(1024L * PAGE - 1);
        assertThat(coherent.allocate(s, device, 4 * PAGE)).isZero();
        assertThat(coherent.allocate(s, device, 4 * PAGE)).isEqualTo(4 * PAGE);
        guest.p2m[4] = 700;
        assertThat(coherent.free(s, device, 0, 8 * PAGE, 512L * PAGE)).isFalse();
        assertThat(guest.used[0]).isTrue();
        guest.p2m[4] = 516;
        assertThat(coherent.free(s, device, 0, 8 * PAGE, 512L * PAGE)).isTrue();
        assertThat(guest.used[4]).isFalse();
    }

    @Test
    void noPagesIsNoMemory() {
        TestGuest guest = new TestGuest(new Random(1));
        Arrays.fill(guest.used, true);
        assertThat(new XenCoherent(new PvFrames(guest), guest).allocate(new long[0], coherent(-1), 1))
                .isEqualTo(XenCoherent.NONE);
        assertThat(guest.events).isEmpty();
    }

    /** A segment of 64 pages needs 18 bits at least; what one segment needed, the next one begins with. */
    @Test
    void bitsGrowAndDoNotShrink() {
        TestGuest guest = new TestGuest(new Random(9));
        XenPool pool = new XenPool(SwiotlbGeometry.LINUX, guest);
        assertThat(pool.fixUp(new long[0], 0, 256)).isZero();
        assertThat(guest.events)
                .containsExactly(
                        "contiguous 0 6 18",
                        "contiguous 0 6 19",
                        "contiguous 0 6 20",
                        "contiguous 40000 6 20",
                        "contiguous 40000 6 21");
        assertThat(guest.isConsistent()).isTrue();
    }

    @Test
    void noFramesWithin32BitsIsAnError() {
        TestGuest guest = new TestGuest(new Random(9));
        guest.mostFrames = 0;
        XenPool pool = new XenPool(SwiotlbGeometry.LINUX, guest);
        assertThat(pool.fixUp(new long[0], 0, 128)).isEqualTo(XenPool.NO_MEMORY);
        assertThat(guest.events).hasSize(15);
        assertThat(guest.events.get(14)).isEqualTo("contiguous 0 6 32");
        assertThatThrownBy(() -> pool.fixUp(new long[0], 0, 100))
                .isInstanceOf(BugException.class)
                .hasMessage("100 slots are not whole segments");
        assertThatThrownBy(() -> pool.fixUp(new long[0], 0, -128)).isInstanceOf(BugException.class);
        assertThat(pool.fixUp(new long[0], 0, 0)).isEqualTo(XenPool.NO_MEMORY);
        assertThat(guest.events).hasSize(30);
    }

    /** Halved until it can be made fit; here Xen has no frames at all, so it never is, and 512 slots are tried last. */
    @Test
    void setUpHalvesThePool() {
        TestGuest guest = new TestGuest(new Random(9));
        guest.mostFrames = 0;
        XenPool pool = new XenPool(SwiotlbGeometry.LINUX, guest);
        assertThat(pool.setUp(new long[0], 0, new BootPool(2048, 4, true))).isEqualTo(new BootPool(0, 4, true));
        assertThat(guest.events).hasSize(3 * 15);
        guest.mostFrames = 1024;
        assertThat(pool.setUp(new long[0], 0, new BootPool(256, 4, true))).isEqualTo(new BootPool(256, 4, true));
    }

    @Test
    void ordersAndAlignment() {
        assertThat(List.of(1L, 4096L, 4097L, 8192L, 8193L, 262144L).stream().map(PvFrames::order))
                .containsExactly(0, 0, 1, 1, 2, 6);
        TestGuest guest = new TestGuest(new Random(1));
        guest.p2m[4] = 17;
        guest.p2m[5] = 18;
        PvFrames frames = new PvFrames(guest);
        long[] s = new long[0];
        assertThat(frames.requiresAlignment(s, 4L * PAGE, PAGE)).isFalse();
        assertThat(frames.requiresAlignment(s, 4L * PAGE, PAGE + 1)).isTrue();
        assertThat(frames.requiresAlignment(s, 5L * PAGE, PAGE + 1)).isFalse();
        assertThat(frames.straddles(s, 4L * PAGE, 2 * PAGE)).isFalse();
        guest.p2m[5] = 16;
        assertThat(frames.straddles(s, 4L * PAGE, PAGE)).isFalse();
        assertThat(frames.straddles(s, 4L * PAGE + 1, PAGE)).isTrue();
        // A foreign frame next to an own one: the entry's bits do not count.
        guest.p2m[5] = 18 | P2m.FOREIGN;
        assertThat(frames.straddles(s, 4L * PAGE + 1, PAGE)).isFalse();
        assertThat(frames.requiresAlignment(s, 5L * PAGE, PAGE)).isFalse();
    }
}
