package dev.moat.audit.pages;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The domain that each device was seen to be attached to last. */
public final class Attachments {
    private static final int MOST_DEVICES = 4096;

    private final Map<String, Long> domains = new HashMap<>();

    /**
     * A device is attached.
     *
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
