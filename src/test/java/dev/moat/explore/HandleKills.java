package dev.moat.explore;

import static dev.moat.explore.KillRow.xen;
import static dev.moat.explore.KillRow.xenTo;

import java.util.List;

/** The rows of {@link KillMatrix} of lists of free handles. */
final class HandleKills {
    private HandleKills() {}

    private static final String ONE_FRAME =
            "handles=3 maptrack-frames=1 cpus=2 frames=1 iommu=none sides=host reallocation=false";
    private static final String TWO_FRAMES =
            "handles=4 maptrack-frames=2 cpus=2 frames=1 iommu=none sides=host reallocation=false";

    // Further on lists lead through entries in use, and there are more states than a survey holds.
    static final List<KillRow> ROWS = List.of(
            xenTo(
                    30,
                    "maptrack.lists-not-locked",
                    ONE_FRAME,
                    "handles-balance@18 pins-match-holds@29 references-match-holds@29"),
            xen(
                    "maptrack.stolen-entry-leads-on",
                    ONE_FRAME,
                    "handles-balance@3 pins-match-holds@5 references-match-holds@5"),
            xenTo(
                    40,
                    "maptrack.frame-leads-to-old-head",
                    TWO_FRAMES,
                    "handles-balance@18 pins-match-holds@36 references-match-holds@36"),
            xenTo(
                    24,
                    "maptrack.head-not-compared",
                    ONE_FRAME,
                    "handles-balance@13 pins-match-holds@22 references-match-holds@22"));
}
