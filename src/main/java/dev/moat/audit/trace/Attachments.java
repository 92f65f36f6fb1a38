package dev.moat.audit.trace;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The domain that each device was seen to be attached to last: a device by the name in the trace ({@code 0000:00:03.0}), of which 4096
 * are remembered, a domain by the kernel's pointer. {@code @source} Linux iommu.c, __iommu_attach_device: a device leaves one domain by
 * being attached to another.
 */
final class Attachments {
    private static final int MOST_DEVICES = 4096;

    private final Map<String, Long> domains = new HashMap<>();

    /**
     * A device is attached.
     *
     * @param device null where it is not known; then nothing changes
     * @param domain to which; null where it is not known
     * @return the domain that it was in, where no other device is known to be; null for none
     */
    public @Nullable Long moved(@Nullable String device, @Nullable Long domain) {
        if (device == null) {
            return null;
        }
        Long before = domains.remove(device);
        if (domain != null && domains.size() < MOST_DEVICES) {
            domains.put(device, domain);
        }
        return before == null || domains.containsValue(before) ? null : before;
    }

    /** A domain goes away. */
    public void free(long domain) {
        domains.values().removeIf(d -> d == domain);
    }

    /** What was known is known no more. */
    public void forget() {
        domains.clear();
    }
}
