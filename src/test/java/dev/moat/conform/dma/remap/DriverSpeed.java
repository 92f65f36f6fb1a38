package dev.moat.conform.dma.remap;

import dev.moat.dma.iova.IovaCaches;
import dev.moat.dma.iova.IovaDomain;
import dev.moat.dma.map.DmaMapper;
import dev.moat.dma.map.DomainType;
import dev.moat.dma.map.FlushQueue;
import dev.moat.dma.map.PagingDomain;
import dev.moat.dma.map.RealUnit;
import dev.moat.dma.map.TreeRanges;
import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Range;
import dev.moat.iommu.amdvi.linux.RealAmdVi;
import dev.moat.iommu.calgary.format.Tce;
import dev.moat.iommu.calgary.linux.CalgaryBus;
import dev.moat.iommu.calgary.linux.CalgaryPages;
import dev.moat.iommu.calgary.linux.CalgaryRanges;
import dev.moat.iommu.gart.format.Gpte;
import dev.moat.iommu.gart.linux.GartAperture;
import dev.moat.iommu.gart.linux.GartOptions;
import dev.moat.iommu.gart.linux.GartPages;
import dev.moat.iommu.gart.linux.GartPolicy;
import dev.moat.iommu.gart.linux.GartRanges;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.PageSizes;
import dev.moat.iommu.linux.RangeDriver;
import dev.moat.iommu.vtd.linux.RealVtd;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Measures {@code dma_map_page} and {@code dma_unmap_page} over Linux's driver of each family at real size, tables, commands and flushes
 * included, on VT-d and AMD-Vi strict and under a flush queue; run by {@code bench/dma.sh}. After every fourth call a live mapping is looked up, on VT-d and AMD-Vi by a request of the
 * device, on the others in the table, and has to lead to its buffer.
 */
public final class DriverSpeed {
    private static final long K = 4096;
    private static final int LOOK = 4;
    private static final int LIVE = 4096;
    private static final int MOST_PAGES = 16;
    /** Requests after which a cache without a size of its own is emptied, as one that is full. */
    private static final int CACHED = 64;

    /** Calls in the 10 ms after which a flush queue's timer goes off, at about a million a second. */
    private static final int TIMER = 10_000;

    private static final int TABLES = 4096;
    private static final List<String> ROWS = List.of("vtd", "vtd-queue", "amd-vi", "amd-vi-queue", "calgary", "gart");
    private static final DmaDevice DEVICE = new DmaDevice(-1L, -1L, 0, 0xffff_ffffL, 1 << 16);

    private final String name;
    private final DmaMapper mapper;
    private final long[] words;
    private final Lookup lookup;
    private final Runnable rest;
    private final @Nullable FlushQueue queue;

    /** Where a mapping leads. */
    @FunctionalInterface
    private interface Lookup {
        long of(long iova);
    }

    private DriverSpeed(String name, DmaMapper mapper, long[] words, Lookup lookup, Runnable rest) {
        this(name, mapper, null, words, lookup, rest);
    }

    private DriverSpeed(
            String name, DmaMapper mapper, @Nullable FlushQueue queue, long[] words, Lookup lookup, Runnable rest) {
        this.name = name;
        this.queue = queue;
        this.mapper = mapper;
        this.words = words;
        this.lookup = lookup;
        this.rest = rest;
    }

    /** @param args calls in each run, seed, and a row when only this one is wanted */
    public static void main(String[] args) {
        int calls = Integer.parseInt(args[0]);
        long seed = Long.parseLong(args[1]);
        System.out.printf("%,d map and unmap calls in one run each, seed %d%n%n", calls, seed);
        System.out.println(
                "| driver at real size | time | calls a second | without an address | flushes of the queue |");
        System.out.println("|---|---|---|---|---|");
        for (String family : ROWS) {
            if (args.length < 3 || args[2].equals(family)) {
                of(family).run(calls, seed);
            }
        }
    }

    private static DriverSpeed of(String family) {
        return switch (family) {
            case "vtd", "vtd-queue" -> tree(family, new RealVtd(false, TABLES, CACHED, new RealVtd.Parts()), () -> {});
            case "amd-vi", "amd-vi-queue" -> {
                RealAmdVi unit = new RealAmdVi(false, TABLES, new RealAmdVi.Parts());
                yield tree(family, unit, unit::forgetAll);
            }
            case "calgary" -> calgary();
            default -> gart();
        };
    }

    /** Addresses of Linux's tree and caches, the window of interrupts kept back. */
    private static DriverSpeed tree(String family, RealUnit unit, Runnable forget) {
        Aperture aperture = new Aperture(0, (1L << 36) - 1, Outside.BLOCKED, List.of(new Range(0xFEE00, 0xFEEFF)));
        IovaDomain domain = new IovaDomain(0, K, TreeRanges.start(K, aperture), 2 * LIVE + 4096, warning -> {
            throw new IllegalStateException("" + warning);
        });
        IovaCaches caches = new IovaCaches(domain.end(), domain, 1);
        TreeRanges ranges = new TreeRanges(caches, K, aperture);
        boolean deferred = family.endsWith("-queue");
        FlushQueue queue = new FlushQueue(caches.end(), 1, FlushQueue.SIZE, unit.pages(), ranges);
        long[] words = new long[queue.end()];
        domain.initialise(words);
        caches.initialise(words);
        TreeRanges.reserve(words, domain, K, aperture);
        caches.turnOn(words);
        DmaMapper mapper = deferred
                ? new DmaMapper(unit.domain(DomainType.DMA_FQ), ranges, queue)
                : new DmaMapper(unit.domain(), ranges);
        Lookup request = iova -> unit.reach(iova, false);
        return new DriverSpeed(family, mapper, deferred ? queue : null, words, request, forget);
    }

    private static DmaMapper mapper(PageDriver pages, RangeDriver ranges) {
        return new DmaMapper(new PagingDomain(DomainType.DMA, new PageSizes(K), pages), ranges);
    }

    private static DriverSpeed calgary() {
        CalgaryChip chip = new CalgaryChip(new CalgaryBus(0x02a1, 0, 0, 0, 0x100_0000L), false);
        chip.begin();
        chip.setup.start(chip.s, false);
        DmaMapper mapper = mapper(new CalgaryPages(chip.table, chip.s), new CalgaryRanges(chip.table, chip.blast));
        Lookup table = iova -> {
            long entry = Tce.inMemory(chip.memory.read(chip.s, chip.bus.table() + Long.BYTES * (iova / K)));
            return Tce.RPN.get(entry) * K + iova % K;
        };
        return new DriverSpeed("calgary", mapper, chip.s, table, chip::begin);
    }

    private static DriverSpeed gart() {
        GartAperture.Found found = new GartAperture.Found(0, 0xD800_0000L >>> 25);
        GartAperture layout = GartAperture.of(List.of(found, found), GartOptions.DEFAULT, false, 0x300_0000L)
                .withScratch(0x200_0000L);
        GartNodes nodes = new GartNodes(2, found, layout, new GartPolicy(false, true, false));
        nodes.begin();
        nodes.setup.start(nodes.s);
        DmaMapper mapper =
                mapper(new GartPages(nodes.space, nodes.flush, nodes.s), new GartRanges(nodes.space, nodes.flush));
        Lookup table = iova -> {
            long entry = nodes.memory.read32(nodes.s, layout.entryAddress((iova - layout.busBase()) / K));
            return Gpte.frame(entry) * K + iova % K;
        };
        return new DriverSpeed("gart", mapper, nodes.s, table, nodes::begin);
    }

    private void run(int calls, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] iovas = new long[LIVE];
        long[] buffers = new long[LIVE];
        long[] sizes = new long[LIVE];
        int live = 0;
        int none = 0;
        long began = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            if (live < LIVE && (live == 0 || random.nextBoolean())) {
                buffers[live] = (1L << 32) + (random.nextLong(1L << 18) << 14);
                sizes[live] = (1 + random.nextInt(MOST_PAGES)) * K;
                iovas[live] = mapper.map(words, 0, DEVICE, buffers[live], sizes[live], DmaDirection.BIDIRECTIONAL);
                live += iovas[live] == DmaMapper.ERROR ? 0 : 1;
                none += iovas[live] == DmaMapper.ERROR ? 1 : 0;
            } else {
                int at = random.nextInt(live);
                mapper.unmap(words, 0, iovas[at], sizes[at]);
                live--;
                iovas[at] = iovas[live];
                buffers[at] = buffers[live];
                sizes[at] = sizes[live];
            }
            if (i % LOOK == 0 && live > 0) {
                look(random.nextInt(live), iovas, buffers);
            }
            if (queue != null && i % TIMER == 0 && queue.isTimerOn(words)) {
                queue.timeout(words, 0);
            }
            if (i % (LOOK * CACHED) == 0) {
                rest.run();
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        String flushes = queue == null ? "" : String.format("%,d", queue.flushes(words));
        System.out.printf("| %s | %.1f s | %,.0f | %,d | %s |%n", name, seconds, calls / seconds, none, flushes);
    }

    private void look(int at, long[] iovas, long[] buffers) {
        if (lookup.of(iovas[at]) != buffers[at]) {
            throw new IllegalStateException(name + ": " + Long.toHexString(iovas[at]) + " does not lead to its buffer");
        }
    }
}
