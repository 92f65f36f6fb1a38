package dev.moat.conform.xen;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The hardware and command line under which cases with an IOMMU were recorded; the words of the configuration's name tell:
 * {@code strict-cm}, {@code relaxed}, {@code strict-regs}.
 *
 * @param relaxed whether domain 0's device reaches all memory, Xen's default
 * @param cachingMode whether hardware caches entries that are not present
 * @param registers whether Xen invalidates by registers instead of the queue ({@code iommu=no-qinval})
 */
record VtdConfiguration(boolean relaxed, boolean cachingMode, boolean registers) {

    /** The configuration of that name, or null when it has a word that is not known. */
    public static @Nullable VtdConfiguration of(String name) {
        String words = name + "-";
        boolean relaxed = words.startsWith("relaxed-");
        if (!relaxed && !words.startsWith("strict-")) {
            return null;
        }
        String rest = words.substring(words.indexOf('-') + 1);
        boolean cachingMode = rest.contains("cm-");
        boolean registers = rest.contains("regs-") || rest.contains("no-qinval-");
        boolean known = rest.replace("cm-", "")
                .replace("regs-", "")
                .replace("no-qinval-", "")
                .isEmpty();
        return known ? new VtdConfiguration(relaxed, cachingMode, registers) : null;
    }

    /** The machine's parameters that say so. */
    Map<String, String> settings() {
        return new TreeMap<>(Map.of(
                "dom0-iommu", relaxed ? "relaxed" : "strict",
                "caching-mode", "" + cachingMode,
                "invalidation", registers ? "registers" : "queued"));
    }
}
