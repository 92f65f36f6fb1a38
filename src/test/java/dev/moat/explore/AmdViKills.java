package dev.moat.explore;

import java.util.List;

/** Faults on machines with AMD-Vi: its own, which are rows of {@link KillMatrix}, and those that it shares with VT-d. */
final class AmdViKills {
    private AmdViKills() {}

    private static final String TABLES = "handles=1 frames=3 table-frames=true directory-cache=true";

    /** Domain 0 maps and unmaps frames 1 and 2 in one batch: a range of two pages whose start is not aligned. */
    private static final String RANGE = "handles=2 domains=3 frames=3 iommu-mask=1 granters=all"
            + " mappers=first batch=2 flush=batch-range reallocation=false";

    private static final String TWO_DEVICES = "handles=1 granters=none assign=true iommu-domains=all devices=2";

    private static final String UNITY = TWO_DEVICES + " frames=3 unity-range=true";

    private static final String MOVED =
            "handles=1 granters=none assign=true iommu-domains=all devices=1 move-devices=true";

    private static KillRow amd(String fault, String settings, String violates) {
        return KillRow.xen(fault, "iommu=amd-vi " + settings, violates);
    }

    static final List<KillRow> OWN = List.of(
            amd("unity.mapped-after-entry", UNITY, "own-frame-is-reachable@16"),
            amd("unity.unmapped-before-entry", UNITY, "no-stale@3 nothing-lingers@3 own-frame-is-reachable@1"),
            amd("unity.unmapped-with-any-device", UNITY, "own-frame-is-reachable@2"),
            amd(
                    "unity.kept-when-deassigned",
                    UNITY,
                    "entry-follows-holds@1 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2"),
            amd(
                    "unity.begins-too-low",
                    UNITY,
                    "entry-follows-holds@0 free-is-unreachable@1 lingering-is-revoked@0 no-foreign-request@0 no-foreign@0"),
            amd("unity.deassign-ends-with-it", UNITY, "no-stale@2 nothing-lingers@2 own-frame-is-reachable@1"),
            amd(
                    "unity.left-by-failed-map",
                    UNITY + " failures=true",
                    "entry-follows-holds@3 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4"),
            amd(
                    "unity.left-by-failed-assignment",
                    UNITY + " failures=true",
                    "entry-follows-holds@20 lingering-is-revoked@23 no-foreign-request@23 no-foreign@23"),
            amd(
                    "unity.not-invalidated",
                    UNITY,
                    "lingering-is-revoked@14 no-foreign-request@14 no-foreign@14 no-stale@14 nothing-lingers@14"),
            amd("unity.in-heap", UNITY, "free-is-unreachable@0 given-up-goes-back@0 own-frame-is-reachable@2"),
            amd(
                    "command.pde-forgotten",
                    TABLES,
                    "legitimate-dma-passes@4 no-stale@7 nothing-lingers@7 walked-is-table@2"),
            amd(
                    "command.size-bit-forgotten",
                    "handles=1 assign=true",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@4 no-foreign@3 no-stale@3 nothing-lingers@3"),
            amd(
                    "command.size-one-bit-short",
                    RANGE,
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            amd(
                    "dte.changed-without-pause",
                    MOVED + " dte-update=paused",
                    "entry-means-its-space@1 free-is-unreachable@15 lingering-is-revoked@2 no-foreign-request@12 no-foreign@2 no-stale@2 nothing-lingers@2"),
            amd(
                    "dte.domain-id-not-stored",
                    TWO_DEVICES + " dte-update=paused",
                    "assigned-device-is-led@1 entry-means-its-space@1 free-is-unreachable@3 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2 one-did-one-domain@1"),
            amd("command.np-cache-ignored", "handles=1 np-cache=true", "legitimate-dma-passes@3"),
            amd("command.illegal-opcode", "handles=1", "no-deadlock@1"),
            amd("restart.drops-commands", "handles=1 restart=true", "no-deadlock@4"),
            amd("dte.excluded", "handles=1 assign=true exclusion=marked", "no-foreign-request@0"),
            amd(
                    "leaf.first-copy-only",
                    "handles=1 index-bits=2 replicated-pages=true",
                    "demotion-invalidated@5 entry-follows-holds@3 free-is-unreachable@3 lingering-is-revoked@3"
                            + " no-foreign-request@3 no-foreign@3 no-stale@4 nothing-lingers@4"),
            amd(
                    "leaf.changed-copy-only",
                    "handles=1 index-bits=2 replicated-pages=true",
                    "demotion-invalidated@5 free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4"
                            + " no-stale@4 nothing-lingers@4"),
            amd("dte.mode-too-small", "handles=1 levels=3 assign=true devices=2", "assigned-device-is-led@1"),
            amd(
                    "dte.passes-through",
                    "handles=1 assign=true devices=2",
                    "assigned-device-is-led@1 no-foreign-request@1"),
            amd("dte.not-valid-when-detached", "handles=1 assign=true", "no-foreign-request@1"),
            amd(
                    "pde.next-level-first",
                    TABLES + " superpages=true",
                    "entry-follows-holds@14 given-up-goes-back@22 legitimate-dma-passes@16 live-mapping-is-readable@14"
                            + " live-mapping-is-writable@14 no-stale@15 nothing-lingers@15 own-frame-is-reachable@14 walked-is-table@14"),
            amd(
                    "dte.not-invalidated-when-assigned",
                    "handles=1 assign=true device-cache=true",
                    "legitimate-dma-passes@3"));

    static final List<KillRow> SHARED = List.of(
            amd(
                    "unmap.no-invalidation",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4 no-stale@4 nothing-lingers@4"),
            amd(
                    "unmap.no-invalidation-on-demotion",
                    "handles=2",
                    "demotion-invalidated@5 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            amd(
                    "unmap.invalidation-not-awaited",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4 no-stale@4 nothing-lingers@4"),
            amd(
                    "unmap.hold-released-before-wait",
                    "handles=1",
                    "lingering-is-revoked@12 no-foreign-request@12 no-foreign@12"),
            amd("unmap.wait-not-queued", "handles=1", "no-deadlock@3"),
            amd(
                    "decrease.frame-freed-before-flush",
                    "handles=1",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3"),
            amd(
                    "exchange.invalidation-not-awaited",
                    "handles=1 frames=3 exchange=true reallocation=false",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            amd(
                    "transfer.no-invalidation",
                    "handles=1 transfer=true reallocation=false",
                    "demotion-invalidated@6 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            amd(
                    "destroy.no-domain-invalidation",
                    "handles=1 domain-death=true reallocation=false",
                    "free-is-unreachable@2 lingering-is-revoked@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            amd(
                    "invalidation.wrong-did",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            amd(
                    "invalidation.all-is-page-zero",
                    "handles=1 assign=true",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@4 no-foreign@3 no-stale@3 nothing-lingers@3"),
            amd(
                    "invalidation.page-number-truncated",
                    "handles=1 frames=3 granters=none",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3"),
            amd(
                    "invalidation.range-not-widened",
                    RANGE + " range-encoding=powers-of-two",
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            amd(
                    "invalidation.first-unit-only",
                    TWO_DEVICES + " units=2",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3"),
            amd(
                    "queue.drops-when-full",
                    "handles=1 cpus=2 ring=2 granters=none frames=3",
                    "free-is-unreachable@10 lingering-is-revoked@10 no-foreign-request@10 no-foreign@10 no-stale@10 nothing-lingers@10"),
            amd("promotion.not-invalidated", "handles=2 rewalk=false", "legitimate-dma-passes@4"),
            amd("caching-mode.present-under-did-0", "handles=1 np-cache=true", "legitimate-dma-passes@3"),
            amd(
                    "deassign.no-context-invalidation",
                    "handles=1 assign=true device-cache=true",
                    "demotion-invalidated@7 free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@2 no-foreign@4 no-stale-context@2 no-stale@4 nothing-lingers@4 quarantine@2"),
            amd(
                    "move.invalidates-new-domain",
                    MOVED,
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@5 no-foreign@3 no-stale@3 nothing-lingers@3"),
            amd(
                    "move.entry-in-two-stores",
                    MOVED,
                    "entry-means-its-space@1 free-is-unreachable@20 lingering-is-revoked@2 no-foreign-request@22 no-foreign@2 no-stale@2 nothing-lingers@2"),
            amd(
                    "entry.did-of-another",
                    TWO_DEVICES,
                    "assigned-device-is-led@1 entry-means-its-space@1 free-is-unreachable@3 lingering-is-revoked@2"
                            + " no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2 one-did-one-domain@1"),
            amd("quarantine.shared-scratch-page", TWO_DEVICES + " quarantine=scratch-page", "quarantine@2"),
            amd(
                    "table.leaf-only-invalidation",
                    TABLES,
                    "free-is-unreachable@8 io-table-is-unreachable@9 legitimate-dma-passes@4 lingering-is-revoked@8 no-foreign-request@8 no-foreign@8 no-stale@7 nothing-lingers@7 walked-is-table@2"),
            amd("table.freed-before-wait", TABLES, "walked-is-table@21"),
            amd(
                    "table.linked-before-zeroed",
                    TABLES,
                    "demotion-invalidated@16 entry-follows-holds@13 free-is-unreachable@23 io-table-is-unreachable@18 lingering-is-revoked@13 no-foreign-request@13 no-foreign@13 no-stale@15 nothing-lingers@15"),
            amd(
                    "destroy.tables-freed-before-wait",
                    TABLES + " granters=none domain-death=true device-cache=true",
                    "no-stale@5 nothing-lingers@5 walked-is-table@5"),
            amd(
                    "superpage.old-table-freed-at-once",
                    TABLES + " superpages=true",
                    "legitimate-dma-passes@10 walked-is-table@10"),
            amd(
                    "superpage.merged-with-other-rights",
                    TABLES + " superpages=true",
                    "entry-follows-holds@4 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4 own-frame-is-reachable@2"),
            amd(
                    "wait.timeout-is-success",
                    "handles=1 wait=timeout reallocation=false",
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            amd(
                    "wait.frame-freed-after-timeout",
                    "handles=1 wait=timeout",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3"),
            amd(
                    "wait.late-completion-counts",
                    "handles=1 wait=timeout",
                    "free-is-unreachable@7 lingering-is-revoked@7 no-foreign-request@7 no-foreign@7 no-stale@7 nothing-lingers@7"));
}
