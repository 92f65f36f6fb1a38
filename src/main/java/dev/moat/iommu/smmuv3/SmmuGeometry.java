package dev.moat.iommu.smmuv3;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.queue.Places;
import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Sizes of one unit of a search and of its devices and memory. Formats do not depend on it.
 *
 * @param tags ASIDs or VMIDs: what cached pages are indexed by. Element t stands for the number {@link #id}
 * @param parts what of the unit is in the state
 */
public record SmmuGeometry(Sizes sizes, Sort tags, Shape shape, Set<Part> parts) implements Places {
    /** Address bits of a page. */
    static final int PAGE_SHIFT = 12;
    /** Index bits of real tables of 4 KiB. */
    public static final int REAL_INDEX_BITS = 9;

    private static final int MOST_LEVELS = 4;
    private static final int FEWEST_BITS = 16;
    /** Of real tables: as Linux has it with 39 and with 48 address bits. */
    private static final int USUAL_BITS = 39;

    private static final int ADDRESS_BITS = 64;
    private static final int OUTPUT_48 = 5;

    /** Which stage of translation spaces have; the other one is off. */
    public enum Stage {
        /** Tables of a host, tagged by ASIDs, with a context descriptor for each device. */
        FIRST,
        /** Tables of guests, tagged by VMIDs. */
        SECOND
    }

    /** Parts of a unit that are in the state only where they are asked for. */
    public enum Part {
        /** Configurations of streams are cached, valid or not. */
        STREAM_CACHE,
        /** Descriptors that lead to leaf tables are cached. */
        TABLE_CACHES,
        /** A transaction, once translated, is in flight until it is done. */
        WALKS,
        /** Commands are consumed before they are executed, and executed in any order; a CMD_SYNC waits for them. */
        FETCHED,
        /** Leaf tables lie in frames of guest memory, wherever the descriptors above lead; those may also be blocks. */
        TABLE_FRAMES,
        /** Pages may also lead to the frame after the last one, which is none of them. */
        SCRATCH_PAGE
    }

    /**
     * How tables and queue are built.
     *
     * @param indexBits address bits that one level decodes, 1 to 9; 9 is real
     * @param ring entries of the command queue, a power of two
     */
    public record Shape(Stage stage, int indexBits, int ring) {}

    /** Throws {@link IllegalArgumentException} for pages that no tables can translate. */
    public SmmuGeometry {
        parts = Set.copyOf(parts);
        Sizes.Addresses addresses = sizes.addresses();
        if (addresses.firstPage() + addresses.pages().size() > mostPages(shape)) {
            throw new IllegalArgumentException("the SMMUv3 geometry needs pages within the width of its tables");
        }
    }

    /** Pages that tables can translate, from page 0 on. */
    public static long mostPages(Shape shape) {
        return 1L << (shape.indexBits() * MOST_LEVELS);
    }

    /** Bits of an input address: the fewest that are legal and have all pages, in two levels at least. */
    int inputBits() {
        int indexBits = shape.indexBits();
        long last = sizes.addresses().firstPage() + sizes.addresses().pages().size() - 1;
        int needed = PAGE_SHIFT + Math.max(indexBits + 1, Long.SIZE - Long.numberOfLeadingZeros(last));
        return Math.max(needed, indexBits < REAL_INDEX_BITS ? FEWEST_BITS : needed <= USUAL_BITS ? USUAL_BITS : 48);
    }

    /** Levels of the tables. */
    public int levels() {
        return (inputBits() - PAGE_SHIFT + shape.indexBits() - 1) / shape.indexBits();
    }

    /** What the unit can do: both stages, 16-bit tags, two-level stream tables, range invalidation, 48-bit addresses. */
    public Capabilities capabilities() {
        int small = shape.indexBits() == REAL_INDEX_BITS ? 0 : shape.indexBits();
        return new Capabilities(0xd44101b, 0x2730010, 0x604, 0x75, 1, small);
    }

    /** Words of a context descriptor that do not depend on the space. */
    long contextFields() {
        long fields = ContextDescriptor.V.mask()
                | ContextDescriptor.AA64.mask()
                | ContextDescriptor.EPD1.mask()
                | ContextDescriptor.R.mask()
                | ContextDescriptor.A.mask()
                | ContextDescriptor.IPS.set(0, OUTPUT_48);
        return ContextDescriptor.T0SZ.set(fields, ADDRESS_BITS - inputBits());
    }

    /** The same of word 2 of a stream table entry. */
    long stage2Fields() {
        long fields = StreamTableEntry.S2_AA64.mask()
                | StreamTableEntry.S2_R.mask()
                | StreamTableEntry.S2_PS.set(0, OUTPUT_48);
        fields = StreamTableEntry.S2_SL0.set(fields, levels() - 2);
        return StreamTableEntry.S2_T0SZ.set(fields, ADDRESS_BITS - inputBits());
    }

    /** The ASID or VMID that a tag stands for; 0 is nobody's, as Linux has it. */
    public static int id(int tag) {
        return tag + 1;
    }

    /** Whether a part is in the state. */
    public boolean has(Part part) {
        return parts.contains(part);
    }

    /** Whether spaces have a stage 1. */
    public boolean isFirst() {
        return shape.stage() == Stage.FIRST;
    }

    /** Devices. */
    public Sort requesters() {
        return sizes.requesters().sort();
    }

    /** The StreamID of a device. */
    public int streamId(int requester) {
        return sizes.requesters().sourceIds().get(requester);
    }

    /** I/O pages that devices use. */
    public Sort pages() {
        return sizes.addresses().pages();
    }

    /** One set of tables per element. */
    public Sort spaces() {
        return sizes.spaces().sort();
    }

    /** See {@link Shape#indexBits}. */
    @Override
    public int indexBits() {
        return shape.indexBits();
    }

    /** See {@link Shape#ring}. */
    public int ring() {
        return shape.ring();
    }

    /** 4 KiB page number of a page. */
    @Override
    public long pageNumber(int page) {
        return sizes.addresses().pageNumber(page);
    }

    /** 4 KiB frame number of a frame. */
    @Override
    public long frameNumber(int frame) {
        return sizes.addresses().firstFrame() + frame;
    }

    /** The frame with this number, or -1 when it is none of the modelled ones. */
    @Override
    public int frameAt(long number) {
        return sizes.addresses().frameAt(number);
    }

    /** As {@link #frameAt}, but the number of frames for the scratch page behind them, where there is one. */
    public int reachedAt(long number) {
        int frames = sizes.addresses().frames().size();
        return has(Part.SCRATCH_PAGE) && number == frameNumber(frames) ? frames : frameAt(number);
    }

    /** What {@link #reachedAt} answers, except -1. */
    Sort reached() {
        if (!has(Part.SCRATCH_PAGE)) {
            return sizes.addresses().frames();
        }
        List<String> labels = new ArrayList<>(sizes.addresses().frames().labels());
        labels.add("scratch");
        return new Sort("Reached", labels);
    }
}
