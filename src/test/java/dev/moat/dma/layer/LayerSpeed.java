package dev.moat.dma.layer;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Measures the DMA layer on each family of IOMMUs, whole calls with all that units do for them; run by {@code bench/dma.sh}. */
public final class LayerSpeed {
    /** As many as a machine can have. */
    private static final int MOST_PAGES = 4096;
    /** A Calgary does not translate the addresses from 640 KiB on. */
    private static final int CALGARY_PAGES = 128;

    /** Beyond, a GART with its two TLBs takes minutes to begin. */
    private static final int GART_PAGES = 512;
    /** A device touches a live page after so many calls, so that caches hold something. */
    private static final int TOUCH = 4;

    private final Machine machine;
    private final Stepper stepper;
    private final long[] s;
    private final Slots phase;
    private final int pages;
    private final int[] maps;
    private final int[] unmaps;
    private final int[] touches;
    private final int[] live;
    private final boolean[] isLive;
    private int liveCount;

    private LayerSpeed(String iommu, String flush) {
        pages = switch (iommu) {
            case "calgary" -> CALGARY_PAGES;
            case "gart" -> GART_PAGES;
            default -> MOST_PAGES;
        };
        maps = new int[pages];
        unmaps = new int[pages];
        touches = new int[pages];
        live = new int[pages];
        isLive = new boolean[pages];
        Map<String, String> settings = Map.of(
                "iommu",
                iommu,
                "flush",
                flush,
                "pages",
                "" + pages,
                "frames",
                "" + pages,
                "queue",
                "32",
                "magazine",
                List.of("strict", "queue").contains(flush) ? "16" : "0");
        Map<String, String> all = new TreeMap<>(settings);
        if (iommu.equals("vtd") || iommu.equals("amd-vi")) {
            all.put("index-bits", "9");
            all.put("ring", "256");
        }
        machine = Catalog.load().machine(new MachineSpec("iommu-dma", all, Granularity.OPERATION, true, List.of()));
        stepper = machine.stepper();
        s = machine.initial();
        phase = machine.schema().families().stream()
                .filter(f -> f.name().equals("phase"))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < pages; i++) {
            maps[i] = find("cpu0: dma_map_page(g0, f" + i + ", bidirectional)");
            unmaps[i] = find("cpu0: dma_unmap_page(g0, p" + i + ")");
            touches[i] = find("dma(dev0, p" + i + ")");
        }
    }

    private int find(String name) {
        return machine.find(name).orElseThrow(() -> new IllegalStateException(name));
    }

    /** @param args calls in each run, seed, and a family and a policy when only these are wanted */
    public static void main(String[] args) {
        int calls = Integer.parseInt(args[0]);
        long seed = Long.parseLong(args[1]);
        System.out.printf("%,d map and unmap calls in one run each, seed %d%n%n", calls, seed);
        System.out.println("| hardware | policy | pages | time | calls a second | without an address |");
        System.out.println("|---|---|---|---|---|---|");
        for (String iommu : List.of("vtd", "amd-vi", "calgary", "gart")) {
            for (String flush : List.of("strict", "queue", "wrap", "full-flush", "wrap-calgary")) {
                if (args.length < 4 || (args[2].equals(iommu) && args[3].equals(flush))) {
                    new LayerSpeed(iommu, flush).run(iommu, flush, calls, seed);
                }
            }
        }
    }

    private void run(String iommu, String flush, int calls, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long began = System.nanoTime();
        int none = 0;
        for (int i = 0; i < calls; i++) {
            if (liveCount < pages / 2 && (liveCount == 0 || random.nextBoolean())) {
                none += map(random.nextInt(pages)) ? 0 : 1;
            } else {
                int at = random.nextInt(liveCount);
                require(stepper.apply(unmaps[live[at]], s), "unmap");
                isLive[live[at]] = false;
                live[at] = live[--liveCount];
            }
            if (i % TOUCH == 0 && liveCount > 0) {
                stepper.apply(touches[live[random.nextInt(liveCount)]], s);
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "| %s | %s | %,d | %.1f s | %,.0f | %,d |%n", iommu, flush, pages, seconds, calls / seconds, none);
    }

    /** Whether there was an address; what was mapped is the page that became live. */
    private boolean map(int frame) {
        require(stepper.apply(maps[frame], s), "map");
        for (int p = 0; p < pages; p++) {
            if (!isLive[p] && phase.get(s, 0, p) == LayerState.LIVE) {
                isLive[p] = true;
                live[liveCount++] = p;
                return true;
            }
        }
        return false;
    }

    private static void require(boolean done, String call) {
        if (!done) {
            throw new IllegalStateException(call + " was not enabled");
        }
    }
}
