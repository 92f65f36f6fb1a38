package dev.moat.check.cover;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Small bounds in which choices are tried: one frame, one entry, one mapping, and something more.
 *
 * @param bounds values by parameter
 * @param faults that are injected, for what repairs them
 */
record Rung(Map<String, String> bounds, List<String> faults) {
    private static final Map<String, String> SMALLEST =
            Map.of("refs", "1", "handles", "1", "frames", "1", "limbo", "1", "reallocation", "false");

    /** In the order in which they are tried; the first are the smallest that a grant, its mapping and a device need. */
    static final List<Rung> LADDER = List.of(
            rung(Map.of()),
            rung(Map.of("reallocation", "true")),
            rung(Map.of("assign", "true")),
            rung(Map.of("walks", "true")),
            rung(Map.of("cpus", "2", "sides", "host")),
            rung(Map.of("copy", "true")),
            rung(Map.of("granters", "none", "iommu", "all", "assign", "true")),
            rung(Map.of("granters", "none", "assign", "true", "devices", "2")),
            rung(Map.of("granters", "none", "frames", "3", "iommu", "all")),
            rung(Map.of("granters", "none", "frames", "2", "reallocation", "true")),
            rung(Map.of("frames", "2")),
            rung(Map.of("handles", "2")),
            rung(Map.of("batch", "2", "sides", "host")),
            rung(Map.of("refs", "2", "handles", "2", "sides", "host")),
            rung(Map.of("assign", "true", "context-cache", "true")),
            rung(Map.of("frames", "3", "index-bits", "1", "table-frames", "true")),
            rung(Map.of("frames", "4", "index-bits", "1", "table-frames", "true", "superpages", "true")),
            rung(Map.of("handles", "2", "batch", "2", "sides", "host", "flush", "queued")),
            rung(Map.of("handles", "2", "batch", "2", "sides", "host")),
            rung(Map.of("iommu", "all", "reallocation", "true", "batch", "2", "sides", "host")),
            rung(Map.of("page-selective", "false"), "invalidation.page-without-psi"),
            rung(Map.of(), "invalidation.page-without-psi"));

    Rung {
        bounds = Map.copyOf(bounds);
        faults = List.copyOf(faults);
    }

    private static Rung rung(Map<String, String> other, String... faults) {
        Map<String, String> bounds = new TreeMap<>(SMALLEST);
        bounds.putAll(other);
        return new Rung(bounds, List.of(faults));
    }

    @Override
    public String toString() {
        List<String> words = bounds.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .sorted()
                .toList();
        return String.join(" ", words) + (faults.isEmpty() ? "" : ", with " + String.join(", ", faults));
    }
}
