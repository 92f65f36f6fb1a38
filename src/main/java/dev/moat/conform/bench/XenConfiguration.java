package dev.moat.conform.bench;

import org.jspecify.annotations.Nullable;

/**
 * Xen's command line under which a suite was recorded, which the suite's name tells: {@code cfg-no-transitive-no-transfer}.
 *
 * @param transitive whether copies follow transitive grants
 * @param transfer whether transfers are allowed
 */
public record XenConfiguration(boolean transitive, boolean transfer) {
    private static final String PREFIX = "cfg-";
    private static final String NO_TRANSITIVE = "no-transitive";
    private static final String NO_TRANSFER = "no-transfer";

    /** The configuration of a suite, or null when its name has a word that is not known. */
    public static @Nullable XenConfiguration of(String suite) {
        if (!suite.startsWith(PREFIX)) {
            return new XenConfiguration(true, true);
        }
        String words = suite.substring(PREFIX.length());
        String rest = words.replace(NO_TRANSITIVE, "").replace(NO_TRANSFER, "").replace("-", "");
        return rest.isEmpty()
                ? new XenConfiguration(!words.contains(NO_TRANSITIVE), !words.contains(NO_TRANSFER))
                : null;
    }
}
