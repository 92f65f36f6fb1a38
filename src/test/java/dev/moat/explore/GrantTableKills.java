package dev.moat.explore;

import static dev.moat.explore.KillRow.xen;

import java.util.List;

/** The rows of {@link KillMatrix} of version 2 tables and of copies. */
final class GrantTableKills {
    private GrantTableKills() {}

    private static final String PARTIAL = "handles=1 frames=3 version-2=true reserved-refs=0 partial-grants=true"
            + " granters=all iommu=none reallocation=false";

    static final List<KillRow> ROWS = List.of(
            xen(
                    "set-version.frees-mapped-status-frame",
                    "handles=1 frames=3 version-2=true reallocation=false",
                    "free-is-unreachable@4 own-entry-is-owned@3"),
            xen(
                    "map-status.no-reference-at-look-up",
                    "handles=1 cpus=2 frames=3 version-2=true granters=none iommu=none reallocation=false",
                    "own-entry-is-owned@4 references-match-holds@2"),
            xen(
                    "set-version.wipes-pinned-entry",
                    "handles=1 frames=3 version-2=true reserved-refs=0 reallocation=false",
                    "mapping-is-permitted@3 status-matches-pins@3"),
            xen(
                    "set-version.leaves-status-bits",
                    "handles=1 frames=3 version-2=true reallocation=false",
                    "mapping-is-permitted@5 status-matches-pins@3"),
            xen("map.takes-transitive", PARTIAL, "mapping-is-permitted@3"),
            xen(
                    "copy.released-before-move",
                    "handles=1 cpus=2 frames=1 copy=true iommu=none",
                    "copy-is-shown@4 copy-reaches-lent@7"),
            xen(
                    "copy.owner-not-checked-again",
                    "handles=1 cpus=2 frames=1 copy=true iommu=none",
                    "copy-reaches-lent@5"),
            xen(
                    "copy.pinned-frame-not-compared",
                    "handles=1 copy=true page-types=true careless-granter=true iommu=none sides=host",
                    "copy-keeps-off-tables@10 references-match-holds@8 type-count-matches-uses@9"),
            xen(
                    "copy.table-written",
                    "handles=1 frames=1 copy=true page-types=true iommu=all reallocation=false",
                    "copy-keeps-off-tables@10"),
            xen(
                    "copy.pinned-transitive-not-followed",
                    PARTIAL + " copy=true",
                    "mapping-is-permitted@6 pins-match-holds@4 references-match-holds@5 status-matches-pins@4"),
            xen(
                    "copy.reading-not-shown",
                    "handles=1 copy=true iommu=none",
                    "copy-is-shown@2 mapping-is-permitted@4 status-matches-pins@2"),
            xen("copy.refused-leaves-status-bits", "handles=1 copy=true iommu=none", "status-matches-pins@3"));
}
