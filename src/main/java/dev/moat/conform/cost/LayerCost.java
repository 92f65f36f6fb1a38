package dev.moat.conform.cost;

import dev.moat.conform.xen.XenBench;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each policy of the DMA layer has each family's units do: one page is mapped and unmapped again, so many times, on one CPU.
 * The timer of the flush queue never goes off, so that a flush is as rare as its ring allows.
 */
public final class LayerCost {
    /** Families and policies, in the order of the table. */
    private static final List<String> FAMILIES = List.of("vtd", "amd-vi", "calgary", "gart");

    private static final List<String> POLICIES = List.of("strict", "queue", "wrap", "full-flush", "wrap-calgary");
    /** Entries of a ring; Linux can use 255, but then needs more addresses than a Calgary has in a row here. */
    private static final int RING = 64;
    /** Pages of the aperture, after which addresses wrap. */
    private static final int PAGES = 128;

    /** The value of {@code phase} while a page is mapped and its map has returned. */
    private static final int LIVE = 2;

    private LayerCost() {}

    /** The rows of all families and policies. */
    public static List<UnmapCost> measure(int unmaps) {
        List<UnmapCost> rows = new ArrayList<>();
        for (String iommu : FAMILIES) {
            for (String policy : POLICIES) {
                rows.add(measure(iommu, policy, unmaps));
            }
        }
        return rows;
    }

    private static UnmapCost measure(String iommu, String policy, int unmaps) {
        Machine machine = Catalog.load()
                .machine(new MachineSpec("iommu-dma", settings(iommu, policy), Granularity.OPERATION, true, List.of()));
        Stepper stepper = machine.stepper();
        Served served = Served.of(iommu, machine);
        stepper.watch(served::note);
        Slots phase = XenBench.slots(machine, "phase");
        long[] s = machine.initial();
        int map = instance(machine, "cpu0: dma_map_page(g0, f0, bidirectional)");
        int[] unmap = new int[PAGES];
        for (int p = 0; p < PAGES; p++) {
            unmap[p] = instance(machine, "cpu0: dma_unmap_page(g0, p" + p + ")");
        }
        for (int i = 0; i < unmaps; i++) {
            apply(stepper, map, s);
            int page = 0;
            while (page < PAGES && phase.get(s, 0, page) != LIVE) {
                page++;
            }
            apply(stepper, unmap[page], s);
        }
        Served.Count asked = served.take();
        return new UnmapCost(iommu, policy, asked.pages(), asked.domains(), asked.waits());
    }

    private static Map<String, String> settings(String iommu, String policy) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("iommu", iommu);
        settings.put("flush", policy);
        settings.put("pages", "" + PAGES);
        settings.put("frames", "1");
        settings.put("queue", "" + RING);
        if (iommu.equals("vtd") || iommu.equals("amd-vi")) {
            settings.put("index-bits", "9");
            settings.put("ring", "256");
        }
        return settings;
    }

    private static int instance(Machine machine, String name) {
        return machine.find(name).orElseThrow(() -> new IllegalStateException(name));
    }

    private static void apply(Stepper stepper, int instance, long[] s) {
        if (!stepper.apply(instance, s)) {
            throw new IllegalStateException("a call of the workload was not enabled");
        }
    }
}
