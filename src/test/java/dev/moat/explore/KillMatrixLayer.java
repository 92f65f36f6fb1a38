package dev.moat.explore;

import static dev.moat.explore.KillRow.arm;
import static dev.moat.explore.KillRow.dma;

import java.util.List;

/** The rows of {@link KillMatrix} of the DMA layer and, last, of ARM's client of the IOMMU API. */
final class KillMatrixLayer {
    private KillMatrixLayer() {}

    static final List<KillRow> ROWS = List.of(
            dma(
                    "unmap.iova-freed-before-sync",
                    "iommu=vtd pages=1 frames=2 cpus=2",
                    "handed-address-is-fresh@9 no-foreign-request@7 no-foreign@7 nothing-lingers@7 returned-leads-nowhere-else@9"),
            dma(
                    "unmap.iova-freed-before-clear",
                    "iommu=calgary pages=1 cpus=2",
                    "handed-address-is-fresh@9 live-mapping-is-readable@8 live-mapping-is-writable@8 no-foreign-request@16 no-foreign@16 nothing-lingers@7"),
            dma(
                    "unmap.no-sync",
                    "iommu=vtd pages=1 frames=2",
                    "handed-address-is-fresh@4 no-foreign-request@3 no-foreign@3 nothing-lingers@3 returned-leads-nowhere-else@4"),
            dma(
                    "unmap.range-not-gathered",
                    "iommu=amd-vi pages=2 frames=1 np-cache=true",
                    "no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3"),
            dma("sync.left-to-others-wait", "iommu=amd-vi pages=2 frames=1 cpus=2", "no-stale@15 nothing-lingers@15"),
            dma(
                    "unmap.sync-leaves-a-unit-out",
                    "iommu=vtd pages=1 frames=2 devices=2 units=2",
                    "handed-address-is-fresh@4 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3 returned-leads-nowhere-else@4"),
            dma(
                    "unmap.entry-not-written-back",
                    "iommu=calgary coherent=false pages=1 frames=2",
                    "handed-address-is-fresh@4 no-foreign-request@2 no-foreign@3 no-stale@3 nothing-lingers@3 returned-leads-nowhere-else@4"),
            dma("map.entry-not-written-back", "iommu=vtd coherent=false pages=1", "legitimate-dma-passes@1"),
            dma("map.absence-not-forgotten", "iommu=gart pages=1", "legitimate-dma-passes@2"),
            dma("map.write-only-readable", "iommu=amd-vi pages=1 from-device=write-only", "write-only-is-kept@1"),
            dma("map.ignores-direction", "iommu=amd-vi pages=1 to-device=true", "no-foreign-request@1 no-foreign@1"),
            dma(
                    "iova.lock-dropped",
                    "iommu=vtd pages=1 frames=2 cpus=2 flush=queue queue=1",
                    "handed-address-is-fresh@8 live-mapping-is-readable@6 live-mapping-is-writable@6 no-stale@7 returned-leads-nowhere-else@6"),
            dma(
                    "iova.magazine-not-locked",
                    "iommu=vtd pages=1 frames=2 cpus=2 magazine=1",
                    "handed-address-is-fresh@19 live-mapping-is-readable@17 live-mapping-is-writable@17 no-foreign-request@16 no-foreign@16 no-stale@18 nothing-lingers@18 returned-leads-nowhere-else@17"),
            dma(
                    "iova.outside-aperture",
                    "iommu=gart outside=1 unmapped=invalid pages=2 flush=wrap",
                    "live-mapping-is-readable@1 live-mapping-is-writable@1"),
            dma(
                    "iova.limit-off-by-one",
                    "iommu=gart outside=1 aperture=1 unmapped=invalid pages=3 flush=queue queue=1",
                    "live-mapping-is-readable@1 live-mapping-is-writable@1 returned-leads-nowhere-else@1"),
            dma(
                    "iova.size-not-rounded",
                    "iommu=vtd pages=4 frames=2 lists=rounded",
                    "handed-address-is-fresh@5 live-mapping-is-readable@4 live-mapping-is-writable@4 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5 returned-leads-nowhere-else@4"),
            dma(
                    "area.boundary-ignored",
                    "iommu=calgary pages=4 frames=2 flush=wrap lists=whole boundary=2",
                    "handed-is-in-reach@2"),
            dma(
                    "area.boundary-from-aperture",
                    "iommu=gart outside=1 unmapped=invalid pages=4 frames=2 flush=wrap lists=whole boundary=2",
                    "handed-is-in-reach@1"),
            dma(
                    "area.preset-forgotten",
                    "iommu=gart unmapped=invalid pages=2 held-back=zero flush=wrap",
                    "reserved-is-not-handed@1"),
            dma(
                    "unmap.frees-error-address",
                    "iommu=calgary pages=2 held-back=zero flush=wrap-calgary",
                    "reserved-is-not-handed@2"),
            dma(
                    "list.offset-dropped",
                    "iommu=vtd pages=4 frames=2 lists=rounded",
                    "handed-address-is-fresh@4 no-foreign-request@2 no-foreign@2 no-stale@4 nothing-lingers@4 returned-leads-nowhere-else@4"),
            dma(
                    "type.untrusted-ignored",
                    "iommu=vtd pages=1 frames=1 untrusted=1 flush=queue queue=1",
                    "untrusted-is-confined@3"),
            dma(
                    "type.disagreement-is-told",
                    "iommu=vtd pages=1 frames=1 devices=2 untrusted=1 sound-device=true flush=queue queue=1",
                    "untrusted-is-confined@3"),
            dma(
                    "type.driver-wins",
                    "iommu=amd-vi pages=1 frames=1 devices=2 untrusted=1 pasid-device=true",
                    "no-foreign-request@0 no-foreign@0 untrusted-is-confined@0"),
            dma(
                    "map.part-not-bounced",
                    "iommu=vtd pages=1 frames=1 untrusted=1 bounce-frames=1",
                    "no-foreign-request@1 no-foreign@1 returned-leads-nowhere-else@1 untrusted-is-confined@1"),
            dma(
                    "unmap.bounce-frame-lost",
                    "iommu=vtd pages=1 frames=1 untrusted=1 bounce-frames=1",
                    "buffers-balance@2"),
            dma(
                    "bounce.page-copied",
                    "iommu=vtd pages=1 frames=1 untrusted=1 bounce-frames=1",
                    "only-the-part-shows@1"),
            dma(
                    "bounce.rest-not-cleared",
                    "iommu=amd-vi pages=1 frames=1 untrusted=1 bounce-frames=1",
                    "only-the-part-shows@1"),
            dma(
                    "bounce.front-not-cleared",
                    "iommu=calgary pages=1 frames=1 untrusted=1 bounce-frames=1",
                    "only-the-part-shows@1"),
            dma(
                    "bounce.cleared-late",
                    "iommu=vtd pages=3 frames=1 untrusted=1 bounce-frames=1",
                    "only-the-part-shows@2"),
            dma(
                    "region.not-asked",
                    "iommu=vtd pages=1 direct=true",
                    "live-mapping-is-readable@1 live-mapping-is-writable@1"),
            dma(
                    "region.reserved-ignored",
                    "iommu=vtd levels=4 index-bits=5 pages=2 held-back=window",
                    "reserved-is-not-handed@1"),
            dma("iova.zero-handed-out", "iommu=vtd pages=3 held-back=both", "reserved-is-not-handed@2"),
            dma("iova.region-handed-out", "iommu=vtd pages=2 held-back=interrupts", "reserved-is-not-handed@1"),
            dma("iova.magazine-ignores-limit", "iommu=vtd pages=2 narrow=true magazine=1", "handed-is-in-reach@3"),
            dma(
                    "area.free-keeps-hint",
                    "iommu=vtd pages=2 frames=2 flush=wrap",
                    "handed-address-is-fresh@7 returned-leads-nowhere-else@7"),
            dma(
                    "area.no-flush-on-wrap",
                    "iommu=calgary pages=1 frames=2 flush=wrap",
                    "handed-address-is-fresh@4 returned-leads-nowhere-else@4"),
            dma("area.flushes-on-wrap-only", "iommu=gart pages=2 flush=full-flush", "legitimate-dma-passes@2"),
            dma(
                    "unmap.clears-neighbour",
                    "iommu=gart pages=3 frames=2 flush=full-flush",
                    "handed-address-is-fresh@4 live-mapping-is-readable@3 live-mapping-is-writable@3 no-stale@4 returned-leads-nowhere-else@3"),
            dma(
                    "map.own-address-beyond-mask",
                    "iommu=gart pages=4 frames=4 reach=3 outside=1 aperture=2 flush=full-flush",
                    "handed-is-in-reach@1"),
            dma(
                    "aperture.over-memory",
                    "iommu=gart pages=4 frames=4 reach=3 outside=1 aperture=2 flush=full-flush",
                    "handed-address-is-fresh@4 live-mapping-is-readable@1 live-mapping-is-writable@1 returned-leads-nowhere-else@1"),
            dma(
                    "unmap.range-not-checked",
                    "iommu=gart pages=4 frames=4 reach=3 outside=1 aperture=2 flush=full-flush",
                    "handed-address-is-fresh@5 live-mapping-is-readable@4 live-mapping-is-writable@4 returned-leads-nowhere-else@4"),
            dma(
                    "list.merged-within-page",
                    "iommu=gart pages=3 frames=2 lists=within flush=full-flush",
                    "returned-leads-nowhere-else@1"),
            dma("claim.isolation-claimed", "iommu=gart pages=1 owner=true", "quarantine@1"),
            dma(
                    "queue.counter-read-early",
                    "iommu=vtd pages=2 frames=2 cpus=2 flush=queue queue=1",
                    "handed-address-is-fresh@24 returned-leads-nowhere-else@24"),
            dma(
                    "queue.entry-freed-too-early",
                    "iommu=vtd pages=2 frames=2 flush=queue queue=1",
                    "handed-address-is-fresh@6 returned-leads-nowhere-else@6"),
            dma(
                    "queue.finished-before-done",
                    "iommu=amd-vi pages=2 frames=2 cpus=2 flush=queue queue=1",
                    "handed-address-is-fresh@16 returned-leads-nowhere-else@16"),
            dma(
                    "queue.full-drops-oldest",
                    "iommu=vtd pages=3 frames=2 flush=queue queue=2",
                    "handed-address-is-fresh@8 returned-leads-nowhere-else@8"),
            dma("queue.full-overwritten", "iommu=vtd pages=2 flush=queue queue=1", "addresses-balance@4"),
            dma("queue.timer-not-armed", "iommu=vtd pages=2 flush=queue queue=1", "queued-is-flushed@2"),
            dma(
                    "claim.driver-ignored",
                    "iommu=vtd pages=1 owner=true drivers=true",
                    "assigned-device-is-led@2 no-foreign-request@4 no-foreign@4"),
            dma(
                    "claim.region-ignored",
                    "iommu=vtd pages=1 owner=true direct=true relaxable=false",
                    "live-mapping-is-readable@1 live-mapping-is-writable@1"),
            dma(
                    "attach.half-left",
                    "iommu=amd-vi pages=1 owner=true devices=2 failing-attach=true",
                    "no-foreign-request@3 quarantine@2"),
            dma(
                    "claim.default-domain-kept",
                    "iommu=vtd pages=1 direct=true owner=true",
                    "no-foreign-request@2 quarantine@2"),
            dma(
                    "claim.leaves-a-device",
                    "iommu=amd-vi pages=1 devices=2 owner=true",
                    "assigned-device-is-led@2 quarantine@1"),
            dma(
                    "claim.entry-not-forgotten",
                    "iommu=vtd pages=1 owner=true context-cache=true",
                    "legitimate-dma-passes@4 no-stale-context@2 quarantine@2"),
            dma(
                    "probe.direct-mapped-late",
                    "iommu=vtd pages=1 direct=true",
                    "live-mapping-is-readable@1 live-mapping-is-writable@1"),
            dma(
                    "unmap.clears-direct",
                    "iommu=amd-vi pages=1 direct=true",
                    "live-mapping-is-readable@2 live-mapping-is-writable@2"),
            dma(
                    "list.not-rolled-back",
                    "iommu=vtd pages=2 frames=2 lists=failing",
                    "handed-address-is-fresh@3 no-foreign-request@1 no-foreign@1 no-stale@3 nothing-lingers@3 returned-leads-nowhere-else@3"),
            dma(
                    "list.rolled-back-without-sync",
                    "iommu=calgary pages=2 frames=2 lists=failing",
                    "handed-address-is-fresh@10 no-foreign-request@6 no-foreign@6 nothing-lingers@6 returned-leads-nowhere-else@10"),
            dma(
                    "list.flush-too-short",
                    "iommu=amd-vi pages=2 frames=2 lists=whole",
                    "handed-address-is-fresh@4 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3 returned-leads-nowhere-else@4"),
            dma(
                    "list.clears-first-only",
                    "iommu=vtd pages=2 frames=2 lists=whole",
                    "handed-address-is-fresh@4 no-foreign-request@2 no-foreign@2 no-stale@4 nothing-lingers@4 returned-leads-nowhere-else@4"),
            dma(
                    "list.table-freed-before-sync",
                    "iommu=vtd pages=2 frames=2 lists=whole table-frames=1 paging-caches=true",
                    "walked-is-table@9"),
            dma(
                    "queue.table-freed-at-once",
                    "iommu=vtd pages=2 frames=2 flush=queue queue=1 lists=whole table-frames=1 paging-caches=true",
                    "walked-is-table@3"),
            dma(
                    "superpage.table-kept-cached",
                    "iommu=vtd pages=2 frames=2 lists=whole table-frames=1 superpages=true paging-caches=true",
                    "legitimate-dma-passes@4 walked-is-table@4"),
            dma(
                    "superpage.table-lost",
                    "iommu=vtd pages=2 frames=2 lists=whole table-frames=1 superpages=true",
                    "tables-balance@3"),
            dma(
                    "table.linked-over",
                    "iommu=vtd pages=2 frames=2 cpus=2 lists=whole table-frames=2",
                    "handed-address-is-fresh@9 live-mapping-is-readable@8 live-mapping-is-writable@8 no-stale@8 nothing-lingers@8 tables-balance@6"),
            dma(
                    "table.stays-in-array",
                    "iommu=amd-vi pages=4 frames=2 lists=whole table-frames=2 superpages=true leaf-array=true",
                    "handed-address-is-fresh@7 live-mapping-is-readable@6 live-mapping-is-writable@6 no-foreign-request@7 no-foreign@7 no-stale@7 nothing-lingers@7 returned-leads-nowhere-else@6"),
            dma(
                    "unmap.part-of-superpage",
                    "iommu=amd-vi pages=2 frames=2 lists=whole table-frames=1 superpages=true",
                    "handed-address-is-fresh@3 live-mapping-is-readable@2 live-mapping-is-writable@2 no-stale@3 nothing-lingers@3"),
            dma("coherent.freed-before-unmap", "iommu=vtd pages=1 coherent-frames=1", "free-is-unreachable@5"),
            dma(
                    "iova.frees-neighbour",
                    "iommu=gart pages=2 frames=2",
                    "live-mapping-is-readable@4 live-mapping-is-writable@4 no-foreign-request@4 no-foreign@4 returned-leads-nowhere-else@4"),
            dma(
                    "blast.aborted",
                    "iommu=calgary pages=1 frames=2",
                    "handed-address-is-fresh@4 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3 returned-leads-nowhere-else@4"),
            dma(
                    "blast.gives-up",
                    "iommu=calgary pages=1 frames=2 walks=true",
                    "handed-address-is-fresh@15 no-foreign-request@12 no-foreign@12 no-stale@12 nothing-lingers@13 returned-leads-nowhere-else@16"),
            dma(
                    "blast.traffic-goes-on",
                    "iommu=calgary pages=1 frames=2 walks=true coherent=false hits=true",
                    "handed-address-is-fresh@20 no-foreign-request@16 no-foreign@16 no-stale@16 nothing-lingers@17 returned-leads-nowhere-else@21"
                            + " stopped-traffic-goes-on@8"),
            dma("tce.always-writable", "iommu=calgary pages=1 to-device=true", "no-foreign-request@1 no-foreign@1"),
            dma("tce.little-endian", "iommu=calgary pages=1", "live-mapping-is-readable@1 live-mapping-is-writable@1"),
            dma(
                    "bus.dac-enabled",
                    "iommu=calgary table-size=7 dac=1 probe=true walks=true pages=2 frames=1",
                    "assigned-device-is-led@1 no-foreign-request@1 no-foreign@2 no-stale@2"),
            dma(
                    "owner.window-mapped",
                    "iommu=vtd levels=4 index-bits=5 pages=2 frames=1 held-back=window owner=true",
                    "reserved-is-not-handed@3"),
            dma("bus.stays-on", "iommu=calgary pages=1 owner=true", "no-foreign-request@4 quarantine@1"),
            dma(
                    "bus.shares-first-table",
                    "iommu=calgary pages=1 groups=2 units=2",
                    "assigned-device-is-led@0 no-foreign-request@1 no-foreign@1 no-stale@3 nothing-lingers@3 quarantine@0"),
            arm(
                    "mapping.lock-dropped",
                    "iommu=vtd pages=1 frames=2 cpus=2 devices=1 buffer-lines=false directions=bidirectional",
                    "handed-address-is-fresh@14 live-mapping-is-readable@12 live-mapping-is-writable@12 no-foreign-request@11 no-foreign@11 no-stale@13 nothing-lingers@13"),
            arm(
                    "unmap.area-freed-first",
                    "iommu=amd-vi pages=1 frames=2 cpus=2 devices=1 buffer-lines=false directions=bidirectional",
                    "handed-address-is-fresh@15 live-mapping-is-readable@15 live-mapping-is-writable@15 no-foreign-request@12 no-foreign@12 no-stale@14 nothing-lingers@14"),
            arm(
                    "mapping.released-with-first",
                    "iommu=vtd pages=1 buffer-lines=false directions=bidirectional",
                    "handed-address-is-fresh@5 live-mapping-is-readable@4 live-mapping-is-writable@4 no-stale@5 nothing-lingers@5"),
            arm(
                    "detach.entry-kept",
                    "iommu=vtd pages=1 buffer-lines=false directions=bidirectional",
                    "no-foreign-request@5 quarantine@3"),
            arm(
                    "map.ignores-direction",
                    "iommu=amd-vi pages=1 devices=1 buffer-lines=false",
                    "no-foreign-request@3 no-foreign@3 write-only-is-kept@3"),
            arm(
                    "map.line-not-written-back",
                    "iommu=vtd pages=1 devices=1 directions=to-device",
                    "buffer-reaches-device@4 nothing-older-leaks@4"),
            arm("map.line-not-dropped", "iommu=vtd pages=1 devices=1 directions=from-device", "device-data-arrives@7"),
            arm(
                    "unmap.line-not-dropped",
                    "iommu=calgary pages=1 devices=1 directions=from-device",
                    "device-data-arrives@6 nothing-older-leaks@6"),
            arm(
                    "map.taken-for-snooping",
                    "iommu=vtd pages=1 snooping-devices=first",
                    "buffer-reaches-device@4 device-data-arrives@6 nothing-older-leaks@4"));
}
