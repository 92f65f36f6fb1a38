package dev.moat.dma.iova;

import dev.moat.dma.release.LinuxRelease;
import java.util.Arrays;

/**
 * Freed ranges that stay allocated in their domain, to be handed out again without a search: Linux's rcaches. For each power of
 * two of pages, every CPU has two magazines of page numbers, last in first out, and all share a depot of full ones. What is in
 * a magazine is believed: a range that is freed twice is handed out twice.
 *
 * <p>{@code @shape} {@code [on]}, and for each size class {@code [loaded: cpus][previous: cpus][magazines in the depot][depot]
 * [unused magazines][their numbers]} and the magazines, each {@code [entries][page number: length]}; words that hold nothing
 * are 0. {@code @unit} pages, unsigned. {@code @source} LINUX-IOVA. {@code @oracle} SlowIova in the tests.
 */
public final class IovaCaches {
    /** Size classes of Linux: 1, 2, 4, ... 32 pages. */
    public static final int CLASSES = 6;

    private final IovaDomain domain;
    private final int base;
    private final int cpus;
    private final int length;
    private final int depotLength;
    private final int magazines;
    private final int classWords;
    private final LinuxRelease release;

    /** With Linux's magazines of 127 entries and depots of 32 magazines. */
    public IovaCaches(int base, IovaDomain domain, int cpus) {
        this(base, domain, cpus, Shape.LINUX.length, Shape.LINUX.depotLength);
    }

    /**
     * @param base the first word
     * @param length entries of a magazine
     * @param depotLength magazines of a depot
     */
    public IovaCaches(int base, IovaDomain domain, int cpus, int length, int depotLength) {
        this(base, domain, cpus, new Shape(length, depotLength), LinuxRelease.LINUX_6_1);
    }

    /**
     * How much can be cached in a class.
     *
     * @param length entries of a magazine
     * @param depotLength magazines of a depot; from Linux 6.12 on, those that there is memory for
     */
    public record Shape(int length, int depotLength) {
        /** Linux 6.1's. */
        public static final Shape LINUX = new Shape(127, 32);
    }

    /**
     * @param base the first word
     * @param release whose rules hold
     */
    public IovaCaches(int base, IovaDomain domain, int cpus, Shape shape, LinuxRelease release) {
        int length = shape.length();
        int depotLength = shape.depotLength();
        this.release = release;
        this.base = base;
        this.domain = domain;
        this.cpus = cpus;
        this.length = length;
        this.depotLength = depotLength;
        // One more than there are places for: a new one is taken before a full one is given up.
        magazines = 2 * cpus + depotLength + 1;
        classWords = 2 * cpus + 2 + depotLength + magazines + magazines * (1 + length);
    }

    /** First word behind this. */
    public int end() {
        return base + 1 + CLASSES * classWords;
    }

    /** No caches: everything goes to the domain. */
    public void initialise(long[] s) {
        Arrays.fill(s, base, end(), 0);
    }

    /** Empty caches that are used from now on. */
    public void turnOn(long[] s) {
        initialise(s);
        s[base] = 1;
        for (int order = 0; order < CLASSES; order++) {
            for (int cpu = 0; cpu < cpus; cpu++) {
                s[loaded(order, cpu)] = cpu;
                s[previous(order, cpu)] = (long) cpus + cpu;
            }
            int unused = magazines - 2 * cpus;
            s[unused(order)] = unused;
            for (int i = 0; i < unused; i++) {
                s[unused(order) + 1 + i] = (long) magazines - 1 - i;
            }
        }
    }

    /** Whether the caches are used. */
    public boolean isOn(long[] s) {
        return s[base] != 0;
    }

    /**
     * The size class of a number of pages, by the power of two that is not below it: also what a free is sorted by.
     *
     * @return {@link #CLASSES} or more when it is not cached
     */
    public static int order(long size) {
        return size == 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    }

    /**
     * Allocates pages, from the caches if they have some below the limit, and otherwise from the domain, aligned to their size.
     * Fewer pages than the largest class are rounded up to a power of two.
     *
     * @param cpu that asks
     * @param flush whether, when the domain has no room, everything cached is to be given back to it for a second attempt
     * @return the lowest page, or 0 for none, as in Linux: who gets page 0 cannot tell
     */
    public long allocate(long[] s, int cpu, long size, long limit, boolean flush) {
        long pages = Long.compareUnsigned(size, 1L << (CLASSES - 1)) < 0 ? 1L << order(size) : size;
        int order = order(pages);
        if (order < CLASSES && isOn(s)) {
            long cached = take(s, order, cpu, limit + 1 - pages);
            // Page 0 in a magazine is taken for none, and lost to the cache.
            if (cached != 0) {
                return cached;
            }
        }
        long found = domain.allocate(s, pages, limit, true);
        if (found == IovaDomain.NONE && flush) {
            flush(s);
            found = domain.allocate(s, pages, limit, true);
        }
        return found == IovaDomain.NONE ? 0 : found;
    }

    /**
     * Frees pages: keeps them cached, or gives them back to the domain if there are too many for a cache.
     *
     * @param pfn lowest page; believed
     * @param size pages; decides on the class, whatever was allocated
     */
    public void free(long[] s, int cpu, long pfn, long size) {
        int order = order(size);
        if (order < CLASSES && isOn(s)) {
            put(s, order, cpu, pfn);
        } else {
            domain.free(s, pfn);
        }
    }

    /** Gives back to the domain what a CPU has cached, as when it goes away. */
    public void release(long[] s, int cpu) {
        for (int order = 0; order < CLASSES && isOn(s); order++) {
            giveBack(s, magazine(order, s[loaded(order, cpu)]));
            giveBack(s, magazine(order, s[previous(order, cpu)]));
        }
    }

    /** Gives everything back to the domain: the CPUs' magazines in order, then the depots. */
    public void flush(long[] s) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            release(s, cpu);
        }
        for (int order = 0; order < CLASSES && isOn(s); order++) {
            int depot = depot(order);
            for (int i = 1; i <= s[depot]; i++) {
                giveBack(s, magazine(order, s[depot + i]));
                discard(s, order, s[depot + i]);
                s[depot + i] = 0;
            }
            s[depot] = 0;
        }
    }

    /**
     * What a worker does 100 ms after a magazine went into a depot, and again as long as it finds something to do: gives back the newest
     * magazine if the depot has more than there are CPUs. From Linux 6.12 on.
     *
     * @return whether there was one
     */
    public boolean trim(long[] s, int order) {
        if (!isOn(s) || depotSize(s, order) <= cpus) {
            return false;
        }
        int newest = popDepot(s, order);
        giveBack(s, magazine(order, newest));
        discard(s, order, newest);
        return true;
    }

    private int popDepot(long[] s, int order) {
        int depot = depot(order);
        int last = depot + (int) s[depot]--;
        int magazine = (int) s[last];
        s[last] = 0;
        return magazine;
    }

    /**
     * Numbers the magazines anew, by the places that they are in: which of them lies where is the only thing in these words that
     * tells how a state was come by, and nothing depends on it. For searches.
     */
    public void normalise(long[] s) {
        for (int order = 0; order < CLASSES && isOn(s); order++) {
            int number = 0;
            for (int at = loaded(order, 0); at < depot(order); at++) {
                renumber(s, order, at, number++);
            }
            for (int at = depot(order) + 1; at <= depot(order) + s[depot(order)]; at++) {
                renumber(s, order, at, number++);
            }
            for (int at = unused(order) + (int) s[unused(order)]; at > unused(order); at--) {
                renumber(s, order, at, number++);
            }
        }
    }

    /** Exchanges the magazine that a word names with the one of this number. */
    private void renumber(long[] s, int order, int at, int number) {
        int other = (int) s[at];
        int from = magazine(order, number);
        int to = magazine(order, other);
        for (int i = 0; i <= length && other != number; i++) {
            long word = s[from + i];
            s[from + i] = s[to + i];
            s[to + i] = word;
        }
        // Places that were renumbered before have smaller numbers; of those behind, one names what was exchanged.
        for (int i = at + 1; i <= unused(order) + s[unused(order)]; i++) {
            boolean names = i != depot(order) && i != unused(order);
            boolean used = i < depot(order) + 1 + s[depot(order)] || i > unused(order);
            if (names && used && s[i] == number) {
                s[i] = other;
            }
        }
        s[at] = number;
    }

    /** Page numbers in a CPU's loaded magazine. */
    public int loadedSize(long[] s, int order, int cpu) {
        return (int) s[magazine(order, s[loaded(order, cpu)])];
    }

    /** Page numbers in a CPU's previous magazine. */
    public int previousSize(long[] s, int order, int cpu) {
        return (int) s[magazine(order, s[previous(order, cpu)])];
    }

    /** Magazines in a depot. */
    public int depotSize(long[] s, int order) {
        return (int) s[depot(order)];
    }

    /** A page number in the loaded magazine, the newest being 0. */
    public long loadedPfn(long[] s, int order, int cpu, int age) {
        int magazine = magazine(order, s[loaded(order, cpu)]);
        return s[magazine + (int) s[magazine] - age];
    }

    /** 0 for none. */
    private long take(long[] s, int order, int cpu, long limit) {
        int loaded = loaded(order, cpu);
        if (s[magazine(order, s[loaded])] == 0) {
            int depot = depot(order);
            if (s[magazine(order, s[previous(order, cpu)])] != 0) {
                exchange(s, order, cpu);
            } else if (s[depot] > 0) {
                discard(s, order, s[loaded]);
                s[loaded] = popDepot(s, order);
            } else {
                return 0;
            }
        }
        return pop(s, magazine(order, s[loaded]), limit);
    }

    /** The newest entry that is not above the limit, 0 for none; the newest of all takes its place. */
    private static long pop(long[] s, int magazine, long limit) {
        int newest = magazine + (int) s[magazine];
        for (int at = newest; at > magazine; at--) {
            long pfn = s[at];
            if (Long.compareUnsigned(pfn, limit) <= 0) {
                s[at] = s[newest];
                s[newest] = 0;
                s[magazine]--;
                return pfn;
            }
        }
        return 0;
    }

    private void put(long[] s, int order, int cpu, long pfn) {
        int loaded = loaded(order, cpu);
        int surplus = -1;
        if (s[magazine(order, s[loaded])] == length) {
            if (s[magazine(order, s[previous(order, cpu)])] < length) {
                exchange(s, order, cpu);
            } else {
                int depot = depot(order);
                if (s[depot] < depotLength) {
                    s[depot]++;
                    s[depot + (int) s[depot]] = s[loaded];
                } else if (release.keepsAllMagazines()) {
                    // No memory for another magazine: the range is not cached.
                    domain.free(s, pfn);
                    return;
                } else {
                    surplus = (int) s[loaded];
                }
                s[loaded] = fresh(s, order);
            }
        }
        int magazine = magazine(order, s[loaded]);
        s[magazine]++;
        s[magazine + (int) s[magazine]] = pfn;
        if (surplus >= 0) {
            giveBack(s, magazine(order, surplus));
            discard(s, order, surplus);
        }
    }

    private void exchange(long[] s, int order, int cpu) {
        long loaded = s[loaded(order, cpu)];
        s[loaded(order, cpu)] = s[previous(order, cpu)];
        s[previous(order, cpu)] = loaded;
    }

    private long fresh(long[] s, int order) {
        int unused = unused(order);
        int last = unused + (int) s[unused]--;
        long magazine = s[last];
        s[last] = 0;
        return magazine;
    }

    private void discard(long[] s, int order, long magazine) {
        int unused = unused(order);
        s[unused]++;
        s[unused + (int) s[unused]] = magazine;
    }

    /** Frees what a magazine has, oldest first. */
    private void giveBack(long[] s, int magazine) {
        for (int i = 1; i <= s[magazine]; i++) {
            if (!domain.free(s, s[magazine + i])) {
                domain.warn(IovaWarning.CACHED_RANGE_IS_GONE);
            }
            s[magazine + i] = 0;
        }
        s[magazine] = 0;
    }

    private int classBase(int order) {
        return base + 1 + order * classWords;
    }

    private int loaded(int order, int cpu) {
        return classBase(order) + cpu;
    }

    private int previous(int order, int cpu) {
        return classBase(order) + cpus + cpu;
    }

    private int depot(int order) {
        return classBase(order) + 2 * cpus;
    }

    private int unused(int order) {
        return depot(order) + 1 + depotLength;
    }

    private int magazine(int order, long number) {
        return unused(order) + 1 + magazines + (int) number * (1 + length);
    }
}
