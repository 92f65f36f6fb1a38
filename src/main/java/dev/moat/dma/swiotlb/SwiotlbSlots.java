package dev.moat.dma.swiotlb;

import dev.moat.dma.release.LinuxRelease;
import java.util.Arrays;

/**
 * Which slots of a pool are taken, and by what: the bookkeeping of Linux's {@code struct io_tlb_mem}. A free slot counts the
 * free ones from it to the end of their run in its segment; a taken one counts 0. The pool is divided into areas, each with a hint
 * and a count of its own; a CPU begins with its area and goes on to the next ones.
 *
 * <p>{@code @shape} {@code [free from here: slots][original address: slots][bytes from here: slots][taken: areas][hint: areas]}; no
 * original address is {@link #NO_ADDRESS}; the hint counts from the area's first slot. From Linux 6.12 on, {@code [slots before: slots]}
 * follow. {@code @unit} slots and bytes,
 * unsigned. {@code @source} LINUX-SWIOTLB. {@code @oracle} SlowSwiotlb in the tests.
 */
public final class SwiotlbSlots {
    /** No slot. */
    public static final int NONE = -1;

    /** What a slot has for an original address when no buffer stands behind it. */
    public static final long NO_ADDRESS = -1;

    private final SwiotlbGeometry geometry;
    private final long start;
    private final int slots;
    private final int areas;
    private final int areaSlots;
    private final int origs;
    private final int sizes;
    private final int taken;
    private final int hints;
    private final int free;
    private final int pads;
    private final int room;
    private final LinuxRelease release;

    /** Linux 6.1's. */
    public SwiotlbSlots(int base, SwiotlbGeometry geometry, long start, int slots, int areas) {
        this(base, geometry, start, new Division(slots, areas), LinuxRelease.LINUX_6_1);
    }

    /**
     * How large a pool is.
     *
     * @param slots at least one for each area; Linux's callers give whole segments
     * @param areas at least 1
     * @param roomSlots slots that there are words for; not fewer
     * @param roomAreas the same of areas
     */
    public record Division(int slots, int areas, int roomSlots, int roomAreas) {
        /** A pool that fills its words. */
        public Division(int slots, int areas) {
            this(slots, areas, slots, areas);
        }
    }

    /**
     * @param base first word
     * @param start address of the pool
     * @param release whose rules hold
     */
    public SwiotlbSlots(int base, SwiotlbGeometry geometry, long start, Division division, LinuxRelease release) {
        int slots = division.slots();
        int areas = division.areas();
        if (areas < 1 || slots < areas || division.roomSlots() < slots || division.roomAreas() < areas) {
            throw new IllegalArgumentException(slots + " slots in " + areas + " areas");
        }
        this.geometry = geometry;
        this.release = release;
        this.start = start;
        this.slots = slots;
        this.areas = areas;
        areaSlots = slots / areas;
        free = base;
        origs = free + division.roomSlots();
        sizes = origs + division.roomSlots();
        taken = sizes + division.roomSlots();
        hints = taken + division.roomAreas();
        pads = hints + division.roomAreas();
        room = division.roomSlots();
    }

    /** First word behind this. */
    public int end() {
        return pads + (release.alignsSlots() ? room : 0);
    }

    /** All slots free. */
    public void initialise(long[] s) {
        for (int i = 0; i < room; i++) {
            s[free + i] = Math.max(0, Math.min(geometry.segmentSlots() - inSegment(i), slots - i));
        }
        Arrays.fill(s, origs, sizes, NO_ADDRESS);
        Arrays.fill(s, sizes, end(), 0);
    }

    /** The sizes that this pool is made with. */
    public SwiotlbGeometry geometry() {
        return geometry;
    }

    /** Whose rules hold. */
    public LinuxRelease release() {
        return release;
    }

    /** Address of the pool. */
    public long start() {
        return start;
    }

    /** Number of slots. */
    public int slots() {
        return slots;
    }

    /** Number of areas. */
    public int areas() {
        return areas;
    }

    /** Whether a physical address is in the pool. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address, start) >= 0
                && Long.compareUnsigned(address - start, (long) slots << geometry.slotShift()) < 0;
    }

    /** Address of a slot. */
    long address(int slot) {
        return start + ((long) slot << geometry.slotShift());
    }

    /**
     * The slot that an address is in.
     *
     * @throws BugException when it is in none
     */
    int slot(long address) {
        if (!contains(address)) {
            throw new BugException("address 0x" + Long.toHexString(address) + " is not in the pool");
        }
        return (int) ((address - start) >>> geometry.slotShift());
    }

    /** Free slots from this one to the end of their run; 0 when it is taken. */
    public long freeFrom(long[] s, int slot) {
        return s[free + slot];
    }

    /** Original address that the slot stands for, or {@link #NO_ADDRESS}. */
    public long original(long[] s, int slot) {
        return s[origs + slot];
    }

    /** Bytes of the allocation from this slot on; of the last slot possibly negative, if the mapping begins inside its first. */
    public long bytesFrom(long[] s, int slot) {
        return s[sizes + slot];
    }

    /** Slots taken in an area; below 0, as an unsigned number, when slots were freed twice. */
    public long taken(long[] s, int area) {
        return s[taken + area];
    }

    /** Where the next search in an area begins, counted from its first slot. */
    public long hint(long[] s, int area) {
        return s[hints + area];
    }

    /** Whether every count is what it should be: free slots count the free ones after them in the segment, taken ones 0. */
    public boolean countsAreRight(long[] s) {
        long run = 0;
        for (int i = slots - 1; i >= 0; i--) {
            boolean lastOfSegment = inSegment(i) == geometry.segmentSlots() - 1;
            run = s[free + i] == 0 ? 0 : lastOfSegment ? 1 : run + 1;
            if (s[free + i] != run) {
                return false;
            }
        }
        return true;
    }

    private int inSegment(int slot) {
        return slot & (geometry.segmentSlots() - 1);
    }

    /** Slots of an area. */
    int areaSlots() {
        return areaSlots;
    }

    /** A place in an area; behind its end, its first. */
    int wrap(int index) {
        return Integer.compareUnsigned(index, areaSlots) >= 0 ? 0 : index;
    }

    /**
     * Takes free slots.
     *
     * @param bytes of the allocation, without the offset into the first slot
     */
    void take(long[] s, int area, int first, long bytes, int count) {
        for (int i = 0; i < count; i++) {
            s[free + first + i] = 0;
            s[sizes + first + i] = bytes - ((long) i << geometry.slotShift());
        }
        recount(s, first - 1, 0);
        s[hints + area] = wrap(first - area * areaSlots + count);
        s[taken + area] += count;
    }

    /** Counts anew the free slots that end at this one. */
    private void recount(long[] s, int last, long behind) {
        long run = behind;
        for (int i = last; inSegment(i) != geometry.segmentSlots() - 1 && s[free + i] != 0; i--) {
            s[free + i] = ++run;
        }
    }

    /** Says what buffer the slots of a mapping stand for. */
    void setOriginal(long[] s, int first, long size, long orig) {
        int count = (int) geometry.slotsOf(size);
        for (int i = 0; i < count; i++) {
            s[origs + first + i] = orig + ((long) i << geometry.slotShift());
        }
    }

    /** Says how many slots of an allocation lie before the one that its buffer begins in. */
    void setSlotsBefore(long[] s, int first, int count) {
        s[pads + first] = count;
    }

    /**
     * Frees as many slots as the one at an address was allocated with, from it on, whatever they are, and those that are noted to lie before it.
     *
     * @param offset of the address that is not the slots'
     * @throws BugException for slots outside the pool
     */
    void release(long[] s, long address, long offset) {
        int at = slot(address - offset);
        int first = at - (release.alignsSlots() ? (int) s[pads + at] : 0);
        int count = (int) geometry.slotsOf(s[sizes + first] + offset);
        int area = first / areaSlots;
        if (count < 0 || count > slots - first || area >= areas) {
            throw new BugException("slots are freed that are not in the pool");
        }
        boolean goesOn = first + count < (first | (geometry.segmentSlots() - 1)) + 1 && first + count < slots;
        long run = goesOn ? s[free + first + count] : 0;
        for (int i = first + count - 1; i >= first; i--) {
            s[free + i] = ++run;
            s[origs + i] = NO_ADDRESS;
            s[sizes + i] = 0;
            if (release.alignsSlots()) {
                s[pads + i] = 0;
            }
        }
        recount(s, first - 1, run);
        s[taken + area] -= count;
    }
}
