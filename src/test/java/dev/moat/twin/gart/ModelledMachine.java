package dev.moat.twin.gart;

import dev.moat.conform.dma.DmaCellText;
import dev.moat.conform.dma.Pieces;
import dev.moat.iommu.gart.DmaAnswer;
import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.iommu.gart.linux.GartAperture;
import dev.moat.iommu.gart.linux.GartFlush;
import dev.moat.iommu.gart.linux.GartListMapping;
import dev.moat.iommu.gart.linux.GartMapping;
import dev.moat.iommu.gart.linux.GartOptions;
import dev.moat.iommu.gart.linux.GartParts;
import dev.moat.iommu.gart.linux.GartPlatform;
import dev.moat.iommu.gart.linux.GartPolicy;
import dev.moat.iommu.gart.linux.GartSetup;
import dev.moat.iommu.gart.linux.GartSpace;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.ScatterList;
import dev.moat.state.SchemaBuilder;
import dev.moat.twin.Segment;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** What is compared with the twin: {@link dev.moat.iommu.gart.linux} on northbridges of {@link dev.moat.iommu.gart}. */
final class ModelledMachine implements GartUnderTest {
    /** Pages behind the driver's part, for an unmap that goes beyond it. */
    private static final int BEHIND = 1 << 12;

    private static final long FOUR_GIB_LESS_ONE = 0xffff_ffffL;

    private final GartAperture layout;
    private final ModelledNodes nodes;
    private final GartSpace space;
    private final GartSetup setup;
    private final GartMapping mapping;
    private final GartListMapping lists;
    private final boolean fullFlush;
    private final long[] s;
    private boolean started;
    private DmaDevice device = made(FOUR_GIB_LESS_ONE, 0, 0, 0);
    private int warnings;

    /**
     * A new machine.
     *
     * @param stale counts answers that memory no longer gave
     */
    ModelledMachine(Machine made, AtomicInteger stale) {
        this(made, stale, new GartParts());
    }

    /** The same with parts of the driver from here. */
    ModelledMachine(Machine made, AtomicInteger stale, GartParts parts) {
        GartAperture.Found found = new GartAperture.Found(
                ApertureControl.ORDER.set(0, made.order()), ApertureBase.of(made.apertureBase()));
        boolean agp = made.options().contains(AGP);
        GartOptions options = GartOptions.of(
                made.options().stream().filter(option -> !option.equals(AGP)).collect(Collectors.joining(",")));
        List<GartAperture.Found> all = Collections.nCopies(made.nodes(), found);
        layout = Objects.requireNonNull(GartAperture.of(all, options, agp, made.table()))
                .withScratch(made.scratch());
        fullFlush = options.fullFlush();
        SchemaBuilder schema = new SchemaBuilder();
        nodes = new ModelledNodes(schema, made.nodes(), found, layout, stale);
        GartPlatform platform = new GartPlatform(made.nodes(), nodes, nodes.memory(), message -> warnings++);
        GartPolicy policy = new GartPolicy(fullFlush, made.force(), made.merge());
        AreaAllocator area = new AreaAllocator(schema, "map", (int) layout.pages() + BEHIND);
        space = parts.space(new GartParts.Made(schema, layout, policy, platform, area));
        GartFlush flush = new GartFlush(schema, space);
        setup = new GartSetup(space, flush);
        mapping = parts.mapping(space, flush);
        lists = parts.lists(space, flush, mapping);
        s = schema.build().blank();
    }

    private static DmaDevice made(long mask, long busLimit, long boundaryMask, long maxSegment) {
        return new DmaDevice(
                mask, mask, busLimit, boundaryMask == 0 ? -1L : boundaryMask, maxSegment == 0 ? 0x1_0000 : maxSegment);
    }

    private static ScatterList list(List<Segment> segments) {
        return new ScatterList(
                segments.stream().mapToLong(Segment::start).toArray(),
                segments.stream().mapToLong(Segment::size).toArray(),
                0);
    }

    @Override
    public String init() {
        setup.start(s);
        started = true;
        return String.format(
                "base=%x size=%x pages=%d unmapped=%x fullflush=%d",
                layout.busBase(), layout.size(), layout.pages(), space.scratchEntry(), fullFlush ? 1 : 0);
    }

    @Override
    public void device(long mask, long busLimit, long boundaryMask, long maxSegment) {
        device = made(mask, busLimit, boundaryMask, maxSegment);
    }

    @Override
    public void panicOnOverflow(boolean panic) {
        space.panicOnOverflow.set(s, panic ? 1 : 0);
    }

    @Override
    public String map(long physical, long size) {
        return DmaCellText.address(mapping.map(s, device, physical, size));
    }

    @Override
    public String unmap(long dma, long size) {
        mapping.unmap(s, dma, size);
        return "";
    }

    @Override
    public String mapSegments(List<Segment> segments) {
        ScatterList list = list(segments);
        long result = lists.map(s, device, list);
        String special = DmaCellText.special(result);
        if (special != null) {
            return special;
        }
        if (result == DmaResult.EMPTY) {
            return "-22";
        }
        return result == DmaResult.FAILED ? "-12" : Pieces.answer(result, list, (int) result);
    }

    @Override
    public String unmapSegments(List<Segment> pieces) {
        ScatterList list = list(pieces);
        for (int i = 0; i < list.size(); i++) {
            list.setDmaAddress(i, list.address(i));
            list.setDmaLength(i, list.length(i));
        }
        lists.unmap(s, list, list.size());
        return "";
    }

    @Override
    public String allocateCoherent(long physical, long size) {
        return DmaCellText.address(mapping.mapCoherent(s, device, physical, size));
    }

    @Override
    public String freeCoherent(long dma, long size) {
        return unmap(dma, size);
    }

    @Override
    public String resume(int order, long apertureBase) {
        setup.resume(s, order, apertureBase);
        return "";
    }

    @Override
    public String shutdown() {
        setup.shutdown(s);
        return "";
    }

    @Override
    public String access(int node, long address) {
        long answer = nodes.access(s, node, address >>> 12);
        return DmaAnswer.reachesMemory(answer)
                ? Long.toHexString(DmaAnswer.FRAME.get(answer) << 12 | address & 0xfff)
                : SlowGartNorthbridges.PTE_ERROR;
    }

    @Override
    public List<String> takeWrites() {
        return nodes.takeWrites();
    }

    @Override
    public int takeWarnings() {
        int taken = warnings;
        warnings = 0;
        return taken;
    }

    @Override
    public long[] entries() {
        // What lies before the driver's part is not its own: AGP's half, or what the command line leaves.
        for (long at = layout.table(); at < layout.entryAddress(0); at += Integer.BYTES) {
            if (nodes.memory().read32(s, at) != 0) {
                throw new IllegalStateException("an entry before the driver's part was written");
            }
        }
        long[] entries = new long[started ? (int) layout.pages() : 0];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = nodes.memory().read32(s, layout.entryAddress(i));
        }
        return entries;
    }

    @Override
    public BitSet used() {
        long[] words = new long[space.area.words()];
        for (int i = 0; i < words.length; i++) {
            words[i] = space.area.word(s, i);
        }
        return BitSet.valueOf(words);
    }

    @Override
    public long nextBit() {
        return space.nextBit.get(s);
    }

    @Override
    public boolean needFlush() {
        return space.needFlush.get(s) != 0;
    }
}
