package dev.moat.audit.trace;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The domain ids that {@code cache_tag_*} has shown for each device, each with its IOMMU; a PASID may have one of its own. */
final class DeviceIds {
    private static final int MOST_DEVICES = 4096;
    private static final int MOST_IDS = 64;

    private final Map<String, Set<Long>> ids = new HashMap<>();

    private static long key(long unit, long id) {
        return unit << 16 | id;
    }

    /** A flush of the device has named the id. */
    public void flushed(String device, long unit, long id) {
        if (ids.size() < MOST_DEVICES || ids.containsKey(device)) {
            Set<Long> own = ids.computeIfAbsent(device, d -> new HashSet<>(2));
            if (own.size() < MOST_IDS) {
                own.add(key(unit, id));
            }
        }
    }

    /** The device is attached: where the id is another than before, those before it are over. */
    public void assigned(String device, long unit, long id) {
        if (!has(device, unit, id)) {
            ids.remove(device);
        }
        flushed(device, unit, id);
    }

    /** The device is detached. */
    public void unassigned(String device, long unit, long id) {
        Set<Long> own = ids.get(device);
        if (own != null && own.remove(key(unit, id)) && own.isEmpty()) {
            ids.remove(device);
        }
    }

    /** Whether any id of the device is known. */
    public boolean knows(String device) {
        return ids.containsKey(device);
    }

    /** Whether the id is known to be one of the device's. */
    public boolean has(String device, long unit, long id) {
        Set<Long> own = ids.get(device);
        return own != null && own.contains(key(unit, id));
    }

    /** What was known is known no more. */
    public void forget() {
        ids.clear();
    }
}
