package dev.moat.check.cover;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Small bounds in which choices are tried: one frame, one entry, one mapping, and something more.
 *
 * @param bounds values by parameter
 * @param faults that are injected, for what repairs them
 */
record SmallBounds(Map<String, String> bounds, List<String> faults) {
    private static final Map<String, String> SMALLEST =
            Map.of("refs", "1", "handles", "1", "frames", "1", "limbo", "1", "reallocation", "false");

    private static final Set<String> WHO_MAPS = Set.of("granters", "sides");

    /** In the order in which they are tried; the first are the smallest that a grant, its mapping and a device need. */
    static final List<SmallBounds> LADDER = List.of(
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
            rung(Map.of("frames", "2", "reallocation", "true")),
            rung(Map.of("assign", "true", "handles", "2")),
            rung(Map.of("copy", "true", "frames", "2", "reallocation", "true")),
            rung(Map.of("iommu", "all", "frames", "2")),
            rung(Map.of("granters", "none", "frames", "3", "iommu-mask", "1", "assign", "true")),
            rung(Map.of("page-selective", "false", "assign", "true"), "invalidation.page-without-psi"),
            rung(Map.of("page-selective", "false"), "invalidation.page-without-psi"),
            rung(Map.of(), "invalidation.page-without-psi"));

    /** The same on the host's side: tried first. */
    static final List<SmallBounds> SMALLER =
            LADDER.stream().map(SmallBounds::onHostsSide).distinct().toList();

    SmallBounds {
        bounds = Map.copyOf(bounds);
        faults = List.copyOf(faults);
    }

    private static SmallBounds rung(Map<String, String> other, String... faults) {
        Map<String, String> bounds = new TreeMap<>(SMALLEST);
        bounds.putAll(other);
        return new SmallBounds(bounds, List.of(faults));
    }

    /** With mappings of the host's side alone, which change the I/O tables too: a third of the states, with two CPUs a twentieth. */
    SmallBounds onHostsSide() {
        Map<String, String> smaller = new TreeMap<>(bounds);
        smaller.putIfAbsent("sides", "host");
        return new SmallBounds(smaller, faults);
    }

    /** What both have more than the smallest, or nothing where they say different things of something that is no number. */
    Optional<SmallBounds> with(SmallBounds other) {
        Map<String, String> both = new TreeMap<>(bounds);
        for (Map.Entry<String, String> e : other.bounds.entrySet()) {
            String least = SMALLEST.get(e.getKey());
            String own = both.putIfAbsent(e.getKey(), e.getValue());
            if (own != null && (own.equals(least) || isLess(own, e.getValue()))) {
                both.put(e.getKey(), e.getValue());
            } else if (own != null
                    && !own.equals(e.getValue())
                    && !e.getValue().equals(least)
                    && !isLess(e.getValue(), own)) {
                return Optional.empty();
            }
        }
        List<String> all = new ArrayList<>(faults);
        other.faults.stream().filter(f -> !all.contains(f)).forEach(all::add);
        return Optional.of(new SmallBounds(both, all));
    }

    /** Each that has one bound less, or at its least; who maps stays, as more who do make more states. */
    List<SmallBounds> smaller() {
        List<SmallBounds> all = new ArrayList<>();
        Set<String> keys = new TreeSet<>(bounds.keySet());
        keys.addAll(SMALLEST.keySet());
        keys.removeAll(WHO_MAPS);
        for (String key : keys) {
            Map<String, String> fewer = new TreeMap<>(bounds);
            fewer.remove(key);
            if (SMALLEST.containsKey(key)) {
                fewer.put(key, SMALLEST.get(key));
            }
            if (!fewer.equals(bounds)) {
                all.add(new SmallBounds(fewer, faults));
            }
        }
        return all;
    }

    /** What some bounds of each have together, as far as they can be: of all, one of each. */
    static List<SmallBounds> joined(List<List<SmallBounds>> each) {
        List<SmallBounds> all = each.get(0);
        for (List<SmallBounds> own : each.subList(1, each.size())) {
            all = all.stream()
                    .flatMap(one -> own.stream().flatMap(other -> one.with(other).stream()))
                    .distinct()
                    .toList();
        }
        return all;
    }

    private static boolean isLess(String one, String other) {
        boolean numbers = Character.isDigit(one.charAt(0)) && Character.isDigit(other.charAt(0));
        return numbers && Integer.parseInt(one) < Integer.parseInt(other);
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
