package dev.moat.dma.swiotlb;

import dev.moat.iommu.linux.DmaDirection;
import java.util.function.Consumer;

/**
 * Bouncing of one device's buffers through slots of a pool, as the kernel's {@code swiotlb_tbl_*} and {@code swiotlb_sync_*} do it. A
 * mapping copies its buffer in whatever its direction, so that a device that writes less than it said leaves what was there, not what
 * an earlier mapping left; the slots behind the mapping keep old contents. Copies out are clipped to what was allocated.
 *
 * <p>{@code @unit} physical addresses and bytes. {@code @source} LINUX-SWIOTLB. {@code @oracle} SlowSwiotlb in the tests.
 */
public final class Swiotlb {
    /**
     * Bytes to be bounced, where more is taken than copied, or slots are to be aligned.
     *
     * @param copied bytes of the buffer
     * @param taken bytes that slots are taken for; not fewer. From Linux 6.12 on nobody can say more than the buffer's
     * @param align mask of the alignment of the first slot, in bytes; from Linux 6.12 on, of the end of what is taken as well
     */
    public record Request(long copied, long taken, int align) {}

    /** Linux's {@code DMA_MAPPING_ERROR}. */
    public static final long ERROR = -1;

    private final SwiotlbSlots slots;
    private final BounceMemory memory;
    private final DmaDevice device;
    private final Consumer<SwiotlbWarning> warnings;
    private final SlotSearch search;

    /**
     * @param memory that slots and buffers are in
     * @param device that the mappings are for; others may use the same slots
     * @param warnings told of what Linux warns of
     */
    public Swiotlb(SwiotlbSlots slots, BounceMemory memory, DmaDevice device, Consumer<SwiotlbWarning> warnings) {
        this.slots = slots;
        this.memory = memory;
        this.device = device;
        this.warnings = warnings;
        search = new SlotSearch(slots, device);
    }

    /** The bookkeeping. */
    public SwiotlbSlots slots() {
        return slots;
    }

    /** The device. */
    public DmaDevice device() {
        return device;
    }

    /** Notes a warning; also of those who decide what bounces. */
    public void warn(SwiotlbWarning warning) {
        warnings.accept(warning);
    }

    /**
     * Takes slots for a buffer and copies it there.
     *
     * @param cpu that asks
     * @param orig address of the buffer
     * @param size bytes
     * @return address of the first byte in the slots, or {@link #ERROR}
     * @throws BugException for no bytes, or a boundary of the device that is no power of two of slots
     */
    public long map(long[] s, int cpu, long orig, long size, Transfer transfer) {
        return map(s, cpu, orig, new Request(size, size, 0), transfer);
    }

    /** The same, where more is taken than copied, or slots are to be aligned. */
    public long map(long[] s, int cpu, long orig, Request request, Transfer transfer) {
        return slots.release().alignsSlots()
                ? mapAligned(s, cpu, orig, request, transfer)
                : mapSized(s, cpu, orig, request, transfer);
    }

    private long mapAligned(long[] s, int cpu, long orig, Request request, Transfer transfer) {
        SwiotlbGeometry geometry = slots.geometry();
        if (Integer.compareUnsigned(request.align(), (int) geometry.pageBytes() - 1) > 0) {
            warn(SwiotlbWarning.ALIGNMENT_BEYOND_PAGE);
        }
        long offset = search.offset(orig, request.align());
        // The alignment is an unsigned int in Linux, of which one more may be 0.
        long below = ((request.align() + 1) & 0xffff_ffffL) - 1;
        long bytes = (request.copied() + offset + below) & ~below;
        int first = search.find(s, cpu, orig, bytes, request.align());
        if (first == SwiotlbSlots.NONE) {
            return full(transfer);
        }
        int before = (int) (offset >>> geometry.slotShift());
        slots.setSlotsBefore(s, first + before, before);
        slots.setOriginal(s, first + before, bytes - ((long) before << geometry.slotShift()), orig);
        long address = slots.address(first + before) + (offset & (geometry.slotBytes() - 1));
        bounce(s, address, request.copied(), true);
        return address;
    }

    /**
     * The first step of a mapping in steps: a run of free slots of an area, which nobody has taken yet. As long as the area's lock is
     * held, {@link #take} may follow, and without it {@link #fill}; together they are what {@link #map} does.
     *
     * @param orig address of the buffer
     * @param size bytes
     * @return the first slot, or {@link SwiotlbSlots#NONE}
     */
    public int look(long[] s, int area, long orig, long size) {
        return search.look(s, area, orig, size + search.offset(orig, 0));
    }

    /** Takes the slots that {@link #look} found. */
    public void take(long[] s, int area, int first, long orig, long size) {
        search.take(s, area, first, orig, size + search.offset(orig, 0));
    }

    /**
     * Says what buffer the slots stand for, and copies it there.
     *
     * @return address of the first byte in the slots
     */
    public long fill(long[] s, int first, long orig, long size) {
        long offset = search.offset(orig, 0);
        slots.setOriginal(s, first, size + offset, orig);
        long address = slots.address(first) + offset;
        bounce(s, address, size, true);
        return address;
    }

    private long full(Transfer transfer) {
        if (!transfer.has(Transfer.NO_WARN)) {
            warn(SwiotlbWarning.POOL_IS_FULL);
        }
        return ERROR;
    }

    private long mapSized(long[] s, int cpu, long orig, Request request, Transfer transfer) {
        if (Long.compareUnsigned(request.copied(), request.taken()) > 0) {
            warn(SwiotlbWarning.MAPPING_EXCEEDS_ALLOCATION);
            return ERROR;
        }
        long offset = search.offset(orig);
        int first = search.find(s, cpu, orig, request.taken() + offset, request.align());
        if (first == SwiotlbSlots.NONE) {
            return full(transfer);
        }
        slots.setOriginal(s, first, request.taken() + offset, orig);
        long address = slots.address(first) + offset;
        bounce(s, address, request.copied(), true);
        return address;
    }

    /**
     * Copies back what the device wrote, and frees the slots that were allocated, however many bytes the caller says.
     *
     * @param address in the first slot; in a later one, only the slots from it on are freed
     * @param size bytes to copy back
     * @throws BugException for an address outside the pool; from Linux 6.12 on nothing happens then
     */
    public void unmap(long[] s, long address, long size, Transfer transfer) {
        if (isPassedOver(address)) {
            return;
        }
        slots.slot(address - search.offset(address));
        if (!transfer.has(Transfer.SKIP_CPU_SYNC) && transfer.direction().isFromDevice()) {
            bounce(s, address, size, false);
        }
        slots.release(s, address, search.offset(address));
    }

    private boolean isPassedOver(long address) {
        return slots.release().alignsSlots() && !slots.contains(address);
    }

    /**
     * Copies a part of a mapping out, for the CPU to see what the device wrote.
     *
     * @throws BugException for no direction, and in Linux 6.1 for an address outside the pool
     */
    public void syncForCpu(long[] s, long address, long size, DmaDirection direction) {
        if (isPassedOver(address)) {
            return;
        }
        checkSync(direction);
        if (direction.isFromDevice()) {
            bounce(s, address, size, false);
        }
    }

    /**
     * Copies a part of a mapping in, for the device to see what the CPU wrote.
     *
     * @throws BugException for no direction, and in Linux 6.1 for an address outside the pool
     */
    public void syncForDevice(long[] s, long address, long size, DmaDirection direction) {
        if (isPassedOver(address)) {
            return;
        }
        checkSync(direction);
        if (direction.isToDevice()) {
            bounce(s, address, size, true);
        }
    }

    private static void checkSync(DmaDirection direction) {
        if (direction == DmaDirection.NONE) {
            throw new BugException("a mapping without a direction is synchronised");
        }
    }

    /**
     * Slots with no buffer behind them, of a restricted pool that a device gets its own memory from.
     *
     * @param size bytes, at least 1
     * @return address of the page that the first slot is in, or {@link #ERROR}; from Linux 6.12 on also, with a warning, where the slots
     *     do not begin with a page
     */
    public long allocate(long[] s, int cpu, long size) {
        long page = slots.geometry().pageBytes();
        boolean aligned = slots.release().alignsSlots();
        int first = search.find(s, cpu, 0, size, aligned ? (int) pagesOf(size) - 1 : 0);
        if (first == SwiotlbSlots.NONE) {
            return ERROR;
        }
        long address = slots.address(first);
        if (aligned && (address & (page - 1)) != 0) {
            warn(SwiotlbWarning.MEMORY_IS_NOT_PAGES);
            slots.release(s, address, search.offset(address));
            return ERROR;
        }
        return address & -page;
    }

    /** The smallest power of two of pages that bytes are in, in bytes. */
    private long pagesOf(long size) {
        return Math.max(slots.geometry().pageBytes(), size <= 1 ? 1 : Long.highestOneBit(size - 1) << 1);
    }

    /** Frees them, if the address is the pool's. */
    public boolean free(long[] s, long address) {
        if (!slots.contains(address)) {
            return false;
        }
        slots.release(s, address, search.offset(address));
        return true;
    }

    /** Bytes of the device's largest mapping: a segment, less what its alignment can cost. */
    public long maxMapping() {
        SwiotlbGeometry geometry = slots.geometry();
        // Both are an int in Linux, and a division of what is negative goes towards 0.
        int slot = (int) geometry.slotBytes();
        int lost = (device.minAlign() + slot - 1) / slot * slot;
        return ((long) geometry.segmentSlots() << geometry.slotShift()) - lost;
    }

    private void bounce(long[] s, long address, long size, boolean in) {
        long orig = slots.original(s, slots.slot(address));
        if (orig == SwiotlbSlots.NO_ADDRESS) {
            return;
        }
        long from = (address & (slots.geometry().slotBytes() - 1)) - search.offset(orig);
        long left = slots.bytesFrom(s, slots.slot(address));
        boolean ends = slots.release().alignsSlots();
        long length = ends ? clippedAtEnd(left - from, size) : clipped(left, from, size);
        long page = slots.geometry().pageBytes();
        boolean byPages =
                memory.isHigh((ends ? orig + from : orig) >>> slots.geometry().pageShift());
        // In Linux 6.1 a high page is found by the slot's own address: where the offset leads into the next one, it
        // copies the one below.
        long buffer = byPages && !ends ? (orig & -page) | ((orig + from) & (page - 1)) : orig + from;
        for (long done = 0; done != length; ) {
            long part = byPages ? Math.min(page - ((buffer + done) & (page - 1)), length - done) : length;
            long to = (in ? address : buffer) + done;
            memory.copy(s, to, (in ? buffer : address) + done, part);
            done += part;
        }
    }

    /**
     * How much of a copy is before the allocation's end; warns of what is not. One that begins behind it is not noticed.
     *
     * @param left bytes of the allocation from the first byte on; unsigned
     */
    private long clippedAtEnd(long left, long size) {
        if (Long.compareUnsigned(size, left) > 0) {
            warn(SwiotlbWarning.BEYOND_MAPPING);
            return left;
        }
        return size;
    }

    /**
     * How much of a copy is within the mapping; warns of what is not.
     *
     * @param left bytes of the allocation from the slot on
     * @param from first byte of the copy, counted from where the slot's part of the buffer begins
     */
    private long clipped(long left, long from, long size) {
        if (from < 0) {
            warn(SwiotlbWarning.BELOW_MAPPING);
            return 0;
        }
        if (Long.compareUnsigned(from, left) > 0) {
            warn(SwiotlbWarning.BEHIND_MAPPING);
            return 0;
        }
        if (Long.compareUnsigned(size, left - from) > 0) {
            warn(SwiotlbWarning.BEYOND_MAPPING);
            return left - from;
        }
        return size;
    }
}
