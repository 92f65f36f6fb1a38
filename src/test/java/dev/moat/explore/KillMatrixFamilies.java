package dev.moat.explore;

import static dev.moat.explore.KillRow.api;
import static dev.moat.explore.KillRow.xen;

import java.util.List;

/** The rows of {@link KillMatrix} with an IOMMU that is not the default one, and those of the IOMMU API. */
final class KillMatrixFamilies {
    private KillMatrixFamilies() {}

    static final List<KillRow> ROWS = List.of(
            xen(
                    "blast.aborted",
                    "handles=1 iommu=calgary",
                    "demotion-invalidated@5 free-is-unreachable@2 legitimate-dma-passes@5 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            xen(
                    "tce.always-writable",
                    "handles=1 iommu=calgary",
                    "entry-follows-holds@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2"),
            xen(
                    "blast.gives-up",
                    "handles=1 iommu=calgary walks=true",
                    "demotion-invalidated@14 free-is-unreachable@8 legitimate-dma-passes@19 lingering-is-revoked@8 no-foreign-request@8 no-foreign@8 no-stale@8 nothing-lingers@9"),
            xen(
                    "blast.traffic-goes-on",
                    "handles=1 iommu=calgary walks=true hits=true coherent=false",
                    "demotion-invalidated@18 free-is-unreachable@11 legitimate-dma-passes@24 lingering-is-revoked@11 no-foreign-request@11 no-foreign@11 no-stale@11 nothing-lingers@12 stopped-traffic-goes-on@4"),
            xen(
                    "bus.untranslated",
                    "handles=1 iommu=calgary assign=true granters=none",
                    "assigned-device-is-led@0 no-foreign-request@0"),
            xen(
                    "bus.stays-on",
                    "handles=1 iommu=calgary assign=true granters=none",
                    "free-is-unreachable@3 lingering-is-revoked@3 no-foreign-request@1 no-foreign@3 no-stale@3 nothing-lingers@3 quarantine@1"),
            xen(
                    "flush.not-asked",
                    "handles=1 iommu=gart granters=none unmapped=invalid",
                    "free-is-unreachable@2 lingering-is-revoked@2 no-foreign-request@2 no-foreign@2 no-stale@2 nothing-lingers@2"),
            api(
                    "unmap.keeps-line",
                    "iommu=calgary coherent=false domains=2 units=2 pages=1 frames=1",
                    "legitimate-dma-passes@5 no-foreign@5 no-stale@4 nothing-lingers@4"),
            api(
                    "unmap.forgets-a-unit",
                    "iommu=gart devices=2 units=2 pages=1 frames=1",
                    "legitimate-dma-passes@2 no-stale@4 nothing-lingers@4"),
            api("map.returns-before-flush", "iommu=gart pages=1 frames=1", "legitimate-dma-passes@2"),
            api(
                    "blast.aborted",
                    "iommu=calgary domains=2 units=2 pages=1 frames=1",
                    "legitimate-dma-passes@5 no-foreign@5 no-stale@4 nothing-lingers@4"),
            api("tce.always-writable", "iommu=calgary pages=1 frames=1 directions=true", "no-foreign@1"),
            api(
                    "bus.shares-first-table",
                    "iommu=calgary domains=2 units=2 pages=1 frames=1",
                    "legitimate-dma-passes@6 no-foreign@1 no-stale@3 nothing-lingers@3"),
            api(
                    "gpte.high-bits-lost",
                    "iommu=gart pages=1 frames=1 directions=true high-frames=true unmapped=invalid",
                    "live-mapping-is-readable@1 live-mapping-is-writable@1"),
            api(
                    "resume.one-node",
                    "iommu=gart devices=2 units=2 pages=1 frames=1 high-frames=true",
                    "legitimate-dma-passes@1"));
}
