package dev.moat.explore;

import static dev.moat.explore.KillRow.layer;

import java.util.List;

/** The rows of {@link KillMatrix} of Xen-SWIOTLB: the twenty faults of the fact sheet in its order, then others. */
final class LayerKills {
    private LayerKills() {}

    /** A device that comes and goes, and its memory. */
    private static final String IO_MEMORY =
            "ioremap=true passthrough=true streaming=false privileged=false iommu=vtd layer=booted device=any-address";

    static final List<KillRow> ROWS = List.of(
            layer(
                    "map.checks-page-contiguity",
                    "buffers=3 frames=6 low=6 shapes=straddling",
                    "buffer-reaches-device@1 device-data-arrives@3 direct-is-the-buffer@1 no-foreign-request@1 nothing-else-changes@2 nothing-older-leaks@1 released-is-unreachable@1"),
            layer("map.checks-guest-address", "buffers=1", "direct-is-the-buffer@1"),
            layer("bounce.no-copy-in", "buffers=1 directions=to", "buffer-reaches-device@1 nothing-older-leaks@1"),
            layer("unmap.no-copy-out", "buffers=1", "device-data-arrives@3"),
            layer("slots.not-merged", "buffers=1", "slot-counts-are-right@2"),
            layer(
                    "slots.across-segments",
                    "buffers=2 segments=2 frames=6 shapes=two-pages",
                    "bounce-is-reachable@1 device-data-arrives@3 slot-counts-are-right@0"),
            layer("region.not-zeroed", "coherent-memory=true streaming=false", "released-is-blank@1"),
            layer(
                    "exchange.references-checked-early",
                    "coherent-memory=true streaming=false vmap=inhibited cpus=2",
                    "released-is-unreachable@11"),
            layer(
                    "region.failure-keeps-new",
                    "buffers=2 coherent-memory=true streaming=false",
                    "p2m-is-injective@1 p2m-matches-m2p@1"),
            layer("region.pte-not-updated", "coherent-memory=true streaming=false", "pte-follows-p2m@1"),
            layer(
                    "region.no-lock",
                    "coherent-memory=true balloon=true cpus=2 streaming=false",
                    "coherent-is-one-piece@21 exchanged-is-in-use@20 frames-are-kept@20"),
            layer("bounce.reach-not-rechecked", "segments=2 reach=1", "bounce-is-reachable@1"),
            layer("unmap.foreign-taken-for-pool", "foreign=true shapes=pages", "pool-is-recognised@0"),
            layer(
                    "slots.one-too-few",
                    "buffers=2 frames=6 mappings=2 shapes=pages force=true",
                    "bounce-is-reachable@2 buffer-reaches-device@2 device-data-arrives@3 nothing-else-changes@2 nothing-older-leaks@2 slot-counts-are-right@1 slot-has-one-mapping@2"),
            layer("sync.offset-ignored", "syncs=true shapes=pages directions=from", "device-data-arrives@3"),
            layer("free.condition-inverted", "coherent-memory=true streaming=false", "exchanged-is-in-use@2"),
            layer("free.pages-first", "coherent-memory=true cpus=2 streaming=false", "coherent-is-one-piece@26"),
            layer(
                    "free.size-too-small",
                    "coherent-memory=true frames=7 low=6 order=1 buffers=2 streaming=false",
                    "coherent-is-one-piece@2"),
            layer(
                    "exchange.iotlb-flushed-late",
                    "coherent-memory=true guest-memory=true copying-device=true directions=both iommu=vtd device=any-address"
                            + " privileged=false",
                    "buffer-reaches-device@29 data-stays-home@29 free-is-unreachable@10 no-foreign-request@10"
                            + " no-foreign@10 no-stale@10 nothing-else-changes@29 nothing-lingers@10 nothing-older-leaks@29"),
            layer(
                    "exchange.pin-ignored",
                    "coherent-memory=true lent=true streaming=false",
                    "free-is-unreachable@2 released-is-unreachable@2"),
            layer("pool.above-4g", "set-up=true streaming=false frames=4 low=1", "pool-is-low@1"),
            layer(
                    "exchange.other-cpus-keep-tlb",
                    "coherent-memory=true tlbs=true cpus=2 streaming=false",
                    "released-is-unreachable@10"),
            layer("bounce.from-device-not-filled", "directions=from", "nothing-else-changes@9 nothing-older-leaks@1"),
            layer("bounce.keeps-slots", "segments=2 reach=1", "slot-counts-are-right@1"),
            layer(
                    "list.not-rolled-back",
                    "lists=true mappings=2 buffers=2 frames=6 force=true shapes=pages",
                    "slot-counts-are-right@1"),
            layer("sync.no-copy-out", "syncs=true directions=from", "device-data-arrives@3"),
            layer("sync.no-copy-in", "syncs=true directions=both", "buffer-reaches-device@5"),
            layer(
                    "aliases.purged-under-lock",
                    "coherent-memory=true streaming=false vmap=purged",
                    "no-sleep-under-lock@4"),
            layer(
                    "aliases.unmapped-lazily",
                    "coherent-memory=true streaming=false vmap=inhibited",
                    "no-alias-in-the-way@7"),
            layer("ioremap.translated", "ioremap=true passthrough=true streaming=false", "iomap-is-no-memory@2"),
            layer("ioremap.any-frame", IO_MEMORY, "iomap-follows-assignment@1 iomap-is-no-memory@1"),
            layer("ioremap.anybody", IO_MEMORY, "iomap-follows-assignment@1"),
            layer(
                    "detach.io-memory-kept",
                    "ioremap=true passthrough=true streaming=false",
                    "iomap-follows-assignment@3"),
            layer("detach.io-memory-permitted", IO_MEMORY, "iomap-follows-assignment@3"),
            layer("pool.first-segment-only", "set-up=true segments=2 frames=7 streaming=false", "pool-is-low@1"),
            layer(
                    "pool.halved-in-name",
                    "set-up=true segments=2 frames=6 low=3 halving=true guest-memory=true streaming=false",
                    "pool-is-low@61"),
            layer(
                    "pool.serves-unset",
                    "set-up=true halving=true segments=2 frames=5 low=1 streaming=false",
                    "pool-is-low@1 slot-counts-are-right@1"),
            layer(
                    "region.fits-by-first-page",
                    "coherent-memory=true frames=7 low=7 order=1 buffers=2 streaming=false",
                    "coherent-is-one-piece@1"),
            layer(
                    "map.absence-not-forgotten",
                    "iommu=vtd caching-mode=true foreign=true frames=4 device=any-address streaming=false",
                    "legitimate-dma-passes@2"),
            layer("attach.exposed-first", "passthrough=true", "exposed-device-is-ready@1"),
            layer(
                    "attach.mastering-first",
                    "iommu=vtd privileged=false passthrough=true layer=booted device=any-address",
                    "exposed-device-is-ready@1"),
            layer(
                    "attach.layer-last",
                    "iommu=vtd privileged=false passthrough=true layer=booted device=any-address",
                    "buffer-reaches-device@4 device-data-arrives@8 direct-is-the-buffer@4 nothing-older-leaks@4 released-is-unreachable@4"),
            layer(
                    "attach.layer-left-out",
                    "iommu=vtd privileged=false passthrough=true layer=booted device=any-address",
                    "buffer-reaches-device@2 device-data-arrives@4 direct-is-the-buffer@2 nothing-older-leaks@2 released-is-unreachable@2"),
            layer("detach.driver-not-asked", "passthrough=true", "transfer-has-its-device@3"),
            layer("detach.withdrawn-first", "passthrough=true", "transfer-has-its-device@6"),
            layer("detach.still-exposed", "passthrough=true", "exposed-device-is-ready@2"),
            layer(
                    "detach.still-mastering",
                    "iommu=vtd privileged=false passthrough=true layer=booted device=any-address",
                    "exposed-device-is-ready@2"),
            layer("detach.mastering-last", "passthrough=true", "exposed-device-is-ready@7"),
            layer(
                    "detach.still-led",
                    "iommu=vtd privileged=false passthrough=true layer=booted device=any-address",
                    "quarantine@2"),
            layer(
                    "detach.released-first",
                    "iommu=vtd privileged=false passthrough=true layer=booted device=any-address",
                    "quarantine@10"),
            layer(
                    "detach.entry-not-forgotten",
                    "iommu=vtd context-cache=true privileged=false passthrough=true layer=booted device=any-address",
                    "quarantine@3"),
            layer(
                    "detach.not-drained",
                    "iommu=vtd walks=true privileged=false passthrough=true layer=booted device=any-address",
                    "flight-follows-assignment@3 no-foreign-request@3"),
            layer(
                    "sync.copied-in-from-device",
                    "platform=bare-metal layer=native-swiotlb guests=0 force=true frames=3 low=2 syncs=true polled=true directions=from",
                    "device-data-arrives@5"),
            layer(
                    "alloc.not-page-aligned",
                    "platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 segment-slots=4 mappings=2 restricted=true directions=both",
                    "buffer-reaches-device@2 device-data-arrives@4 nothing-else-changes@3 nothing-older-leaks@2 slot-counts-are-right@2 slot-has-one-mapping@2"),
            layer(
                    "pool.areas-below-segment",
                    "platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 segment-slots=4 buffers=2 mappings=2 cpus=2 areas=2 map-steps=true shapes=any directions=both search=linux-6.6",
                    "buffer-reaches-device@9 device-data-arrives@14 nothing-else-changes@11 nothing-older-leaks@9 slot-counts-are-right@11 slot-has-one-mapping@6"),
            layer(
                    "area.not-locked",
                    "platform=bare-metal layer=native-swiotlb guests=0 force=true frames=3 low=3 buffers=2 mappings=2 cpus=2 map-steps=true directions=both",
                    "buffer-reaches-device@9 device-data-arrives@14 nothing-else-changes@12 nothing-older-leaks@9 slot-counts-are-right@11 slot-has-one-mapping@6"),
            layer(
                    "transient.counts-beyond",
                    "platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 buffers=2 growing=true min-align=page shapes=straddling directions=both search=linux-6.6",
                    "bounce-is-reachable@1 nothing-else-changes@1"),
            layer(
                    "map.handed-out-early",
                    "platform=bare-metal layer=native-swiotlb guests=0 force=true frames=3 low=3 cpus=2 growing=true map-steps=true directions=both search=linux-6.6",
                    "device-data-arrives@7 slot-counts-are-right@6"));
}
