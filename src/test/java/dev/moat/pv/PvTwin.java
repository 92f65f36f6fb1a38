package dev.moat.pv;

import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A driver and its device at random, beside a slow twin: one plain byte array of what the CPU is to find in its buffers, and for each bounced
 * mapping one of what the device is to find. After each operation the buffer is compared, byte by byte, on both sides; all else now and
 * then.
 */
final class PvTwin {
    private static final int MOST_LIVE = 2000;
    private static final int WHOLE = 1 << 18;

    private final PvMachine machine;
    private final byte[] twin;
    private final long[] buses = new long[MOST_LIVE];
    private final long[] buffers = new long[MOST_LIVE];
    private final int[] sizes = new int[MOST_LIVE];
    private final DmaDirection[] directions = new DmaDirection[MOST_LIVE];
    private final byte[][] bounced = new byte[MOST_LIVE][];
    private int live;
    long maps;
    long bounces;
    long failures;
    long syncs;
    long unmaps;

    PvTwin(PvMachine machine) {
        this.machine = machine;
        twin = new byte[machine.pages * PvMachine.PAGE];
    }

    /**
     * Random operations; the pool is filled in each twentieth part of so many.
     *
     * @throws IllegalStateException where the twins differ
     */
    void run(int operations, int every, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < operations; i++) {
            int kind = random.nextInt(100);
            // Now and then the pool is filled to the last slot.
            boolean full = i % every > every - every / 20;
            if (live == 0 || (live < MOST_LIVE && kind < (full ? 60 : 34))) {
                map(random, full);
            } else if (kind < 66) {
                sync(random, random.nextInt(live));
            } else {
                unmap(random.nextInt(live));
            }
            if (i % WHOLE == WHOLE - 1) {
                compareAll();
            }
        }
        compareAll();
    }

    private void map(SplittableRandom random, boolean large) {
        int size = 1 + random.nextInt(large ? 200_000 : random.nextInt(16) == 0 ? 32768 : 2048);
        long first = (long) machine.poolPages * PvMachine.PAGE;
        long address = first + random.nextInt((machine.pages - machine.poolPages) * PvMachine.PAGE - size);
        if (random.nextInt(16) == 0) {
            // Ends with the last byte that the device can address, or one to either side.
            address = Math.max(first, machine.mask + random.nextInt(3) - size);
        }
        DmaDirection direction = DmaDirection.values()[random.nextInt(3)];
        write(address + random.nextInt(size), (byte) random.nextInt());
        boolean direct = machine.couldBeDirect(address, size);
        maps++;
        long bus = machine.dma.map(machine.s, 0, address, size, new Transfer(direction, 0));
        if (bus == Swiotlb.ERROR) {
            failures++;
            require(!direct, "a buffer that could be used itself is refused");
            return;
        }
        boolean itself = machine.device(bus) == machine.cpu(address);
        require(itself || !direct, "a buffer bounces that could be used itself");
        require(direct || !itself, "the device is given a buffer that it cannot use itself");
        bounces += itself ? 0 : 1;
        buses[live] = bus;
        buffers[live] = address;
        sizes[live] = size;
        directions[live] = direction;
        bounced[live] = itself ? null : Arrays.copyOfRange(twin, (int) address, (int) address + size);
        compare(live);
        live++;
    }

    private void write(long address, byte value) {
        machine.memory[machine.cpu(address)] = value;
        twin[(int) address] = value;
    }

    /** The CPU or the device writes a byte somewhere, and a part is synchronised, be it that part or not. */
    private void sync(SplittableRandom random, int at) {
        int from = random.nextInt(sizes[at]);
        int size = 1 + random.nextInt(sizes[at] - from);
        int place = random.nextInt(sizes[at]);
        byte value = (byte) random.nextInt();
        byte[] slots = bounced[at];
        syncs++;
        if (random.nextBoolean()) {
            write(buffers[at] + place, value);
            machine.dma.syncForDevice(machine.s, buses[at] + from, size, directions[at]);
            if (slots != null && directions[at].isToDevice()) {
                System.arraycopy(twin, (int) buffers[at] + from, slots, from, size);
            }
        } else {
            machine.memory[machine.device(buses[at] + place)] = value;
            if (slots == null) {
                twin[(int) buffers[at] + place] = value;
            } else {
                slots[place] = value;
            }
            machine.dma.syncForCpu(machine.s, buses[at] + from, size, directions[at]);
            copyOut(at, from, size);
        }
        compare(at);
    }

    private void copyOut(int at, int from, int size) {
        byte[] slots = bounced[at];
        if (slots != null && directions[at].isFromDevice()) {
            System.arraycopy(slots, from, twin, (int) buffers[at] + from, size);
        }
    }

    private void unmap(int at) {
        unmaps++;
        machine.dma.unmap(machine.s, 0, buses[at], sizes[at], new Transfer(directions[at], 0));
        copyOut(at, 0, sizes[at]);
        compareBuffer(buffers[at], sizes[at]);
        live--;
        buses[at] = buses[live];
        buffers[at] = buffers[live];
        sizes[at] = sizes[live];
        directions[at] = directions[live];
        bounced[at] = bounced[live];
    }

    private void compare(int at) {
        compareBuffer(buffers[at], sizes[at]);
        byte[] wanted = bounced[at] == null ? twin : bounced[at];
        int from = bounced[at] == null ? (int) buffers[at] : 0;
        for (int i = 0, part; i < sizes[at]; i += part) {
            part = part(buses[at] + i, sizes[at] - i);
            require(isEqual(machine.device(buses[at] + i), wanted, from + i, part), "what the device finds");
        }
    }

    /** Bytes to the end of a page, or fewer. */
    private static int part(long address, int left) {
        return (int) Math.min(PvMachine.PAGE - address % PvMachine.PAGE, left);
    }

    private boolean isEqual(int place, byte[] wanted, int from, int bytes) {
        return Arrays.equals(machine.memory, place, place + bytes, wanted, from, from + bytes);
    }

    private void compareBuffer(long address, int size) {
        for (int i = 0, part; i < size; i += part) {
            part = part(address + i, size - i);
            require(isEqual(machine.cpu(address + i), twin, (int) address + i, part), "what the CPU finds");
        }
    }

    private void compareAll() {
        int first = machine.poolPages * PvMachine.PAGE;
        compareBuffer(first, twin.length - first);
        for (int at = 0; at < live; at++) {
            compare(at);
        }
    }

    private void require(boolean so, String otherwise) {
        if (!so) {
            throw differ(otherwise);
        }
    }

    private IllegalStateException differ(String what) {
        return new IllegalStateException("the twins differ after " + (maps + syncs + unmaps) + " operations: " + what);
    }
}
