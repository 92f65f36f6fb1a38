package dev.moat.pv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.dma.swiotlb.BugException;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbGeometry;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What drivers rely on, whatever is below: the device sees the buffer, what it writes comes back, no other byte of the guest
 * changes, and the bus address is within reach. Devices read and write machine frames, CPUs the guest's pages.
 */
class XenSwiotlbTest {
    private static final int POOL_PAGES = 128;
    private static final int PAGE = TestGuest.PAGE;

    /** A buffer that a device has. */
    private record Mapping(long address, int size, long bus, DmaDirection direction) {}

    /** A guest whose pool is its upper half, and the bytes that its other half should have. */
    private static final class Machine {
        final TestGuest guest;
        final SwiotlbSlots slots;
        final XenSwiotlb dma;
        final long[] s;
        final DmaDevice device;
        final Map<Long, Mapping> mapped = new HashMap<>();
        final byte[] expected = new byte[(TestGuest.PAGES - POOL_PAGES) * PAGE];
        final Set<String> outcomes;
        private final boolean force;

        Machine(Random random, Set<String> outcomes) {
            this.outcomes = outcomes;
            guest = new TestGuest(random);
            long pool = (long) (TestGuest.PAGES - POOL_PAGES) * PAGE;
            assertThat(new XenPool(SwiotlbGeometry.LINUX, guest).fixUp(new long[0], pool, 2 * POOL_PAGES))
                    .isZero();
            new SplittableRandom(random.nextLong()).nextBytes(guest.machine);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = guest.read(i);
            }
            slots = new SwiotlbSlots(0, SwiotlbGeometry.LINUX, pool, 2 * POOL_PAGES, 1);
            s = new long[slots.end()];
            slots.initialise(s);
            force = random.nextInt(4) == 0;
            // Frames 128 to 191 and 320 to 383 are the pool's: some devices reach a few slots only.
            long[] masks = {-1, 512L * PAGE - 1, 144L * PAGE - 1};
            device = new DmaDevice(masks[random.nextInt(3)], -1, 0, 0, 0);
            dma = dma(device);
        }

        /** What the pool is for a device. */
        XenSwiotlb dma(DmaDevice one) {
            Swiotlb swiotlb = new Swiotlb(slots, guest, one, warning -> outcomes.add("" + warning));
            return new XenSwiotlb(new PvFrames(guest), swiotlb, force);
        }

        /** Where a byte of the guest is in the machine. */
        long bus(long address) {
            return guest.p2m[(int) (address / PAGE)] * PAGE + address % PAGE;
        }

        boolean isDirect(long address, int size) {
            boolean direct = !force;
            for (int i = 0; i < size; i++) {
                direct &= bus(address + i) == bus(address) + i
                        && Long.compareUnsigned(bus(address + i), device.mask()) <= 0;
            }
            return direct;
        }

        void map(Random random) {
            int size = 1 + random.nextInt(random.nextInt(3) == 0 ? 3 * PAGE : 300);
            long address = random.nextInt(expected.length - size);
            // Two mappings of the same bytes are a driver's mistake.
            if (mapped.values().stream().anyMatch(m -> address < m.address + m.size && m.address < address + size)) {
                return;
            }
            DmaDirection direction = DmaDirection.values()[random.nextInt(3)];
            long bus = dma.map(s, 0, address, size, new Transfer(direction, 0));
            if (bus == Swiotlb.ERROR) {
                outcomes.add("map fails");
                assertThat(isDirect(address, size)).isFalse();
                return;
            }
            boolean direct = isDirect(address, size);
            outcomes.add(direct ? "direct" : "bounced");
            assertThat(bus == bus(address)).isEqualTo(direct);
            assertThat(dma.isBuffer(s, bus)).isEqualTo(!direct);
            assertThat(Long.compareUnsigned(bus + size - 1, device.mask())).isNotPositive();
            for (int i = 0; i < size; i++) {
                assertThat(guest.machine[(int) bus + i]).isEqualTo(expected[(int) address + i]);
            }
            mapped.put(address, new Mapping(address, size, bus, direction));
        }

        void deviceWrites(Random random, Mapping m) {
            if (m.direction.isFromDevice()) {
                int from = random.nextInt(m.size);
                int length = 1 + random.nextInt(m.size - from);
                byte value = (byte) random.nextInt();
                for (int i = from; i < from + length; i++) {
                    guest.machine[(int) m.bus + i] = value;
                    expected[(int) m.address + i] = value;
                }
                outcomes.add("device writes");
                // A direct mapping needs no synchronisation, but drivers ask for it all the same.
                dma.syncForCpu(s, m.bus + from, length, m.direction);
            }
        }

        void driverWrites(Random random, Mapping m) {
            if (m.direction.isToDevice()) {
                int from = random.nextInt(m.size);
                int length = 1 + random.nextInt(m.size - from);
                byte value = (byte) random.nextInt();
                for (int i = from; i < from + length; i++) {
                    guest.write(m.address + i, value);
                    expected[(int) m.address + i] = value;
                }
                outcomes.add("driver writes");
                dma.syncForDevice(s, m.bus + from, length, m.direction);
                assertThat(guest.machine[(int) m.bus + from]).isEqualTo(value);
                assertThat(guest.machine[(int) m.bus + from + length - 1]).isEqualTo(value);
            }
        }

        void unmap(Random random, Mapping m) {
            if (m.direction.isFromDevice() && random.nextBoolean()) {
                byte value = (byte) random.nextInt();
                guest.machine[(int) m.bus + m.size - 1] = value;
                expected[(int) m.address + m.size - 1] = value;
            }
            dma.unmap(s, 0, m.bus, m.size, new Transfer(m.direction, 0));
            mapped.remove(m.address);
            outcomes.add("unmap");
        }

        void check() {
            for (int at = 0; at < expected.length; at += PAGE) {
                int frame = (int) bus(at);
                int differs = Arrays.mismatch(expected, at, at + PAGE, guest.machine, frame, frame + PAGE);
                assertThat(differs).as("page 0x%x", at).isNegative();
            }
            assertThat(slots.countsAreRight(s)).isTrue();
        }
    }

    private static void run(List<Integer> dice, Set<String> outcomes) {
        Machine machine = new Machine(new Random(dice.get(0)), outcomes);
        for (int die : dice) {
            Random random = new Random(die);
            List<Mapping> live = new ArrayList<>(machine.mapped.values());
            Mapping one = live.isEmpty() ? null : live.get(random.nextInt(live.size()));
            int kind = random.nextInt(10);
            if (kind < 4 || one == null) {
                machine.map(random);
            } else if (kind < 6) {
                machine.deviceWrites(random, one);
            } else if (kind < 7) {
                machine.driverWrites(random, one);
            } else {
                machine.unmap(random, one);
            }
            machine.check();
        }
    }

    @Provide
    Arbitrary<List<Integer>> dice() {
        return Arbitraries.integers()
                .between(0, Integer.MAX_VALUE)
                .withoutEdgeCases()
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    @Property(tries = 150, seed = "20261121")
    void driversSeeTheirData(@ForAll("dice") List<Integer> dice) {
        run(dice, new TreeSet<>());
    }

    @Example
    void everythingComesUp() {
        Set<String> outcomes = new TreeSet<>();
        Random random = new Random(20261121);
        for (int i = 0; i < 60; i++) {
            run(random.ints(60, 0, Integer.MAX_VALUE).boxed().toList(), outcomes);
        }
        assertThat(outcomes).contains("direct", "bounced", "map fails", "device writes", "driver writes", "unmap");
    }

    /** A foreign frame whose number at its owner is one of the pool's here. */
    @Example
    void aForeignFrameIsNotThePools() {
        Machine machine = new Machine(new Random(1), new TreeSet<>());
        int pfn = TestGuest.PAGES - POOL_PAGES;
        long own = machine.guest.p2m[pfn];
        int foreign = 0;
        while (machine.guest.m2p[foreign] != P2m.INVALID) {
            foreign++;
        }
        machine.guest.p2m[3] = foreign | P2m.FOREIGN;
        machine.guest.m2p[foreign] = pfn;
        assertThat(machine.dma.isBuffer(machine.s, own * PAGE)).isTrue();
        assertThat(machine.dma.isBuffer(machine.s, (long) foreign * PAGE)).isFalse();
        assertThat(new PvFrames(machine.guest).toPhysical(machine.s, (long) foreign * PAGE))
                .isEqualTo(-1L << 12);
        assertThat(new PvFrames(machine.guest).toBus(machine.s, 3L * PAGE + 5)).isEqualTo((long) foreign * PAGE + 5);
        assertThat(machine.dma.isBuffer(machine.s, -1)).isFalse();
    }

    /** A page of the pool that has become one with the same number in the machine is no memory that could be bounced through. */
    @Example
    void anIdentityMappedPageIsNotThePools() {
        Machine machine = new Machine(new Random(1), new TreeSet<>());
        int pfn = TestGuest.PAGES - POOL_PAGES;
        machine.guest.m2p[(int) machine.guest.p2m[pfn]] = P2m.INVALID;
        machine.guest.p2m[pfn] = pfn | P2m.IDENTITY;
        machine.guest.m2p[pfn] = P2m.INVALID;
        assertThat(new PvFrames(machine.guest).toPhysical(machine.s, (long) pfn * PAGE))
                .isEqualTo((long) pfn * PAGE);
        assertThat(machine.dma.isBuffer(machine.s, (long) pfn * PAGE)).isFalse();
    }

    /** Either all of a list is mapped, or nothing; what the device has not written is not copied out. */
    @Example
    void aListIsMappedOrNot() {
        Machine machine = new Machine(new Random(2), new TreeSet<>());
        long[] s = machine.s;
        XenSwiotlb nothing = machine.dma(new DmaDevice(16, -1, 0, 0, 0));
        XenSwiotlb all = machine.dma(DmaDevice.UNLIMITED);
        Transfer transfer = new Transfer(DmaDirection.FROM_DEVICE, 0);
        BufferList tooLong = new BufferList(new long[] {0x100, 0x2000}, new long[] {8, 0x50000});
        assertThat(all.mapList(s, 0, tooLong, transfer)).isEqualTo(XenSwiotlb.FAILED);
        assertThat(machine.slots.taken(s, 0)).isZero();
        BufferList one = new BufferList(new long[] {0x100}, new long[] {8});
        assertThat(nothing.mapList(s, 0, one, transfer)).isEqualTo(XenSwiotlb.FAILED);
        assertThat(machine.slots.taken(s, 0)).isZero();
        assertThat(all.mapList(s, 0, new BufferList(new long[0], new long[0]), transfer))
                .isZero();
        assertThat(all.mapList(s, 0, one, transfer)).isEqualTo(1);
        all.unmapList(s, one, 1, transfer);
        assertThat(machine.slots.taken(s, 0)).isZero();
        machine.check();
    }

    @Example
    void aDirectionIsNeeded() {
        Machine machine = new Machine(new Random(3), new TreeSet<>());
        Transfer none = new Transfer(DmaDirection.NONE, 0);
        BufferList one = new BufferList(new long[] {1}, new long[] {1});
        assertThatThrownBy(() -> machine.dma.map(machine.s, 0, 0, 1, none))
                .isInstanceOf(BugException.class)
                .hasMessage("a mapping without a direction");
        assertThatThrownBy(() -> machine.dma.unmap(machine.s, 0, 0, 1, none.withoutSync()))
                .isInstanceOf(BugException.class);
        assertThatThrownBy(() -> machine.dma.mapList(machine.s, 0, one, none)).isInstanceOf(BugException.class);
        assertThatThrownBy(() -> machine.dma.unmapList(machine.s, one, 1, none)).isInstanceOf(BugException.class);
    }

    /** Only the last byte of the pool is asked about. */
    @Example
    void aMaskIsSupported() {
        Machine machine = new Machine(new Random(4), new TreeSet<>());
        long last = machine.bus((long) TestGuest.PAGES * PAGE - 1);
        assertThat(machine.dma.isSupported(machine.s, last)).isTrue();
        assertThat(machine.dma.isSupported(machine.s, last - 1)).isFalse();
    }
}
