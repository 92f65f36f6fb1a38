package dev.moat.explore;

import static dev.moat.explore.KillRow.spaces;

import java.util.List;

/** The rows of {@link KillMatrix} of I/O spaces by hypercalls; on Calgary where nothing else is said. */
final class SpaceKills {
    private SpaceKills() {}

    /** A kernel with a DMA layer on one bus. */
    private static final String LAYER = "dma=true run=2 domains=1 devices=1 units=1 frames=4 reallocation=false ";

    /** A toolstack and pciback. */
    private static final String TOOLSTACK = "creation=true passthrough=true reallocation=false ";

    /** Batches of grants of two frames. */
    private static final String GRANTS = "grants=true batch=2 reallocation=false frames=3";

    static final List<KillRow> ROWS = List.of(
            spaces("map.frame-not-checked", "", "free-is-unreachable@2 no-foreign-request@1 no-foreign@1"),
            spaces(
                    "map.rights-not-checked",
                    "grants=true reallocation=false frames=1",
                    "no-foreign-request@3 no-foreign@3"),
            spaces(
                    "call.space-not-checked",
                    "",
                    "free-is-unreachable@2 handed-address-is-fresh@3 mapped-address-is-served@2"
                            + " no-foreign-request@1 no-foreign@1"),
            spaces(
                    "map.address-in-use-taken",
                    "addresses=given",
                    "free-is-unreachable@6 handed-address-is-fresh@5 mapped-address-is-served@4"
                            + " no-foreign-request@6 no-foreign@6 no-stale@5 nothing-lingers@5"),
            spaces("map.reserved-handed-out", "pages=2 reserved=1", "reserved-is-not-handed@1"),
            spaces(
                    "map.always-writable",
                    "iommu=amd-vi grants=true reallocation=false frames=1 read-only=true",
                    "no-foreign-request@3 no-foreign@3"),
            spaces("map.one-page-short", "pages=2 run=2 domains=1 devices=1", "mapped-address-is-served@1"),
            spaces("map.line-not-written-back", "coherent=false", "mapped-address-is-served@1"),
            spaces(
                    "map.checked-without-lock",
                    "cpus=2 domains=1 devices=1 frames=1",
                    "free-is-unreachable@5 handed-address-is-fresh@6 mapped-address-is-served@5"
                            + " no-foreign-request@5 no-foreign@5 nothing-lingers@9"),
            spaces(
                    "map.absence-not-forgotten",
                    "iommu=vtd caching-mode=true reallocation=false frames=1",
                    "mapped-address-is-served@2"),
            spaces(
                    "create.absence-not-forgotten",
                    "iommu=vtd creation=true reallocation=false context-cache=true caching-mode=true frames=1",
                    "mapped-address-is-served@3"),
            spaces("map.undone-without-flush", "pages=2 run=2 reallocation=false", "nothing-lingers@4"),
            spaces("map.wraps-without-flush", "unmap=wrap", "handed-address-is-fresh@6"),
            spaces("map.little-endian", "", "mapped-address-is-served@1"),
            spaces("unmap.no-flush", "", "handed-address-is-fresh@6 nothing-lingers@3"),
            spaces("unmap.line-not-written-back", "coherent=false reallocation=false", "nothing-lingers@3"),
            spaces(
                    "unmap.clears-first-only",
                    "pages=2 run=2 domains=1 devices=1",
                    "free-is-unreachable@6 handed-address-is-fresh@4 no-foreign-request@6"
                            + " no-foreign@6 no-stale@4 nothing-lingers@4"),
            spaces(
                    "unmap.bit-freed-first",
                    "cpus=2 domains=1 devices=1 frames=1 reallocation=false",
                    "handed-address-is-fresh@7 mapped-address-is-served@6 nothing-lingers@5"),
            spaces(
                    "create.bus-divided",
                    "creation=true units=1 reallocation=false",
                    "assigned-device-is-led@2 no-foreign-request@2 no-foreign@3 quarantine@1"),
            spaces(
                    "create.shares-first-table",
                    "creation=true reallocation=false",
                    "assigned-device-is-led@1 entry-means-its-space@1 no-foreign-request@3"
                            + " no-foreign@3 quarantine@1"),
            spaces("destroy.still-led", "iommu=vtd creation=true reallocation=false", "quarantine@2"),
            spaces("destroy.not-drained", "creation=true reallocation=false walks=true", "nothing-lingers@4"),
            spaces(
                    "destroy.entry-not-forgotten",
                    "iommu=vtd creation=true reallocation=false context-cache=true",
                    "mapped-address-is-served@5 quarantine@3"),
            spaces(
                    "create.no-memory-ignored",
                    "creation=true tables=1 reallocation=false",
                    "assigned-device-is-led@2 entry-means-its-space@2 no-foreign-request@3 no-foreign@3"
                            + " quarantine@2"),
            spaces(
                    "death.devices-kept",
                    "death=true",
                    "free-is-unreachable@2 no-foreign-request@2 no-foreign@2 nothing-outlives-its-domain@1"),
            spaces(
                    "death.not-drained",
                    "death=true walks=true",
                    "free-is-unreachable@3 no-foreign@3 nothing-lingers@3"),
            spaces("death.frames-freed-first", "death=true", "free-is-unreachable@4 no-foreign-request@4 no-foreign@4"),
            spaces(
                    "unmap-many.no-flush",
                    "pages=2 batch=2 domains=1 devices=1 units=1",
                    "handed-address-is-fresh@4 nothing-lingers@3"),
            spaces(
                    "unmap-many.stops-without-flush",
                    "pages=2 batch=2 domains=1 devices=1 frames=1 units=1",
                    "nothing-lingers@3"),
            spaces("frames.tables-kept", "", "free-is-unreachable@2 no-foreign-request@2 no-foreign@2"),
            spaces(
                    "frames.not-demoted",
                    "grants=true reallocation=false frames=1",
                    "no-foreign-request@5 no-foreign@5"),
            spaces(
                    "decrease.no-flush",
                    "",
                    "free-is-unreachable@3 handed-address-is-fresh@6 no-foreign-request@3"
                            + " no-foreign@3 nothing-lingers@3"),
            spaces(
                    "decrease.line-not-written-back",
                    "coherent=false domains=1 devices=1",
                    "free-is-unreachable@3 handed-address-is-fresh@4 no-foreign-request@2"
                            + " no-foreign@3 nothing-lingers@3"),
            spaces(
                    "exchange.frame-changed-first",
                    "domains=1 devices=1",
                    "free-is-unreachable@10 no-foreign-request@10 no-foreign@10"),
            spaces(
                    "unmap-grant.pins-dropped-first",
                    "grants=true reallocation=false frames=1",
                    "no-foreign-request@8 no-foreign@8"),
            spaces(
                    "unmap-grants.no-flush",
                    GRANTS,
                    "handed-address-is-fresh@6 mapped-address-is-served@8 no-foreign-request@5"
                            + " no-foreign@5 nothing-lingers@5"),
            spaces(
                    "unmap-grants.stops-without-flush",
                    GRANTS,
                    "handed-address-is-fresh@6 mapped-address-is-served@8 no-foreign-request@5"
                            + " no-foreign@5 nothing-lingers@5"),
            spaces("unmap-grants.pins-dropped-first", GRANTS, "no-foreign-request@9 no-foreign@9"),
            spaces(
                    "blast.aborted",
                    "",
                    "free-is-unreachable@3 handed-address-is-fresh@5 no-foreign-request@3"
                            + " no-foreign@3 no-stale@3 nothing-lingers@3"),
            spaces(
                    "tce.always-writable",
                    "grants=true reallocation=false frames=1 read-only=true",
                    "no-foreign-request@3 no-foreign@3"),
            spaces(
                    "blast.gives-up",
                    "walks=true",
                    "free-is-unreachable@13 handed-address-is-fresh@19 no-foreign-request@13"
                            + " no-foreign@13 no-stale@10 nothing-lingers@11"),
            spaces(
                    "blast.traffic-goes-on",
                    "walks=true coherent=false hits=true",
                    "free-is-unreachable@17 handed-address-is-fresh@24 no-foreign-request@17"
                            + " no-foreign@17 no-stale@14 nothing-lingers@15 stopped-traffic-goes-on@7"),
            spaces(
                    "bus.untranslated",
                    "creation=true reallocation=false",
                    "assigned-device-is-led@1 no-foreign-request@1"),
            spaces("bus.stays-on", "creation=true reallocation=false", "quarantine@2"),
            spaces("invalidate.no-flush", "unmap=asked invalidations=true", "handed-address-is-fresh@7"),
            spaces(
                    "registers.mapping-kept",
                    "creation=true hostile-dom0=true registers=xen reallocation=false",
                    "assigned-device-is-led@3 entry-means-its-space@3 no-foreign-request@5"
                            + " no-foreign@5 quarantine@3"),
            spaces(
                    "registers.tlb-kept",
                    "creation=true hostile-dom0=true registers=xen reallocation=false chip=calioc2",
                    "assigned-device-is-led@4 entry-means-its-space@4 no-foreign-request@6"
                            + " no-foreign@6 quarantine@4"),
            spaces(
                    "registers.denied-last",
                    "creation=true hostile-dom0=true registers=xen reallocation=false",
                    "assigned-device-is-led@10 entry-means-its-space@9 no-foreign-request@15"
                            + " no-foreign@15 quarantine@9"),
            spaces(
                    "registers.mapped-again",
                    "creation=true hostile-dom0=true registers=xen reallocation=false",
                    "assigned-device-is-led@4 entry-means-its-space@4 no-foreign-request@6"
                            + " no-foreign@6 quarantine@4"),
            spaces(
                    "attach.exposed-first",
                    "creation=true passthrough=true reallocation=false",
                    "exposed-device-is-ready@1"),
            spaces(
                    "attach.mastering-first",
                    "creation=true passthrough=true reallocation=false",
                    "exposed-device-is-ready@2"),
            spaces("attach.exposed-before-space", TOOLSTACK, "exposed-device-is-ready@2"),
            spaces(
                    "detach.still-exposed",
                    "iommu=vtd creation=true passthrough=true reallocation=false",
                    "exposed-device-is-ready@2"),
            spaces(
                    "detach.still-mastering",
                    "iommu=amd-vi creation=true passthrough=true reallocation=false",
                    "exposed-device-is-ready@2"),
            spaces("detach.mastering-last", TOOLSTACK, "exposed-device-is-ready@8"),
            spaces("detach.still-led", TOOLSTACK, "quarantine@2"),
            spaces("detach.deassigned-first", TOOLSTACK + "frames=1", "no-foreign-request@11 quarantine@9"),
            spaces(
                    "detach.deassigned-before-drain",
                    TOOLSTACK + "frames=1 devices=1 units=1 walks=true",
                    "flight-follows-assignment@21 no-foreign-request@21 nothing-lingers@22"),
            spaces("detach.not-drained", TOOLSTACK + "walks=true", "nothing-lingers@4"),
            spaces(
                    "detach.frontend-not-asked",
                    TOOLSTACK + "frontend=true frames=1 devices=1 units=1",
                    "frontend-has-its-device@3"),
            spaces(
                    "attach.half-admitted",
                    TOOLSTACK + "aliases=true callers=anybody iommu=vtd devices=1 units=1 frames=1",
                    "exposed-device-is-ready@1"),
            spaces(
                    "detach.without-lock",
                    TOOLSTACK + "cpus=2 frontend=true gives-up=true frames=1 devices=1 units=1",
                    "handed-address-is-fresh@22 mapped-address-is-served@21 nothing-lingers@26"),
            spaces(
                    "detach.relies-on-frontend",
                    TOOLSTACK + "frontend=true frames=1 devices=1 units=1",
                    "exposed-device-is-ready@6"),
            spaces(
                    "dma.mapped-frame-given-up",
                    "dma=true run=2 domains=1 devices=1 units=1 frames=4 pages=3",
                    "bounce-is-reachable@2 buffer-reaches-device@2 device-data-arrives@7 direct-is-the-buffer@2"
                            + " mapping-has-its-transfer@4"),
            spaces(
                    "dma.not-bounced",
                    LAYER + "pages=4 untranslated=true",
                    "buffer-reaches-device@1 device-data-arrives@2 direct-is-the-buffer@1"),
            spaces(
                    "dma.pool-by-frame",
                    LAYER + "pages=3",
                    "bounce-is-reachable@1 buffer-reaches-device@1 device-data-arrives@2"),
            spaces("dma.not-copied", LAYER + "pages=3", "buffer-reaches-device@1"),
            spaces("dma.first-page-copied", LAYER + "pages=3", "buffer-reaches-device@1 device-data-arrives@3"),
            spaces("dma.not-copied-back", LAYER + "pages=3", "device-data-arrives@3"),
            spaces(
                    "dma.first-address-for-all",
                    LAYER + "pages=4",
                    "buffer-reaches-device@2 device-data-arrives@3 direct-is-the-buffer@1"
                            + " mapping-has-its-transfer@1"),
            spaces("dma.not-rolled-back", LAYER + "pages=3", "mapping-has-its-transfer@1"),
            spaces("dma.unmapped-in-name", LAYER + "pages=4", "mapping-has-its-transfer@2"),
            spaces(
                    "dma.address-freed-first",
                    LAYER + "pages=3 cpus=2 transfers=2",
                    "buffer-reaches-device@8 device-data-arrives@9 direct-is-the-buffer@8 handed-address-is-fresh@7"
                            + " mapped-address-is-served@7 no-stale@6 nothing-lingers@6"));
}
