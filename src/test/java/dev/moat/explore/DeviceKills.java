package dev.moat.explore;

import static dev.moat.explore.KillRow.xen;

import java.util.List;

/** The rows of the kill matrix about devices, their entries and their units. */
final class DeviceKills {
    private DeviceKills() {}

    static final List<KillRow> ROWS = List.of(
            xen(
                    "unmap.no-device-tlb",
                    "handles=1 device-tlb=true",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4"
                            + " no-foreign@4 no-stale@4 nothing-lingers@4"),
            xen(
                    "unmap.device-tlb-first",
                    "handles=1 device-tlb=true",
                    "demotion-invalidated@22 free-is-unreachable@21 lingering-is-revoked@19 no-foreign-request@19"
                            + " no-foreign@19 no-stale@19 nothing-lingers@19"),
            xen(
                    "unmap.device-tlb-not-awaited",
                    "handles=1 device-tlb=true",
                    "demotion-invalidated@5 free-is-unreachable@5 lingering-is-revoked@4 no-foreign-request@4"
                            + " no-foreign@4 no-stale@4 nothing-lingers@4"),
            xen(
                    "deassign.ats-stays-on",
                    "handles=1 assign=true devices=1 iommu=all granters=none device-tlb=true",
                    "free-is-unreachable@4 lingering-is-revoked@3 no-foreign-request@3 no-foreign@3 no-stale@3"
                            + " nothing-lingers@3"),
            xen(
                    "device-tlb.first-only",
                    "handles=1 assign=true devices=2 device-tlb=true",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3"
                            + " no-foreign@3 no-stale@3 nothing-lingers@3"),
            xen(
                    "device-tlb.timeout-is-success",
                    "handles=1 device-tlb=true wait=timeout",
                    "demotion-invalidated@15 free-is-unreachable@10 lingering-is-revoked@10 no-foreign-request@10"
                            + " no-foreign@10 no-stale@10 nothing-lingers@10"),
            xen(
                    "deassign.no-context-invalidation",
                    "handles=1 assign=true context-cache=true",
                    "demotion-invalidated@7 free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@2"
                            + " no-foreign@4 no-stale-context@2 no-stale@4 nothing-lingers@4 quarantine@2"),
            xen(
                    "deassign.alias-forgotten",
                    "handles=1 assign=true devices=1 aliases=1",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@1"
                            + " no-foreign@3 no-stale@3 nothing-lingers@3 quarantine@1"),
            xen(
                    "deassign.to-domain0",
                    "handles=1 assign=true iommu=all",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@1 no-foreign@3 no-stale@3"
                            + " nothing-lingers@3 quarantine@1"),
            xen(
                    "quarantine.shared-scratch-page",
                    "handles=1 assign=true devices=2 quarantine=scratch-page granters=none",
                    "quarantine@2"),
            xen(
                    "assign.scratch-not-invalidated",
                    "handles=1 assign=true context-cache=true quarantine=scratch-page granters=none",
                    "legitimate-dma-passes@3 no-stale-context@3"),
            xen(
                    "assign.alias-error-lost",
                    "handles=1 assign=true devices=1 aliases=1 iommu=all move-devices=true failures=true granters=none",
                    "assigned-device-is-led@12 free-is-unreachable@16 lingering-is-revoked@12 no-foreign-request@12"
                            + " no-foreign@12 no-stale@14 nothing-lingers@14 quarantine@12"),
            xen(
                    "assign.half-failed-not-undone",
                    "handles=1 assign=true devices=1 aliases=1 failures=true granters=none",
                    "free-is-unreachable@28 lingering-is-revoked@28 no-foreign-request@23 no-foreign@28"
                            + " no-stale@26 nothing-lingers@26 quarantine@23"),
            xen(
                    "assign.alias-forgotten",
                    "handles=1 assign=true devices=1 aliases=1 granters=none",
                    "assigned-device-is-led@2"),
            xen(
                    "assign.undo-keeps-device",
                    "handles=1 assign=true devices=1 aliases=1 failures=true granters=none",
                    "assigned-device-is-led@3"),
            xen(
                    "assign.to-dying",
                    "handles=1 cpus=2 granters=none assign=true frames=3 index-bits=1 table-frames=true paging-caches=true"
                            + " domain-death=true",
                    "free-is-unreachable@18 lingering-is-revoked@18 no-foreign-request@18 no-foreign@18"
                            + " no-stale@15 nothing-lingers@15 walked-is-table@15"),
            xen(
                    "detach.frees-shared-did",
                    "handles=1 assign=true iommu=all devices=2 dids=2 granters=none",
                    "assigned-device-is-led@2 entry-means-its-space@2 free-is-unreachable@6 lingering-is-revoked@4"
                            + " no-foreign-request@4 no-foreign@4 no-stale@4 nothing-lingers@4 one-did-one-domain@3"),
            xen(
                    "assign.undo-leaks-did",
                    "handles=1 assign=true iommu=all devices=1 dids=1 aliases=1 failures=true granters=none"
                            + " reallocation=false",
                    "dids-balance@3"),
            xen(
                    "detach.did-freed-before-wait",
                    "handles=1 cpus=2 assign=true iommu=all devices=1 dids=2 granters=none",
                    "free-is-unreachable@12 lingering-is-revoked@10 no-foreign-request@10 no-foreign@10"
                            + " no-stale@10 nothing-lingers@10"),
            xen(
                    "deassign.translations-first",
                    "handles=1 granters=none assign=true context-cache=true walks=true",
                    "flight-follows-assignment@12 free-is-unreachable@15 lingering-is-revoked@15"
                            + " no-foreign-request@12 no-foreign@15 no-stale-context@3 no-stale@13 nothing-lingers@14"),
            xen(
                    "move.invalidates-new-domain",
                    "handles=1 assign=true iommu=all devices=1 move-devices=true",
                    "demotion-invalidated@7 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@5"
                            + " no-foreign@3 no-stale@3 nothing-lingers@3"),
            xen(
                    "move.unit-forgotten-early",
                    "handles=1 cpus=2 assign=true iommu=all devices=1 move-devices=true granters=none",
                    "free-is-unreachable@5 lingering-is-revoked@5 no-foreign@5 no-stale@3 nothing-lingers@3"),
            xen(
                    "move.entry-in-two-stores",
                    "handles=1 assign=true iommu=all devices=1 move-devices=true granters=none",
                    "entry-means-its-space@1 free-is-unreachable@20 lingering-is-revoked@2 no-foreign-request@22"
                            + " no-foreign@2 no-stale@2 nothing-lingers@2"),
            xen(
                    "invalidation.first-unit-only",
                    "handles=1 assign=true devices=2 units=2",
                    "demotion-invalidated@6 free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@3"
                            + " no-foreign@3 no-stale@3 nothing-lingers@3"),
            xen(
                    "invalidation.did-of-first-unit",
                    "handles=1 assign=true devices=3 units=2 dids=2 iommu=all granters=none",
                    "free-is-unreachable@4 lingering-is-revoked@4 no-foreign-request@4 no-foreign@4 no-stale@4"
                            + " nothing-lingers@4"),
            xen(
                    "queue.drops-when-full",
                    "handles=1 cpus=2 ring=2 granters=none frames=3",
                    "free-is-unreachable@10 lingering-is-revoked@10 no-foreign-request@10 no-foreign@10"
                            + " no-stale@10 nothing-lingers@10"),
            xen("invalidation.page-without-psi", "handles=1 page-selective=false", "no-deadlock@1"),
            xen("recovery.repeats-descriptor", "handles=1 page-selective=false queue-recovery=true", "no-deadlock@1"),
            xen(
                    "recovery.skips-descriptor",
                    "handles=1 page-selective=false queue-recovery=true",
                    "demotion-invalidated@5 free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2"
                            + " no-foreign@2 no-stale@2 nothing-lingers@2"),
            xen(
                    "tables.without-grants",
                    "handles=1 assign=true tables=first-device",
                    "entry-follows-holds@3 live-mapping-is-readable@3 live-mapping-is-writable@3"),
            xen(
                    "tables.announced-last",
                    "handles=1 cpus=2 assign=true tables=first-device granters=none",
                    "entry-follows-holds@6 free-is-unreachable@4 lingering-is-revoked@7 no-foreign-request@7"
                            + " no-foreign@7 own-frame-is-reachable@7"),
            xen(
                    "entry.passes-through",
                    "handles=1 levels=4 assign=true devices=2",
                    "assigned-device-is-led@1 no-foreign-request@1"),
            xen(
                    "entry.levels-too-few",
                    "handles=1 levels=3 assign=true devices=2",
                    "assigned-device-is-led@1 no-request-strays@1"),
            xen("invalidation.domain-for-page", "handles=1 reallocation=false", "invalidation-is-no-wider@9"),
            xen(
                    "entry.upper-levels-not-skipped",
                    "handles=1 levels=3 unit-levels=2 assign=true devices=2",
                    "assigned-device-is-led@1 no-request-strays@1"),
            xen(
                    "entry.did-of-another",
                    "handles=1 iommu=all assign=true devices=2",
                    "assigned-device-is-led@1 demotion-invalidated@4 entry-means-its-space@1 free-is-unreachable@3"
                            + " lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"
                            + " one-did-one-domain@1"));
}
