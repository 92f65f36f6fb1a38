package dev.moat.conform.cost;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What each way of unmapping in I/O spaces by hypercalls has each family's units do: so many pages are mapped and unmapped again, one
 * call after the other, in a space of 32 pages, or of as many as a batch has. On Calgary everything that is asked is a blast of the bus.
 */
public final class SpaceCost {
    private static final List<String> FAMILIES = List.of("calgary", "vtd", "amd-vi");
    private static final int SPACE = 32;
    private static final String STRICT = "strict";

    /** The ways, in the order of the table: the policy, pages of one call, elements of a batch, whether grants end. */
    private static final List<Way> WAYS = List.of(
            new Way(STRICT, 1, 1, false),
            new Way(STRICT, 2, 1, false),
            new Way(STRICT, 1, 2, false),
            new Way(STRICT, 1, 8, false),
            new Way(STRICT, 1, 1, true),
            new Way(STRICT, 1, 2, true),
            new Way("wrap", 1, 1, false),
            new Way("wrap-linux", 1, 1, false));

    private record Way(String unmap, int run, int batch, boolean grants) {
        String label() {
            String many = batch > 1 ? " batches of " + batch : run > 1 ? " runs of " + run : "";
            return unmap + many + (grants ? " grants ended" : "");
        }

        private int space() {
            return batch > 1 ? batch : SPACE;
        }
    }

    private final Way way;
    private final Machine machine;
    private final Stepper stepper;
    private final long[] s;

    private SpaceCost(String iommu, Way way) {
        this.way = way;
        machine = Catalog.load()
                .machine(
                        new MachineSpec("xen-io-spaces", settings(iommu, way), Granularity.OPERATION, true, List.of()));
        stepper = machine.stepper();
        s = machine.initial().clone();
    }

    /** The rows of all families and ways, for a number of pages that is a multiple of 8. */
    public static List<UnmapCost> measure(int pages) {
        List<UnmapCost> rows = new ArrayList<>();
        for (String iommu : FAMILIES) {
            for (Way way : WAYS) {
                SpaceCost run = new SpaceCost(iommu, way);
                Served served = Served.of(iommu, run.machine);
                run.stepper.watch(served::note);
                if (way.grants) {
                    run.grants(pages);
                } else {
                    run.pages(pages);
                }
                Served.Count asked = served.take();
                rows.add(new UnmapCost(iommu, way.label(), asked.pages(), asked.domains(), asked.waits()));
            }
        }
        return rows;
    }

    private static Map<String, String> settings(String iommu, Way way) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("iommu", iommu);
        settings.put("reallocation", "false");
        settings.put("domains", way.grants ? "2" : "1");
        settings.put("devices", way.grants ? "2" : "1");
        // On a Calgary a bus each; the queue that is counted is the first unit's.
        settings.put("units", way.grants && iommu.equals("calgary") ? "2" : "1");
        settings.put("frames", way.grants ? "4" : "2");
        settings.put("grants", "" + way.grants);
        settings.put("pages", "" + way.space());
        settings.put("run", "" + way.run);
        settings.put("batch", "" + way.batch);
        settings.put("unmap", way.unmap);
        if (!iommu.equals("calgary")) {
            settings.put("index-bits", "9");
        }
        return settings;
    }

    /** A space is filled up to a batch and emptied again; where addresses wrap, each map finds the next one. */
    private void pages(int pages) {
        for (int i = 0; i < pages / way.run; i++) {
            apply("iommu_map(d0, dev0, any, f0, " + (way.run == 2 ? "rw*2" : "rw") + ")");
            int page = way.unmap.equals(STRICT) ? 0 : i % SPACE;
            if (way.batch == 1) {
                apply("iommu_unmap(d0, dev0, p" + page + ", " + way.run + ")");
            } else if (i % way.batch == way.batch - 1) {
                apply("iommu_unmap_many(d0, dev0, " + set(p -> "p" + p) + ")");
            }
        }
    }

    /** Frames of domain 0, which have even numbers, are granted, mapped, and taken out of the table by the end of their grants. */
    private void grants(int pages) {
        for (int i = 0; i < pages; i++) {
            String frame = "f" + 2 * (i % way.batch);
            apply("grant_access(d1, " + frame + ", rw)");
            apply("map_grant_ref(d1, " + frame + ", rw)");
            apply("iommu_map(d1, dev1, any, " + frame + ", rw)");
            if (i % way.batch == way.batch - 1) {
                boolean many = way.batch > 1;
                apply((many ? "unmap_grant_many(d1, " : "unmap_grant_ref(d1, ") + set(f -> "f" + 2 * f) + ", rw)");
                IntStream.range(0, way.batch).forEach(f -> apply("end_access(f" + 2 * f + ")"));
            }
        }
    }

    private String set(IntFunction<String> element) {
        return IntStream.range(0, way.batch).mapToObj(element).collect(Collectors.joining("+"));
    }

    private void apply(String call) {
        int instance = machine.find(call)
                .or(() -> machine.find("cpu0: " + call))
                .orElseThrow(() -> new IllegalStateException(call));
        if (!stepper.apply(instance, s) || stepper.lastResult() > 0) {
            throw new IllegalStateException("a call of the workload failed: " + call);
        }
    }
}
