package dev.moat.dma.swiotlb;

import dev.moat.iommu.linux.DmaDirection;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Measures bounce buffers at the size of a kernel, alone and against their slow twin; run by {@code bench/dma.sh}. */
public final class SwiotlbSpeed {
    private static final int SLOTS = 32768;
    private static final int AREAS = 4;
    private static final int POOL = 16 << 20;
    private static final int MOST_LIVE = 6000;
    private static final int WHOLE = 1 << 18;

    private final SwiotlbGeometry geometry = SwiotlbGeometry.LINUX;
    private final SwiotlbSlots slots = new SwiotlbSlots(0, geometry, POOL, SLOTS, AREAS);
    private final byte[] memory = new byte[POOL + SLOTS * (int) geometry.slotBytes()];
    private final long[] s = new long[slots.end()];
    private final long[] addresses = new long[MOST_LIVE];
    private final long[] buffers = new long[MOST_LIVE];
    private final int[] sizes = new int[MOST_LIVE];
    private final DmaDirection[] directions = new DmaDirection[MOST_LIVE];
    private final DmaDirection[] all = DmaDirection.values();
    private final Transfer[] copying = transfers(0);
    private final Transfer[] skipping = transfers(Transfer.SKIP_CPU_SYNC);
    private final Swiotlb swiotlb;
    private final SlowSwiotlb slow;
    private int live;
    private long maps;
    private long failures;
    private long syncs;
    private long unmaps;

    private SwiotlbSpeed(boolean both) {
        swiotlb = new Swiotlb(
                slots,
                (words, to, from, length) -> System.arraycopy(memory, (int) from, memory, (int) to, (int) length),
                DmaDevice.UNLIMITED,
                warning -> {});
        slow = both ? new SlowSwiotlb(geometry, memory.length, POOL, SLOTS, AREAS, -1) : null;
        slots.initialise(s);
    }

    /** @param args operations, seed */
    public static void main(String[] args) {
        int operations = Integer.parseInt(args[0]);
        long seed = Long.parseLong(args[1]);
        System.out.printf(
                "swiotlb: %,d random operations, %,d slots of 2 KiB in %d areas, seed %d%n",
                operations, SLOTS, AREAS, seed);
        new SwiotlbSpeed(false).run(operations / 10, seed);
        for (boolean both : new boolean[] {false, true}) {
            SwiotlbSpeed run = new SwiotlbSpeed(both);
            double seconds = run.run(operations, seed);
            System.out.printf(
                    "  %s: %,d maps (%,d without slots), %,d syncs, %,d unmaps: %.2f s, %,.0f operations/s%n",
                    both ? "beside the slow twin, all equal" : "alone",
                    run.maps,
                    run.failures,
                    run.syncs,
                    run.unmaps,
                    seconds,
                    operations / seconds);
        }
    }

    private static Transfer[] transfers(int attributes) {
        return Arrays.stream(DmaDirection.values())
                .map(direction -> new Transfer(direction, attributes))
                .toArray(Transfer[]::new);
    }

    private double run(int operations, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long begun = System.nanoTime();
        for (int i = 0; i < operations; i++) {
            int kind = random.nextInt(100);
            // Every half million operations the pool is filled to the last slot.
            boolean full = i % 500_000 > 490_000;
            if (live == 0 || (live < (full ? MOST_LIVE : 2000) && kind < (full ? 60 : 34))) {
                map(random, full);
            } else if (kind < 66) {
                sync(random);
            } else {
                unmap(random);
            }
            if (slow != null && i % WHOLE == WHOLE - 1) {
                compareAll();
            }
        }
        if (slow != null) {
            compareAll();
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    private void map(SplittableRandom random, boolean large) {
        int size = 1 + random.nextInt(large ? 65536 : random.nextInt(16) == 0 ? 32768 : 2048);
        long buffer = random.nextInt(POOL - size);
        int cpu = random.nextInt(AREAS);
        maps++;
        long address = swiotlb.map(s, cpu, buffer, size, copying[0]);
        if (slow != null) {
            same(address, slow.map(cpu, DmaDevice.UNLIMITED, buffer, size, size, 0, true), address, size);
        }
        if (address == Swiotlb.ERROR) {
            failures++;
            return;
        }
        addresses[live] = address;
        buffers[live] = buffer;
        sizes[live] = size;
        directions[live] = all[random.nextInt(3)];
        live++;
    }

    private void sync(SplittableRandom random) {
        int at = random.nextInt(live);
        int from = random.nextInt(sizes[at]);
        int size = 1 + random.nextInt(sizes[at] - from);
        DmaDirection direction = directions[at];
        boolean in = random.nextBoolean();
        byte value = (byte) random.nextInt();
        long written = (in ? buffers[at] : addresses[at]) + from;
        memory[(int) written] = value;
        syncs++;
        if (in) {
            swiotlb.syncForDevice(s, addresses[at] + from, size, direction);
        } else {
            swiotlb.syncForCpu(s, addresses[at] + from, size, direction);
        }
        if (slow != null) {
            slow.memory[(int) written] = value;
            if (in ? direction.isToDevice() : direction.isFromDevice()) {
                slow.bounce(DmaDevice.UNLIMITED, addresses[at] + from, size, in);
            }
            same(0, 0, addresses[at] + from, size);
            same(0, 0, buffers[at] + from, size);
        }
    }

    private void unmap(SplittableRandom random) {
        int at = random.nextInt(live);
        boolean skip = random.nextInt(8) == 0;
        Transfer transfer = (skip ? skipping : copying)[directions[at].ordinal()];
        unmaps++;
        swiotlb.unmap(s, addresses[at], sizes[at], transfer);
        if (slow != null) {
            slow.unmap(DmaDevice.UNLIMITED, addresses[at], sizes[at], !skip && directions[at].isFromDevice());
            same(0, 0, buffers[at], sizes[at]);
        }
        live--;
        addresses[at] = addresses[live];
        buffers[at] = buffers[live];
        sizes[at] = sizes[live];
        directions[at] = directions[live];
    }

    /** The answers, the bytes that were to be copied, and every area. */
    private void same(long fastOne, long slowOne, long address, int size) {
        boolean same = fastOne == slowOne;
        if (address >= 0) {
            int from = (int) address;
            same &= Arrays.equals(memory, from, from + size, slow.memory, from, from + size);
        }
        for (int i = 0; i < AREAS; i++) {
            same &= slow.used[i] == slots.taken(s, i) && slow.hints[i] == slots.hint(s, i);
        }
        if (!same) {
            throw new IllegalStateException("the twins differ after " + (maps + syncs + unmaps) + " operations");
        }
    }

    private void compareAll() {
        boolean same = Arrays.equals(memory, slow.memory);
        for (int i = 0; i < SLOTS; i++) {
            same &= slow.freeFrom(i) == slots.freeFrom(s, i) && slow.slots[i].orig == slots.original(s, i);
        }
        if (!same) {
            throw new IllegalStateException("the twins differ after " + (maps + syncs + unmaps) + " operations");
        }
    }
}
