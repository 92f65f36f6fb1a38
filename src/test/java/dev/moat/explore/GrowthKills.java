package dev.moat.explore;

import static dev.moat.explore.KillRow.growth;

import java.util.List;

/** The rows of {@link KillMatrix} of AMD-Vi's page tables that grow in use. */
final class GrowthKills {
    private GrowthKills() {}

    /** What can be said of one domain's tables, whatever it maps. */
    static final List<String> JUDGED = List.of(
            "assigned-device-is-led",
            "legitimate-dma-passes",
            "live-mapping-is-readable",
            "no-foreign",
            "no-foreign-request",
            "no-request-strays",
            "no-stale",
            "nothing-lingers",
            "returned-leads-nowhere-else");

    static final List<KillRow> ROWS = List.of(
            growth("growth.entry-not-invalidated", "", "legitimate-dma-passes@2"),
            growth("growth.invalidation-not-awaited", "devices=2", "legitimate-dma-passes@2"),
            growth("growth.published-first", "pages=3", "legitimate-dma-passes@11"),
            growth(
                    "growth.old-top-not-linked",
                    "",
                    "assigned-device-is-led@1 live-mapping-is-readable@2 no-stale@3" + " nothing-lingers@3"),
            growth("growth.mode-not-raised", "", "assigned-device-is-led@1 legitimate-dma-passes@1"),
            growth(
                    "growth.not-locked",
                    "pages=3",
                    "live-mapping-is-readable@22 no-foreign-request@42 no-foreign@43 no-stale@22"
                            + " nothing-lingers@22"),
            growth(
                    "growth.unmap-reads-root-later",
                    "frames=2",
                    "no-foreign-request@26 no-foreign@26 no-stale@31 nothing-lingers@31"
                            + " returned-leads-nowhere-else@32"),
            growth(
                    "growth.map-reads-root-later",
                    "pages=3",
                    "live-mapping-is-readable@17 no-foreign-request@30 no-foreign@30"));
}
