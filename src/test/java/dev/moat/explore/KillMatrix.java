package dev.moat.explore;

import static dev.moat.explore.KillRow.r1;
import static dev.moat.explore.KillRow.xen;

import java.util.List;
import java.util.stream.Stream;

/** The kill matrix: what {@link KillMatrixTest} computes and compares with. */
final class KillMatrix {
    private KillMatrix() {}

    /** Domain 0 maps and unmaps frames 1 and 2 in one batch: a range of two pages whose start is not aligned. */
    private static final String RANGE = "handles=2 domains=3 frames=3 iommu-mask=1 granters=all"
            + " mappers=first batch=2 flush=batch-range reallocation=false";

    /** A queue with room for a whole deassignment that was given up, so that nothing of it need be done. */
    private static final String TIMED_OUT =
            "handles=1 wait=timeout ring=8 granters=none assign=true context-cache=true";

    private static final List<KillRow> XEN_AND_VTD = List.of(
            r1("free.keeps-table-entry", "", "no-foreign@1"),
            r1("free.keeps-cache-entry", "", "demotion-invalidated@5 no-foreign@2 no-stale@2 nothing-lingers@2"),
            r1("unmap.keeps-table-entry", "", "no-foreign@3"),
            r1("unmap.no-invalidation", "", "demotion-invalidated@5 no-foreign@4 no-stale@4 nothing-lingers@4"),
            r1(
                    "unmap.demotion-not-invalidated",
                    "handles=2",
                    "demotion-invalidated@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            r1("map.ignores-read-only", "handles=2", ""),
            xen(
                    "unmap.no-invalidation",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4"
                            + " no-foreign@4 no-stale@4 nothing-lingers@4"),
            xen(
                    "unmap.no-invalidation-on-demotion",
                    "handles=2",
                    "demotion-invalidated@5 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5"
                            + " nothing-lingers@5"),
            xen(
                    "unmap.invalidation-not-awaited",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4"
                            + " no-foreign@4 no-stale@4 nothing-lingers@4"),
            xen(
                    "unmap.hold-released-before-wait",
                    "handles=1",
                    "lingering-is-revoked@12 no-foreign-request@12 no-foreign@12"),
            xen(
                    "decrease.frame-freed-before-flush",
                    "handles=1",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3"),
            xen(
                    "invalidation.wrong-did",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2"
                            + " no-foreign@2 no-stale@2 nothing-lingers@2"),
            xen(
                    "grant-table.lock-dropped-before-wait",
                    "handles=1 cpus=2 reallocation=false",
                    "lingering-is-revoked@17 no-foreign-request@17 no-foreign@17"),
            xen(
                    "map.ignores-read-only",
                    "handles=1",
                    "entry-follows-holds@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2"),
            xen("map.no-promotion", "handles=2", "entry-follows-holds@3 live-mapping-is-writable@3"),
            xen("unmap.last-writer-removes-entry", "handles=2", "entry-follows-holds@4 live-mapping-is-readable@4"),
            xen(
                    "unmap.host-side-takes-entry",
                    "handles=1",
                    "entry-follows-holds@3 live-mapping-is-readable@3 live-mapping-is-writable@3"),
            xen(
                    "unmap.releases-other-side",
                    "handles=1",
                    "entry-follows-holds@3 free-is-unreachable@4 lingering-is-revoked@3 mapping-is-permitted@4"
                            + " no-foreign-request@3 no-foreign@3 own-frame-is-reachable@6 pins-match-holds@3"
                            + " references-match-holds@4 status-matches-pins@4"),
            xen("status.reading-ignores-device-pins", "handles=1", "mapping-is-permitted@4 status-matches-pins@3"),
            xen(
                    "map.no-pin-limit",
                    "handles=4 reallocation=false",
                    "entry-follows-holds@5 lingering-is-revoked@5 live-mapping-is-readable@6"
                            + " mapping-is-permitted@8 no-foreign-request@5 no-foreign@5 pins-match-holds@5"
                            + " references-match-holds@5 status-matches-pins@5"),
            xen("unmap.wait-not-queued", "handles=1", "no-deadlock@3"),
            xen(
                    "counters.half-unmap-counts",
                    "handles=2 frames=1 upkeep-rule=counters",
                    "entry-follows-holds@4 free-is-unreachable@5 lingering-is-revoked@4 live-mapping-is-readable@5"
                            + " live-mapping-is-writable@4 no-foreign-request@4 no-foreign@4"),
            xen("unmap.pins-dropped-before-cpu-flush", "handles=1 tlb=1", "no-foreign-cpu@14"),
            xen(
                    "unmap.frame-read-again",
                    "handles=1 frames=3 careless-granter=true",
                    "entry-follows-holds@5 free-is-unreachable@6 lingering-is-revoked@5 no-foreign-request@5"
                            + " no-foreign@5 own-frame-is-reachable@7"),
            xen(
                    "unmap.handle-put-twice",
                    "handles=1 cpus=2 iommu=none reallocation=false",
                    "handles-balance@9 pins-match-holds@14 references-match-holds@14"),
            xen("cpu-flush.first-cpu-only", "handles=1 tlb=2", "no-foreign-cpu@4"),
            xen("map.bad-page-not-rolled-back", "handles=1", "handles-balance@3 pins-match-holds@3"),
            xen(
                    "map.upkeep-error-ignored",
                    "handles=1 failures=true",
                    "entry-follows-holds@3 live-mapping-is-readable@3 live-mapping-is-writable@3"),
            xen(
                    "map.entry-left-on-error",
                    "handles=1 failures=true",
                    "demotion-invalidated@5 entry-follows-holds@3 free-is-unreachable@4 lingering-is-revoked@3"
                            + " no-foreign-request@3 no-foreign@3 no-stale@5 nothing-lingers@5"),
            xen(
                    "restore.entry-from-handles",
                    "handles=2 cpus=2 failures=true reallocation=false",
                    "demotion-invalidated@17 lingering-is-revoked@19 no-foreign-request@19 no-foreign@19"
                            + " no-stale@17 nothing-lingers@17"),
            xen(
                    "map.roll-back-keeps-references",
                    "handles=1 failures=true",
                    "entry-follows-holds@10 free-is-unreachable@8 given-up-goes-back@7 live-mapping-is-readable@10 live-mapping-is-writable@10 own-frame-is-reachable@10 references-match-holds@3"),
            xen("map.roll-back-without-cpu-flush", "handles=1 failures=true tlb=1", "no-foreign-cpu@8"),
            xen(
                    "unmap.removal-error-ignored",
                    "handles=1 failures=true",
                    "entry-follows-holds@4 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4"
                            + " no-foreign@4"),
            xen(
                    "unmap.completes-after-error",
                    "handles=1 failures=true",
                    "entry-follows-holds@4 free-is-unreachable@5 lingering-is-revoked@4 mapping-is-permitted@5"
                            + " no-foreign-request@4 no-foreign@4 pins-match-holds@4"),
            xen(
                    "unmap.error-exit-keeps-lock",
                    "handles=1 failures=true granters=all mappers=first iommu=all",
                    "no-deadlock@5"),
            xen(
                    "batch.lock-dropped-between-elements",
                    "handles=1 cpus=2 flush=batch-end reallocation=false",
                    "lingering-is-revoked@15 no-foreign-request@15 no-foreign@15"),
            xen(
                    "batch.debts-of-last-element-only",
                    "handles=2 batch=2 flush=batch-end",
                    "demotion-invalidated@4 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4 no-stale@4"
                            + " nothing-lingers@4"),
            xen(
                    "batch.error-skips-flush",
                    "handles=2 batch=2 flush=batch-end",
                    "demotion-invalidated@4 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4"
                            + " no-foreign@4 no-stale@4 nothing-lingers@4"),
            xen(
                    "limbo.holds-no-references",
                    "handles=1 limbo=1 flush=agreed",
                    "free-is-unreachable@5 given-up-goes-back@4 lingering-is-revoked@5 lingering-request-is-revoked@5"
                            + " references-match-holds@3"),
            xen(
                    "deferred.released-before-wait",
                    "handles=1 limbo=1 flush=deferred",
                    "demotion-invalidated@6 free-is-unreachable@6 lingering-is-revoked@5 no-foreign-request@5"
                            + " no-foreign@5 no-stale@5"),
            xen("promotion.not-invalidated", "handles=2 rewalk=false", "legitimate-dma-passes@4"),
            xen("map.read-only-not-invalidated", "handles=1 caching-mode=true", "legitimate-dma-passes@3"),
            xen(
                    "tables.upper-level-read-only",
                    "handles=1",
                    "entry-follows-holds@2 live-mapping-is-writable@2 own-frame-is-reachable@0"),
            xen(
                    "unmap.entry-not-written-back",
                    "handles=1 coherent=false",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@3"
                            + " no-foreign@4 no-stale@4 nothing-lingers@4"),
            xen("map.write-buffer-not-flushed", "handles=1 write-buffer=true", "legitimate-dma-passes@2"),
            xen("caching-mode.present-under-did-0", "handles=1 caching-mode=true", "legitimate-dma-passes@3"),
            xen(
                    "caching-mode.absent-context-under-own-did",
                    "handles=1 assign=true context-cache=true caching-mode=true reallocation=false",
                    "legitimate-dma-passes@3"),
            xen(
                    "invalidation.page-zero-names-another",
                    "handles=1 invalidation=registers",
                    "demotion-invalidated@5 free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@4"
                            + " no-foreign@4 no-stale@4 nothing-lingers@4"),
            xen(
                    "invalidation.range-not-widened",
                    RANGE,
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5"
                            + " nothing-lingers@5"),
            xen(
                    "invalidation.device-range-not-encoded",
                    RANGE + " device-tlb=true",
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5"
                            + " nothing-lingers@5"),
            xen(
                    "invalidation.mask-clipped",
                    RANGE + " mamv=0",
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5"
                            + " nothing-lingers@5"),
            xen(
                    "invalidation.page-number-truncated",
                    "handles=1 frames=3 granters=none",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3 no-stale@3"
                            + " nothing-lingers@3"),
            xen(
                    "invalidation.all-is-page-zero",
                    "handles=1 assign=true",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@4"
                            + " no-foreign@3 no-stale@3 nothing-lingers@3"),
            xen(
                    "invalidation.not-drained",
                    "handles=1 walks=true assign=true",
                    "demotion-invalidated@6 flight-follows-assignment@2 free-is-unreachable@2 lingering-is-revoked@2"
                            + " no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@3"),
            xen("deferred.map-ignores-limbo", "handles=1 flush=deferred rewalk=false", "legitimate-dma-passes@5"),
            xen("pin.read-only-entry-written", "handles=1", "mapping-is-permitted@2"),
            xen(
                    "pin.other-domains-pin-taken",
                    "handles=1 domains=3 frames=1 reallocation=false",
                    "mapping-is-permitted@3"),
            xen(
                    "populate.entry-without-type",
                    "handles=1 frames=1 page-types=true",
                    "lingering-is-revoked@3 no-foreign-request@3 no-foreign@3 table-is-not-writable@3"),
            xen(
                    "pin.no-invalidation",
                    "handles=1 frames=1 page-types=true iommu=all reallocation=false",
                    "lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"
                            + " table-is-not-writable@2"),
            xen(
                    "pin.validated-before-invalidation",
                    "handles=1 page-types=true reallocation=false",
                    "lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"
                            + " table-is-not-writable@5"),
            xen(
                    "unmap.type-count-dropped-twice",
                    "handles=2 frames=1 page-types=true reallocation=false",
                    "table-is-not-writable@4 type-count-matches-uses@3"),
            xen(
                    "map.table-mapped-for-writing",
                    "handles=1 frames=1 page-types=true reallocation=false",
                    "table-is-not-writable@3 type-count-matches-uses@3"),
            xen("writer.entry-not-entered", "handles=1 page-types=true reallocation=false", "own-frame-is-reachable@3"),
            xen(
                    "decrease.keeps-entry",
                    "handles=1",
                    "entry-follows-holds@1 free-is-unreachable@1 lingering-is-revoked@1 no-foreign-request@1"
                            + " no-foreign@1"),
            xen(
                    "decrease.released-while-referred-to",
                    "handles=1",
                    "entry-follows-holds@5 free-is-unreachable@3 live-mapping-is-readable@5 live-mapping-is-writable@5"
                            + " own-frame-is-reachable@5"),
            xen("unmap.last-reference-keeps-frame", "handles=1", "given-up-goes-back@4"),
            xen(
                    "exchange.invalidation-not-awaited",
                    "handles=1 frames=3 exchange=true reallocation=false",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2"
                            + " no-foreign@2 no-stale@2 nothing-lingers@2"),
            xen(
                    "transfer.no-invalidation",
                    "handles=1 transfer=true reallocation=false",
                    "demotion-invalidated@6 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2"
                            + " no-foreign@2 no-stale@2 nothing-lingers@2"),
            xen(
                    "transfer.enters-old-frame",
                    "handles=1 transfer=true transfer-below=1 iommu=all reallocation=false",
                    "entry-follows-holds@3 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3"
                            + " no-foreign@3 own-frame-is-reachable@3"),
            xen(
                    "destroy.no-domain-invalidation",
                    "handles=1 domain-death=true reallocation=false",
                    "free-is-unreachable@2 lingering-is-revoked@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            xen(
                    "destroy.frees-mapped-frames",
                    "handles=1 domain-death=true reallocation=false",
                    "free-is-unreachable@3"),
            xen(
                    "table.freed-before-wait",
                    "handles=1 frames=3 index-bits=1 table-frames=true paging-caches=true",
                    "walked-is-table@21"),
            xen(
                    "table.leaf-only-invalidation",
                    "handles=1 frames=3 index-bits=1 table-frames=true paging-caches=true",
                    "free-is-unreachable@8 io-table-is-unreachable@9 legitimate-dma-passes@4"
                            + " lingering-is-revoked@8 no-foreign-request@8 no-foreign@8 no-stale@7 nothing-lingers@7"
                            + " walked-is-table@2"),
            xen(
                    "table.linked-before-zeroed",
                    "handles=1 frames=3 index-bits=1 table-frames=true",
                    "demotion-invalidated@16 entry-follows-holds@13 free-is-unreachable@23"
                            + " io-table-is-unreachable@18 lingering-is-revoked@13 no-foreign-request@13 no-foreign@13"
                            + " no-stale@15 nothing-lingers@15"),
            xen(
                    "table.page-still-mapped",
                    "handles=1 frames=3 index-bits=1 table-frames=true",
                    "entry-follows-holds@9 free-is-unreachable@6 io-table-is-unreachable@5 lingering-is-revoked@9"
                            + " no-foreign-request@9 no-foreign@9 own-frame-is-reachable@8"),
            xen(
                    "table.found-without-lock",
                    "handles=1 cpus=2 granters=none frames=3 index-bits=1 table-frames=true",
                    "free-is-unreachable@10 lingering-is-revoked@10 no-foreign-request@10 no-foreign@10 no-stale@8"
                            + " nothing-lingers@8 own-frame-is-reachable@7"),
            xen(
                    "table.device-asked-once",
                    "handles=1 cpus=2 granters=none assign=true frames=3 index-bits=1 table-frames=true paging-caches=true",
                    "free-is-unreachable@22 io-table-is-unreachable@31 legitimate-dma-passes@24"
                            + " lingering-is-revoked@20 no-foreign-request@19 no-foreign@20 no-stale@20 nothing-lingers@20"
                            + " walked-is-table@16"),
            xen(
                    "destroy.tables-freed-before-wait",
                    "handles=1 granters=none frames=3 index-bits=1 table-frames=true paging-caches=true"
                            + " context-cache=true domain-death=true",
                    "no-stale@5 nothing-lingers@5 walked-is-table@5"),
            xen(
                    "wait.timeout-is-success",
                    "handles=1 wait=timeout reallocation=false",
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5"
                            + " nothing-lingers@5"),
            xen(
                    "wait.frame-freed-after-timeout",
                    "handles=1 wait=timeout",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3"
                            + " no-foreign@3 no-stale@3 nothing-lingers@3"),
            xen(
                    "map.undone-after-timeout",
                    "handles=2 wait=timeout reallocation=false",
                    "entry-follows-holds@4 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4"),
            xen(
                    "deassign.detached-after-timeout",
                    TIMED_OUT,
                    "free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@3 no-foreign@4"
                            + " no-stale-context@3 no-stale@4 nothing-lingers@4 quarantine@3"),
            xen(
                    "deassign.absent-not-invalidated",
                    TIMED_OUT,
                    "free-is-unreachable@5 lingering-is-revoked@5 no-foreign-request@4 no-foreign@5"
                            + " no-stale-context@4 no-stale@5 nothing-lingers@5 quarantine@4"),
            xen(
                    "wait.late-completion-counts",
                    "handles=1 wait=timeout",
                    "free-is-unreachable@7 lingering-is-revoked@7 no-foreign-request@7 no-foreign@7 no-stale@7"
                            + " nothing-lingers@7"),
            xen(
                    "superpage.merged-with-other-rights",
                    "handles=1 frames=3 index-bits=1 table-frames=true superpages=true",
                    "entry-follows-holds@4 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4"
                            + " own-frame-is-reachable@2"),
            xen(
                    "superpage.split-linked-before-filled",
                    "handles=1 frames=3 index-bits=1 table-frames=true superpages=true",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4"
                            + " no-foreign@4 no-stale@4 nothing-lingers@4 own-frame-is-reachable@3"),
            xen(
                    "superpage.old-table-freed-at-once",
                    "handles=1 frames=3 index-bits=1 table-frames=true superpages=true paging-caches=true",
                    "legitimate-dma-passes@10 walked-is-table@10"),
            xen(
                    "superpage.looked-up-without-lock",
                    "handles=1 cpus=2 granters=none frames=3 index-bits=1 table-frames=true superpages=true",
                    "entry-follows-holds@15 free-is-unreachable@13 given-up-goes-back@29 io-table-is-unreachable@16"
                            + " lingering-is-revoked@13 no-foreign-request@13 no-foreign@13 no-stale@10 nothing-lingers@10"
                            + " own-frame-is-reachable@9"));

    /** All rows. */
    static final List<KillRow> MATRIX = Stream.of(
                    XEN_AND_VTD,
                    GrantTableKills.ROWS,
                    HandleKills.ROWS,
                    DeviceKills.ROWS,
                    AmdViKills.OWN,
                    RiscvKills.OWN,
                    SmmuKills.OWN,
                    StreamKills.ROWS,
                    StreamKills.OF_QUEUES,
                    NestedKills.ROWS,
                    KillMatrixFamilies.ROWS,
                    LayerKills.ROWS,
                    KillMatrixLayer.ROWS,
                    SpaceKills.ROWS,
                    ViommuKills.ROWS,
                    InterruptKills.ROWS,
                    GrowthKills.ROWS,
                    P2mKills.ROWS,
                    PkvmKills.ROWS,
                    SvmKills.ROWS)
            .flatMap(List::stream)
            .toList();
}
