package dev.moat.dma.swiotlb;

import dev.moat.dma.release.LinuxRelease;
import dev.moat.iommu.linux.DmaDirection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** Bounce buffers and their slow twin, to which the same is done; each has a memory of its own. */
final class TwinSwiotlb {
    private static final SwiotlbGeometry TINY = new SwiotlbGeometry(3, 4, 4);

    private final Set<String> outcomes;
    private final SwiotlbGeometry geometry;
    private final SwiotlbSlots slots;
    private final BounceMemory bounceMemory;
    private Swiotlb swiotlb;
    private final SlowSwiotlb slow;
    private final long[] s;
    private final byte[] memory;
    private final List<SwiotlbWarning> warnings = new ArrayList<>();
    private final List<long[]> live = new ArrayList<>();
    private final long start;
    private DmaDevice device = DmaDevice.UNLIMITED;

    /** @param seed of the sizes that the twins are made with */
    TwinSwiotlb(int seed, LinuxRelease release, Set<String> outcomes) {
        Random random = new Random(seed);
        this.outcomes = outcomes;
        geometry = random.nextInt(4) == 0 ? SwiotlbGeometry.LINUX : TINY;
        int areas = 1 + random.nextInt(4);
        int count = areas * geometry.segmentSlots() * (1 + random.nextInt(2)) + (random.nextInt(5) == 0 ? 1 : 0);
        // At most 4 areas of 2 segments, a slot, and 8 that the pool begins later: all of it is memory.
        int bytes = (int) geometry.slotBytes() * 2064;
        start = 1024 * geometry.slotBytes() + (random.nextInt(3) == 0 ? geometry.slotBytes() * random.nextInt(9) : 0);
        long firstHigh = random.nextBoolean() ? -1 : 8;
        memory = new byte[bytes];
        slots = new SwiotlbSlots(1, geometry, start, room(random, count, areas), release);
        bounceMemory = memory(firstHigh);
        swiotlb = new Swiotlb(slots, bounceMemory, device, warnings::add);
        slow = new SlowSwiotlb(geometry, bytes, start, count, areas, firstHigh);
        slow.aligns = release == LinuxRelease.LINUX_6_12;
        slow.fromHint = release == LinuxRelease.LINUX_6_6;
        new SplittableRandom(random.nextLong()).nextBytes(memory);
        System.arraycopy(memory, 0, slow.memory, 0, bytes);
        s = new long[slots.end() + 1];
        slots.initialise(s);
        s[0] = s[slots.end()] = 0x5a5a;
    }

    /** Now and then there are words for more slots and areas than the pool has. */
    private static SwiotlbSlots.Division room(Random random, int count, int areas) {
        int more = Math.max(0, random.nextInt(6) - 2);
        return new SwiotlbSlots.Division(count, areas, count + more, areas + more);
    }

    private BounceMemory memory(long firstHigh) {
        return new BounceMemory() {
            @Override
            public void copy(long[] words, long to, long from, long length) {
                // Byte by byte, rising, as the twin: buffers of a test may overlap with slots.
                for (int i = 0; i < length; i++) {
                    memory[(int) to + i] = memory[(int) from + i];
                }
            }

            @Override
            public boolean isHigh(long pfn) {
                return firstHigh >= 0 && pfn >= firstHigh;
            }
        };
    }

    /** Does one thing to both; empty, or what differs. */
    String perform(int die) {
        Random random = new Random(die);
        int kind = random.nextInt(100);
        String differs;
        if (kind < 40) {
            differs = map(random);
        } else if (kind < 62) {
            differs = unmap(random);
        } else if (kind < 82) {
            differs = sync(random);
        } else if (kind < 92) {
            differs = write(random);
        } else if (kind < 96) {
            differs = restricted(random);
        } else {
            differs = change(random);
        }
        return differs + state();
    }

    private static String same(String what, Object slowOne, Object fastOne) {
        return slowOne.equals(fastOne) ? "" : what + ": slow " + slowOne + ", fast " + fastOne + "; ";
    }

    private long attempt(LongSupplier call) {
        try {
            return call.getAsLong();
        } catch (BugException e) {
            outcomes.add("bug");
            return -99;
        }
    }

    private String map(Random random) {
        int slot = (int) geometry.slotBytes();
        int most = random.nextInt(4) == 0 ? slot * (geometry.segmentSlots() + 1) : 3 * slot;
        long alloc = random.nextInt(50) == 0 ? 0 : 1 + random.nextInt(most);
        long size = random.nextInt(40) == 0
                ? alloc + 1
                : alloc - (random.nextInt(4) == 0 ? random.nextInt((int) alloc + 1) : 0);
        int align = random.nextInt(4) == 0 ? (slot << random.nextInt(4)) - 1 : 0;
        long orig = random.nextInt(100) == 0 ? 0 : random.nextInt(slot * 512);
        int cpu = random.nextInt(4);
        int attributes = random.nextBoolean() ? Transfer.NO_WARN : 0;
        long slowOne = attempt(() -> slow.aligns
                ? slow.map(cpu, device, orig, size, align, attributes == 0)
                : slow.map(cpu, device, orig, size, alloc, align, attributes == 0));
        // Linux 6.1's search that does not end is told by what does it all at once alone.
        boolean inSteps =
                alloc == size && size > 0 && align == 0 && !slots.release().roundsHint() && random.nextBoolean();
        long fastOne = attempt(() -> inSteps
                ? mapInSteps(cpu, orig, size, attributes)
                : swiotlb.map(
                        s,
                        cpu,
                        orig,
                        new Swiotlb.Request(size, alloc, align),
                        new Transfer(DmaDirection.NONE, attributes)));
        outcomes.add("map" + (fastOne == -1 ? " fails" : "") + (geometry == TINY ? "" : " at real size"));
        if (fastOne >= 0) {
            live.add(new long[] {fastOne, slow.aligns ? size : alloc});
            outcomes.add("slots before " + (slow.slots[(int) ((fastOne - start) / slot)].before > 0));
        }
        return same("map", slowOne, fastOne);
    }

    private long mapInSteps(int cpu, long orig, long size, int attributes) {
        outcomes.add("in steps");
        for (int i = 0; i < slots.areas(); i++) {
            int area = ((cpu & (slots.areas() - 1)) + i) % slots.areas();
            int first = swiotlb.look(s, area, orig, size);
            if (first != SwiotlbSlots.NONE) {
                swiotlb.take(s, area, first, orig, size);
                return swiotlb.fill(s, first, orig, size);
            }
        }
        if (attributes == 0) {
            warnings.add(SwiotlbWarning.POOL_IS_FULL);
        }
        return Swiotlb.ERROR;
    }

    private String unmap(Random random) {
        if (live.isEmpty()) {
            return "";
        }
        long[] which = live.remove(random.nextInt(live.size()));
        long address = which[0];
        if (random.nextInt(8) == 0 && which[1] > geometry.slotBytes()) {
            address += geometry.slotBytes();
            live.add(new long[] {which[0], geometry.slotBytes()});
            outcomes.add("unmap inside");
        }
        if (!slots.contains(address)) {
            return "";
        }
        DmaDirection direction = DmaDirection.values()[random.nextInt(4)];
        int attributes = random.nextInt(3) == 0 ? Transfer.SKIP_CPU_SYNC : 0;
        long size = random.nextInt(4) == 0 ? random.nextInt((int) which[1] + 9) : which[1];
        slow.unmap(
                device,
                address,
                size,
                attributes == 0 && direction != DmaDirection.TO_DEVICE && direction != DmaDirection.NONE);
        swiotlb.unmap(s, address, size, new Transfer(direction, attributes));
        outcomes.add("unmap");
        return "";
    }

    private String sync(Random random) {
        long address = live.isEmpty() || random.nextInt(10) == 0
                ? start + random.nextInt(slots.slots() * (int) geometry.slotBytes())
                : live.get(random.nextInt(live.size()))[0] + random.nextInt(3 * (int) geometry.slotBytes()) - 4;
        if (!slots.contains(address)) {
            return "";
        }
        long size = random.nextInt(2 * (int) geometry.slotBytes());
        DmaDirection direction = DmaDirection.values()[random.nextInt(4)];
        boolean in = random.nextBoolean();
        long slowOne = attempt(() -> {
            if (direction == DmaDirection.NONE) {
                throw new BugException("none");
            }
            if (in && direction != DmaDirection.FROM_DEVICE) {
                slow.bounce(device, address, size, true);
            } else if (!in && direction != DmaDirection.TO_DEVICE) {
                slow.bounce(device, address, size, false);
            }
            return 0;
        });
        long fastOne = attempt(() -> {
            if (in) {
                swiotlb.syncForDevice(s, address, size, direction);
            } else {
                swiotlb.syncForCpu(s, address, size, direction);
            }
            return 0;
        });
        outcomes.add("sync");
        return same("sync", slowOne, fastOne);
    }

    /** The CPU or a device writes somewhere. */
    private String write(Random random) {
        int at = random.nextInt(memory.length - 64);
        int length = random.nextInt(64);
        byte value = (byte) random.nextInt();
        Arrays.fill(memory, at, at + length, value);
        Arrays.fill(slow.memory, at, at + length, value);
        return "";
    }

    /** Memory for a device out of its own pool. */
    private String restricted(Random random) {
        int cpu = random.nextInt(4);
        long size = 1 + random.nextInt(3 * (int) geometry.slotBytes());
        long slowOne = attempt(() -> slow.allocate(cpu, device, size));
        long fastOne = attempt(() -> swiotlb.allocate(s, cpu, size));
        outcomes.add("allocate");
        if (fastOne >= start && slots.bytesFrom(s, (int) ((fastOne - start) / geometry.slotBytes())) != size) {
            outcomes.add("a page that begins with another's slot");
        }
        // Freed again only where the first slot is the page's: the page is all that Linux knows of it.
        if (fastOne >= start
                && slots.bytesFrom(s, (int) ((fastOne - start) / geometry.slotBytes())) == size
                && (fastOne & device.minAlign() & (geometry.slotBytes() - 1)) == 0) {
            slow.release(device, fastOne);
            outcomes.add("free " + swiotlb.free(s, fastOne));
        }
        return same("allocate", slowOne, fastOne) + same("free", false, swiotlb.free(s, start - 1));
    }

    /** Another device; mappings of the one before stay, as those of a device whose masks change do. */
    private String change(Random random) {
        int slot = (int) geometry.slotBytes();
        int minAlign = random.nextBoolean() ? 0 : (slot >>> 2 << random.nextInt(6)) - 1;
        long boundary = switch (random.nextInt(5)) {
            case 0 -> ((long) slot << random.nextInt(8)) - 1;
            case 1 -> -1;
            case 2 -> random.nextInt(4) == 0 ? 3L * slot - 1 : 0xffff;
            default -> 0;
        };
        if (minAlign != device.minAlign()) {
            // A mapping's offset is by its device's alignment: nobody unmaps it by another one's.
            live.clear();
        }
        device = new DmaDevice(-1, -1, 0, boundary, minAlign);
        swiotlb = new Swiotlb(slots, bounceMemory, device, warnings::add);
        return "";
    }

    /** Empty when both have the same slots, areas, warnings and bytes, and the words around are untouched. */
    private String state() {
        StringBuilder differs = new StringBuilder();
        for (int i = 0; i < slots.slots(); i++) {
            differs.append(same("free from " + i, (long) slow.freeFrom(i), slots.freeFrom(s, i)));
            differs.append(same("original of " + i, slow.slots[i].orig, slots.original(s, i)));
            differs.append(same("bytes from " + i, slow.slots[i].bytes, slots.bytesFrom(s, i)));
        }
        for (int i = 0; i < slots.areas(); i++) {
            differs.append(same("taken", slow.used[i], slots.taken(s, i)));
            differs.append(same("hint", (long) slow.hints[i], slots.hint(s, i)));
        }
        differs.append(same("warnings", slow.warnings, warnings));
        differs.append(same("counts", true, slots.countsAreRight(s)));
        differs.append(same("words around", 2L * 0x5a5a, s[0] + s[slots.end()]));
        warnings.forEach(warning -> outcomes.add("" + warning));
        outcomes.add("endless " + slow.wasEndless);
        outcomes.add("high " + slow.wasHigh);
        return differs + (Arrays.equals(memory, slow.memory) ? "" : "memory");
    }

    /** With Linux 6.1's rules. */
    static String run(List<Integer> dice, Set<String> outcomes) {
        return run(dice, LinuxRelease.LINUX_6_1, outcomes);
    }

    static String run(List<Integer> dice, LinuxRelease release, Set<String> outcomes) {
        TwinSwiotlb twins = new TwinSwiotlb(dice.get(0), release, outcomes);
        for (int i = 0; i < dice.size(); i++) {
            String differs = twins.perform(dice.get(i));
            if (!differs.isEmpty()) {
                return "step " + i + " " + differs;
            }
        }
        return "";
    }

    static Set<String> noOutcomes() {
        return new TreeSet<>();
    }
}
