package dev.moat.explore;

import java.util.List;

/** Faults on machines with SMMUv3s: the family's own, and those that it shares with VT-d. */
final class SmmuKills {
    private SmmuKills() {}

    private static final String TABLES = "handles=1 frames=3 table-frames=true table-cache=true";

    /** Domain 0 maps and unmaps frames 1 and 2 in one batch: a range of two pages whose start is not aligned. */
    private static final String RANGE = "handles=2 domains=3 frames=3 iommu-mask=1 granters=all"
            + " mappers=first batch=2 flush=batch-range reallocation=false";

    private static final String TWO_DEVICES = "handles=1 granters=none assign=true iommu-domains=all devices=2";

    private static final String MOVED =
            "handles=1 granters=none assign=true iommu-domains=all devices=1 move-devices=true";

    private static KillRow smmu(String fault, String settings, String violates) {
        return KillRow.xen(fault, "iommu=smmuv3 " + settings, violates);
    }

    static final List<KillRow> OWN = List.of(
            smmu(
                    "tlbi.last-page-missed",
                    RANGE,
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            smmu(
                    "tlbi.number-not-minus-one",
                    RANGE + " invalidation-encoding=ranges",
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            smmu(
                    "tlbi.level-of-leaf-for-block",
                    TABLES + " superpages=true invalidation-encoding=ranges",
                    "demotion-invalidated@5 free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4 no-stale@4 nothing-lingers@4"),
            smmu(
                    "tlbi.leaf-only-for-freed-table",
                    TABLES,
                    "free-is-unreachable@8 io-table-is-unreachable@9 legitimate-dma-passes@4 lingering-is-revoked@8 no-foreign-request@8 no-foreign@8 no-stale@7 nothing-lingers@7 walked-is-table@2"),
            smmu(
                    "tlbi.asid-of-another",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            smmu("tlbi.illegal", "handles=1", "no-deadlock@1"),
            smmu(
                    "sync.left-out",
                    "handles=1 execution=any-order",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            smmu(
                    "sync.passes-commands",
                    "handles=1 execution=any-order",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            smmu(
                    "ste.kept-when-detached",
                    "handles=1 assign=true",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@1 no-foreign@3 no-stale@3 nothing-lingers@3 quarantine@1"),
            smmu(
                    "ste.changed-while-valid",
                    MOVED,
                    "entry-means-its-space@1 lingering-is-revoked@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            smmu(
                    "cd.asid-of-another",
                    TWO_DEVICES,
                    "assigned-device-is-led@1 entry-means-its-space@1 free-is-unreachable@3 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2 one-did-one-domain@1"),
            smmu("ste.bypass", "handles=1 assign=true devices=2", "assigned-device-is-led@1 no-foreign-request@1"));

    static final List<KillRow> SHARED = List.of(
            smmu(
                    "unmap.no-invalidation",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4 no-stale@4 nothing-lingers@4"),
            smmu(
                    "unmap.hold-released-before-wait",
                    "handles=1",
                    "lingering-is-revoked@12 no-foreign-request@12 no-foreign@12"),
            smmu(
                    "deassign.no-context-invalidation",
                    "handles=1 assign=true context-cache=true",
                    "demotion-invalidated@7 free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@2 no-foreign@4 no-stale-context@2 no-stale@4 nothing-lingers@4 quarantine@2"),
            smmu(
                    "invalidation.first-unit-only",
                    TWO_DEVICES + " units=2",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3"),
            smmu(
                    "move.invalidates-new-domain",
                    MOVED,
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@5 no-foreign@3 no-stale@3 nothing-lingers@3"),
            smmu("table.freed-before-wait", TABLES, "walked-is-table@21"));
}
