package dev.moat.conform.xen;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Xen's command line under which a suite was recorded, which the suite's name tells: {@code cfg-no-transitive-no-transfer}.
 *
 * @param transitive whether copies follow transitive grants
 * @param transfer whether transfers are allowed
 * @param highestVersion that any domain's table may have, domain 0's too
 */
record XenConfiguration(boolean transitive, boolean transfer, int highestVersion) {
    private static final String PREFIX = "cfg-";
    private static final String NO_TRANSITIVE = "no-transitive";
    private static final String NO_TRANSFER = "no-transfer";
    /** Of {@code gnttab=max-ver:1}, as {@code create} calls it or as the command line does. */
    private static final Pattern HIGHEST_VERSION = Pattern.compile("max-ver(?:sion)?-([12])(?![0-9])");

    /** The configuration of a suite, or null when its name has a word that is not known. */
    public static @Nullable XenConfiguration of(String suite) {
        if (!suite.startsWith(PREFIX)) {
            return new XenConfiguration(true, true, 2);
        }
        String words = suite.substring(PREFIX.length());
        Matcher version = HIGHEST_VERSION.matcher(words);
        int highest = version.find() ? Integer.parseInt(version.group(1)) : 2;
        String rest = version.replaceFirst("")
                .replace(NO_TRANSITIVE, "")
                .replace(NO_TRANSFER, "")
                .replace("-", "");
        return rest.isEmpty()
                ? new XenConfiguration(!words.contains(NO_TRANSITIVE), !words.contains(NO_TRANSFER), highest)
                : null;
    }
}
