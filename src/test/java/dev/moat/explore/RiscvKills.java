package dev.moat.explore;

import java.util.List;

/** Faults on machines with RISC-V IOMMUs: the family's own, and those that it shares with VT-d. */
final class RiscvKills {
    private RiscvKills() {}

    private static final String TABLES = "handles=1 frames=3 table-frames=true table-cache=true";

    /** Domain 0 maps and unmaps frames 1 and 2 in one batch: a range of two pages whose start is not aligned. */
    private static final String RANGE = "handles=2 domains=3 frames=3 iommu-mask=1 granters=all"
            + " mappers=first batch=2 flush=batch-range reallocation=false";

    private static final String TWO_DEVICES = "handles=1 granters=none assign=true iommu-domains=all devices=2";

    private static final String MOVED =
            "handles=1 granters=none assign=true iommu-domains=all devices=1 move-devices=true";

    private static KillRow riscv(String fault, String settings, String violates) {
        return KillRow.xen(fault, "iommu=riscv " + settings, violates);
    }

    static final List<KillRow> OWN = List.of(
            riscv(
                    "iotinval.last-page-missed",
                    RANGE,
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            riscv(
                    "iotinval.range-half-as-large",
                    RANGE + " invalidation-encoding=ranges",
                    "demotion-invalidated@6 lingering-is-revoked@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            riscv(
                    "iotinval.address-for-freed-table",
                    TABLES,
                    "free-is-unreachable@8 io-table-is-unreachable@9 legitimate-dma-passes@4 lingering-is-revoked@8 no-foreign-request@8 no-foreign@8 no-stale@7 nothing-lingers@7 walked-is-table@2"),
            riscv("iotinval.illegal", "handles=1", "no-deadlock@1"),
            riscv(
                    "iofence.left-out",
                    "handles=1 execution=any-order",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            riscv(
                    "iofence.passes-commands",
                    "handles=1 execution=any-order",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            riscv(
                    "dc.valid-when-detached",
                    "handles=1 assign=true",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@1 no-foreign@3 no-stale@3 nothing-lingers@3 quarantine@1"),
            riscv(
                    "dc.changed-while-valid",
                    MOVED,
                    "entry-means-its-space@1 free-is-unreachable@16 lingering-is-revoked@2 no-foreign-request@13 no-foreign@2 no-stale@2 nothing-lingers@2"),
            riscv(
                    "dc.pscid-not-stored",
                    TWO_DEVICES,
                    "assigned-device-is-led@1 entry-means-its-space@1 free-is-unreachable@3 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2 one-did-one-domain@1"),
            riscv("dc.bare", "handles=1 assign=true devices=2", "assigned-device-is-led@1 no-foreign-request@1"));

    static final List<KillRow> SHARED = List.of(
            riscv(
                    "unmap.no-invalidation",
                    "handles=1",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4 no-stale@4 nothing-lingers@4"),
            riscv(
                    "unmap.hold-released-before-wait",
                    "handles=1",
                    "lingering-is-revoked@12 no-foreign-request@12 no-foreign@12"),
            riscv(
                    "invalidation.wrong-did",
                    "handles=1 stage=second",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            riscv(
                    "invalidation.first-unit-only",
                    TWO_DEVICES + " units=2",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3"),
            riscv(
                    "queue.drops-when-full",
                    "handles=1 cpus=2 ring=2 granters=none frames=3",
                    "free-is-unreachable@10 lingering-is-revoked@10 no-foreign-request@10 no-foreign@10 no-stale@10 nothing-lingers@10"),
            riscv(
                    "deassign.no-context-invalidation",
                    "handles=1 assign=true context-cache=true",
                    "demotion-invalidated@7 free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@2 no-foreign@4 no-stale-context@2 no-stale@4 nothing-lingers@4 quarantine@2"),
            riscv(
                    "move.invalidates-new-domain",
                    MOVED,
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@5 no-foreign@3 no-stale@3 nothing-lingers@3"),
            riscv("table.freed-before-wait", TABLES, "walked-is-table@21"));
}
