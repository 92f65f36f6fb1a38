package dev.moat.scenario;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which devices an IOMMU cannot tell apart: those that share a reason, and those that are joined through others. */
final class IsolationUnits {
    private final Map<String, List<Reason>> reasons = new HashMap<>();
    private final Map<Reason, List<String>> devices = new HashMap<>();
    private final Map<String, String> units = new HashMap<>();

    /**
     * What makes devices one.
     *
     * @param shared what they share, for example {@code bus 'first'}
     * @param why why that makes them one, as a clause
     */
    record Reason(String shared, String why) {}

    /** The device is one with all others that have the same reason. */
    void join(String device, Reason reason) {
        reasons.computeIfAbsent(device, d -> new ArrayList<>()).add(reason);
        devices.computeIfAbsent(reason, r -> new ArrayList<>()).add(device);
        units.clear();
    }

    /** A name that all devices of a unit have, and no other device; that of a device which shares nothing is its own. */
    String unit(String device) {
        if (!units.containsKey(device)) {
            ways(device).keySet().forEach(other -> units.put(other, device));
        }
        return units.getOrDefault(device, device);
    }

    /** The fewest reasons that lead from one device of a unit to another, in order; empty when none do. */
    List<Reason> way(String from, String to) {
        return ways(from).getOrDefault(to, List.of());
    }

    /** By breadth first search, so that each reason is followed once. */
    private Map<String, List<Reason>> ways(String from) {
        Map<String, List<Reason>> ways = new LinkedHashMap<>();
        ways.put(from, List.of());
        Map<Reason, List<String>> left = new HashMap<>(devices);
        Deque<String> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            String device = open.remove();
            for (Reason reason : reasons.getOrDefault(device, List.of())) {
                List<String> others = left.getOrDefault(reason, List.of());
                left.remove(reason);
                List<Reason> way = new ArrayList<>(ways.getOrDefault(device, List.of()));
                way.add(reason);
                for (String other : others) {
                    if (ways.putIfAbsent(other, way) == null) {
                        open.add(other);
                    }
                }
            }
        }
        return ways;
    }
}
