package dev.moat.iommu.gart.linux;

import dev.moat.iommu.gart.Gpte;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Writer;

/**
 * The driver's part of the aperture: which pages are given out, and their entries. {@code @unit} pages are numbered from the part's
 * first one. Not final, so that tests can break a step of it. {@code @source} LINUX-GART.
 */
public class GartSpace {
    private static final long PAGE = 1L << GartAperture.PAGE_SHIFT;
    /** Room for a page number that an unmap beyond the part leaves behind. */
    private static final int NEXT_BITS = 32;

    private final GartAperture layout;
    private final GartPolicy policy;
    private final GartPlatform platform;
    private final long scratchEntry;

    /** One bit per page. */
    public final AreaAllocator area;
    /** Page at which the next search begins. */
    public final Slots nextBit;
    /** Whether the TLBs have to be emptied before the next mapping is used. */
    public final Slots needFlush;
    /** Kernel parameter: stop the system when nothing is left. */
    public final Slots panicOnOverflow;

    /**
     * Declares the slots.
     *
     * @param area the bitmap, of at least the part's pages
     */
    public GartSpace(
            SchemaBuilder schema, GartAperture layout, GartPolicy policy, GartPlatform platform, AreaAllocator area) {
        if (area.capacity() < layout.pages()) {
            throw new IllegalArgumentException("a bitmap of " + area.capacity() + " for " + layout.pages() + " pages");
        }
        this.layout = layout;
        this.policy = policy;
        this.platform = platform;
        this.area = area;
        scratchEntry = encode(layout.scratch());
        nextBit = slots(schema, "gart.nextBit").bits(NEXT_BITS);
        needFlush = slots(schema, "gart.needFlush").bits(1);
        panicOnOverflow = slots(schema, "gart.panicOnOverflow").bits(1);
    }

    private static SlotsBuilder slots(SchemaBuilder schema, String name) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR);
    }

    GartAperture layout() {
        return layout;
    }

    GartPolicy policy() {
        return policy;
    }

    GartPlatform platform() {
        return platform;
    }

    /** The entry that unmapped pages get. */
    public long scratchEntry() {
        return scratchEntry;
    }

    /** The entry for a byte address, as Linux computes it: bits from 40 on are not kept out, they spill into others. */
    public static long encode(long address) {
        long low = address & Gpte.FRAME_LOW.mask();
        long high = (address >>> Integer.SIZE) << Gpte.FRAME_HIGH.lo();
        return (low | high | Gpte.VALID.mask() | Gpte.COHERENT.mask()) & 0xffff_ffffL;
    }

    /** The byte address of the page that an entry leads to, valid or not. */
    public static long decode(long entry) {
        return Gpte.frame(entry) << GartAperture.PAGE_SHIFT;
    }

    /** Stores the entry of a page; nothing where the table has none. */
    void store(long[] s, long page, long entry) {
        platform.memory().write32(s, layout.entryAddress(page), entry);
    }

    /**
     * Takes a run of pages, from where the last one ended; failing that, from the first one on, which demands that the TLBs are
     * emptied, as does every call with full flushing. A run that ends at the last page would, but the search never gives that one out.
     *
     * @param alignMask as {@link AreaAllocator#find} has it
     * @return the first page, or what the search answers below 0
     */
    long allocate(long[] s, DmaDevice device, int pages, long alignMask) {
        long shift = ((layout.busBase() & device.boundary()) + PAGE - 1) >>> GartAperture.PAGE_SHIFT;
        long boundary = (device.boundary() >>> GartAperture.PAGE_SHIFT) + 1;
        long size = layout.pages();
        long found = area.allocate(s, size, nextBit.get(s), pages, shift, boundary, alignMask);
        if (found == AreaAllocator.NONE) {
            needFlush.set(s, 1);
            found = area.allocate(s, size, 0, pages, shift, boundary, alignMask);
        }
        if (found >= 0) {
            long next = found + pages;
            nextBit.set(s, next >= size ? 0 : next);
            needFlush.set(s, next >= size ? 1 : needFlush.get(s));
        }
        boolean returns = found >= 0 || found == AreaAllocator.NONE;
        if (returns && policy.fullFlush()) {
            needFlush.set(s, 1);
        }
        return found;
    }

    /**
     * Gives pages back, whoever had them; their entries lead to the scratch page. The TLBs are not emptied. A run at or behind the place
     * of the next search moves that place behind it.
     */
    void free(long[] s, long page, long pages) {
        long last = Math.min(page + pages, area.capacity());
        for (long p = page; p < last; p++) {
            store(s, p, scratchEntry);
        }
        release(s, page, pages);
    }

    /** Gives the bits of pages back, whose entries are the caller's. */
    void release(long[] s, long page, long pages) {
        long last = Math.min(page + pages, area.capacity());
        area.free(s, (int) page, (int) (last - page));
        if (page >= nextBit.get(s)) {
            nextBit.set(s, page + pages);
        }
    }
}
