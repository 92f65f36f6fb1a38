package dev.moat.explore;

import static dev.moat.explore.KillRow.p2m;

import java.util.List;

/** The rows of {@link KillMatrix} of HVM guests' p2ms. */
final class P2mKills {
    private P2mKills() {}

    /** What can be said of p2ms, and of nothing else. */
    static final List<String> ONLY = List.of("p2m-is-entitled", "tables-follow-p2m");

    /** What can be said of guests with p2ms. */
    static final List<String> JUDGED = List.of(
            "assigned-device-is-led",
            "entry-means-its-space",
            "free-is-unreachable",
            "legitimate-dma-passes",
            "live-mapping-is-readable",
            "no-foreign",
            "no-foreign-request",
            "no-request-strays",
            "no-stale",
            "no-stale-context",
            "nothing-lingers",
            "p2m-is-entitled",
            "tables-follow-p2m");

    static final List<KillRow> ROWS = List.of(
            p2m(
                    "decrease.removal-error-ignored",
                    "domains=1 frames=2 populated=2 superpages=true tables=separate",
                    "free-is-unreachable@1 no-foreign-request@1 no-foreign@1 p2m-is-entitled@1"),
            p2m(
                    "range.displaced-flush-put-off",
                    "domains=1 frames=2 populated=2 range=1",
                    "free-is-unreachable@5 no-foreign-request@5 no-foreign@5"),
            p2m(
                    "range.frames-not-kept",
                    "domains=1 frames=1 range=1 cpus=2",
                    "free-is-unreachable@13 no-foreign-request@13 no-foreign@13"),
            p2m(
                    "range.frames-put-before-flush",
                    "domains=1 frames=1 range=1 cpus=2",
                    "free-is-unreachable@14 no-foreign-request@14 no-foreign@14"),
            p2m(
                    "range.old-gfns-not-flushed",
                    "domains=1 frames=1 range=1",
                    "free-is-unreachable@3 no-foreign-request@3 no-foreign@3 nothing-lingers@2"),
            p2m(
                    "decrease.line-not-written-back",
                    "domains=1 frames=1 coherent=false",
                    "free-is-unreachable@2 no-foreign-request@1 no-foreign@2 nothing-lingers@2"),
            p2m(
                    "status.found-before-lock",
                    "domains=1 frames=1 cpus=2 status-frames=true reservation=false populated=0",
                    "free-is-unreachable@33 no-foreign-request@33 no-foreign@33 p2m-is-entitled@33"),
            p2m(
                    "status.lock-dropped-before-entry",
                    "domains=1 frames=1 gfns=1 cpus=2 status-frames=true reservation=false populated=0",
                    "free-is-unreachable@16 no-foreign-request@16 no-foreign@16 p2m-is-entitled@16"),
            p2m(
                    "status.freed-with-its-entry",
                    "domains=1 frames=1 gfns=1 status-frames=true reservation=false populated=0",
                    "free-is-unreachable@3 no-foreign-request@3 no-foreign@3 p2m-is-entitled@3"),
            p2m(
                    "decrease.freed-before-flush",
                    "domains=1 frames=1 gfns=1",
                    "free-is-unreachable@4 no-foreign-request@4 no-foreign@4"),
            p2m(
                    "decrease.not-flushed",
                    "domains=1 frames=1 gfns=1",
                    "free-is-unreachable@2 no-foreign-request@2 no-foreign@2 nothing-lingers@2"),
            p2m(
                    "iommu.removal-not-followed",
                    "domains=1 frames=1 gfns=1 tables=separate",
                    "free-is-unreachable@1 no-foreign-request@1 no-foreign@1 tables-follow-p2m@1"),
            p2m(
                    "iommu.same-frame-not-followed",
                    "domains=1 frames=1 gfns=1 tables=separate types=true",
                    "tables-follow-p2m@1"),
            p2m("type.demotion-not-flushed", "domains=1 frames=1 gfns=1 types=true", "nothing-lingers@2"),
            p2m(
                    "entry.read-only-writable",
                    "frames=2 grants=true reservation=false",
                    "no-foreign-request@2 no-foreign@2 tables-follow-p2m@2"),
            p2m(
                    "unmap.unpinned-before-flush",
                    "frames=2 grants=true gfns=2",
                    "free-is-unreachable@21 no-foreign-request@12 no-foreign@12"),
            p2m(
                    "populate.absence-not-forgotten",
                    "domains=1 frames=1 gfns=1 populated=0 caching-mode=true",
                    "legitimate-dma-passes@2"));
}
