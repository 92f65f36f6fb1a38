package dev.moat.dma.iova;

import dev.moat.dma.release.LinuxRelease;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** The allocator and its slow twin, to which the same is done. */
final class TwinIova {
    private final int cpus;
    private final Set<String> outcomes;
    private final IovaDomain domain;
    private final IovaCaches caches;
    private final SlowIova slow;
    private final long[] s;
    private final List<IovaWarning> warnings = new ArrayList<>();
    private final List<long[]> given = new ArrayList<>();
    private final long space;

    /** @param seed of the sizes that the twins are made with */
    TwinIova(int seed, LinuxRelease release, Set<String> outcomes) {
        Random random = new Random(seed);
        this.outcomes = outcomes;
        // With one, more goes into its depots than they may keep.
        cpus = release.keepsAllMagazines() ? 1 : 3;
        long granule = 1L << random.nextInt(13);
        space = random.nextBoolean() ? 64L << random.nextInt(6) : 1L << (32 - Long.numberOfTrailingZeros(granule));
        long start = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(8);
        int capacity = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 20 + random.nextInt(300);
        int magazine = 1 + random.nextInt(4);
        int depot = random.nextInt(3) + (release.keepsAllMagazines() ? 3 : 0);
        int block = random.nextBoolean() ? 64 : 2 + random.nextInt(7);
        IovaRanges ranges = new IovaRanges(3 + IovaDomain.RANGES, start, capacity + 1, block);
        domain = new IovaDomain(3, granule, ranges, warnings::add);
        caches = new IovaCaches(domain.end(), domain, cpus, new IovaCaches.Shape(magazine, depot), release);
        s = new long[caches.end() + 1];
        s[0] = s[1] = s[2] = s[caches.end()] = 0x5a5a;
        domain.initialise(s);
        caches.initialise(s);
        slow = new SlowIova(granule, start, capacity, cpus, magazine, depot);
        slow.keepsAll = release != LinuxRelease.LINUX_6_1;
    }

    /** Does one thing to both; empty, or what differs. */
    String perform(int die) {
        Random random = new Random(die);
        int kind = random.nextInt(100);
        String differs = kind < 30
                ? allocateFast(random)
                : kind < 50
                        ? freeFast(random)
                        : kind < 62
                                ? allocate(random)
                                : kind < 78
                                        ? free(random)
                                        : kind < 90 ? reserve(random) : kind < 97 ? find(random) : rare(random);
        return differs.isEmpty() ? state() : differs;
    }

    private String same(String what, Object slowOne, Object fastOne) {
        return slowOne.equals(fastOne) ? "" : what + ": slow " + slowOne + ", fast " + fastOne;
    }

    private long size(Random random) {
        return 1 + random.nextInt(random.nextInt(4) == 0 ? 70 : 8);
    }

    private long limit(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong() >>> random.nextInt(60);
            case 1 -> space;
            case 2 -> 4 * space;
            case 3 -> -1L - random.nextInt(2);
            default -> space - 1 - random.nextInt(random.nextInt(4) == 0 ? (int) Math.min(space, 1000) : 1);
        };
    }

    private String allocate(Random random) {
        long size = size(random);
        long limit = limit(random);
        boolean aligned = random.nextBoolean();
        return allocated("alloc", size, slow.allocate(size, limit, aligned), domain.allocate(s, size, limit, aligned));
    }

    private String allocateFast(Random random) {
        long size = size(random);
        long limit = limit(random);
        int cpu = random.nextInt(cpus);
        boolean flush = random.nextBoolean();
        return allocated(
                "alloc_fast" + (flush ? " with flush" : ""),
                size,
                page(slow.allocateFast(cpu, size, limit, flush)),
                page(caches.allocate(s, cpu, size, limit, flush)));
    }

    /** Who gets page 0 from the caches has got none. */
    private static long page(long got) {
        return got == 0 ? IovaDomain.NONE : got;
    }

    private String allocated(String what, long size, long slowOne, long fastOne) {
        outcomes.add(what + (fastOne == IovaDomain.NONE ? " fails" : slow.cached ? " with caches" : ""));
        if (fastOne != IovaDomain.NONE) {
            given.add(new long[] {fastOne, size});
        }
        return same(what, slowOne, fastOne);
    }

    /** Mostly what was given out; sometimes something else. */
    private long[] some(Random random) {
        if (given.isEmpty() || random.nextInt(10) == 0) {
            return new long[] {random.nextLong() & (2 * space - 1), size(random)};
        }
        int i = random.nextInt(given.size());
        return random.nextInt(10) == 0 ? given.get(i) : given.remove(i);
    }

    private String freeFast(Random random) {
        long[] which = some(random);
        long size = random.nextInt(20) == 0 ? size(random) : which[1];
        int cpu = random.nextInt(cpus);
        slow.freeFast(cpu, which[0], size);
        caches.free(s, cpu, which[0], size);
        return "";
    }

    private String free(Random random) {
        long[] which = some(random);
        long pfn = which[0] + random.nextInt((int) which[1]);
        boolean freed = domain.free(s, pfn);
        outcomes.add("free " + freed);
        return same("free", slow.free(pfn), freed);
    }

    private String find(Random random) {
        long pfn = random.nextInt(20) == 0 ? -1 : some(random)[0];
        int place = domain.find(s, pfn);
        outcomes.add("find " + (place >= 0));
        return same("find", text(slow.find(pfn)), text(place));
    }

    private String reserve(Random random) {
        long lo = random.nextInt(3) == 0 ? some(random)[0] - random.nextInt(4) : random.nextLong() & (space - 1);
        long hi = lo + random.nextInt(random.nextInt(5) == 0 ? 300 : 20);
        if (Long.compareUnsigned(hi, lo) < 0) {
            return "";
        }
        int place = domain.reserve(s, lo, hi);
        outcomes.add("reserve " + (place >= 0));
        return same("reserve", text(slow.reserve(lo, hi)), text(place));
    }

    private String rare(Random random) {
        int cpu = random.nextInt(cpus);
        if (slow.keepsAll && random.nextInt(3) > 0) {
            int order = random.nextInt(2);
            boolean trimmed = caches.trim(s, order);
            outcomes.add("trim " + trimmed);
            return same("trim", slow.trim(order), trimmed);
        }
        if (random.nextInt(3) == 0) {
            caches.normalise(s);
            String words = Arrays.toString(s);
            caches.normalise(s);
            outcomes.add("normalise");
            return same("words", words, Arrays.toString(s));
        }
        if (random.nextInt(3) == 0) {
            slow.turnOn();
            caches.turnOn(s);
            outcomes.add("on");
        } else {
            slow.release(cpu);
            caches.release(s, cpu);
            outcomes.add("release");
        }
        return "";
    }

    private static String text(SlowIova.Range range) {
        return range == null ? "none" : Long.toHexString(range.lo) + ":" + Long.toHexString(range.hi);
    }

    private String text(int place) {
        return place < 0 ? "none" : Long.toHexString(domain.lo(s, place)) + ":" + Long.toHexString(domain.hi(s, place));
    }

    /** Empty when both have the same ranges, hints, magazines and warnings, and the words around are untouched. */
    private String state() {
        List<String> slowOnes =
                slow.ranges.values().stream().map(TwinIova::text).toList();
        List<String> fastOnes = new ArrayList<>();
        for (int place = domain.lowest(s); place >= 0; place = domain.above(s, place)) {
            fastOnes.add(text(place));
        }
        String differs = same("ranges", slowOnes, fastOnes)
                + same("count", slowOnes.size() - 1, domain.count(s))
                + same("hint", slow.lowHint.lo, domain.lowHint(s))
                + same("high hint", slow.highHint.lo, domain.highHint(s))
                + same("failed size", slow.failed, domain.failedSize(s))
                + same("warnings", slow.warnings, warnings)
                + same("words around", 4L * 0x5a5a, s[0] + s[1] + s[2] + s[caches.end()]);
        warnings.forEach(warning -> outcomes.add("" + warning));
        if (fastOnes.size() > 130) {
            outcomes.add("three blocks of 64");
        }
        for (int order = 0; order < IovaCaches.CLASSES && slow.cached; order++) {
            for (int cpu = 0; cpu < cpus; cpu++) {
                differs += same("magazines", slow.caches(order, cpu), magazines(order, cpu));
            }
        }
        return differs;
    }

    private String magazines(int order, int cpu) {
        List<Long> loaded = new ArrayList<>();
        for (int i = 0; i < caches.loadedSize(s, order, cpu); i++) {
            loaded.add(caches.loadedPfn(s, order, cpu, i));
        }
        if (caches.depotSize(s, order) > 0) {
            outcomes.add("depot");
        }
        return loaded + " " + caches.previousSize(s, order, cpu) + " " + caches.depotSize(s, order);
    }

    /** With Linux 6.1's rules. */
    static String run(List<Integer> dice, Set<String> outcomes) {
        return run(dice, LinuxRelease.LINUX_6_1, outcomes);
    }

    static String run(List<Integer> dice, LinuxRelease release, Set<String> outcomes) {
        TwinIova twins = new TwinIova(dice.get(0), release, outcomes);
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
