package dev.moat.explore;

import static dev.moat.explore.KillRow.layer;

import java.util.List;

/** The rows of {@link KillMatrix} of Xen-SWIOTLB: the twenty faults of the fact sheet in its order, then others. */
final class LayerKills {
    private LayerKills() {}

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
            layer("region.not-zeroed", "coherent=true streaming=false", "released-is-blank@1"),
            layer(
                    "exchange.references-checked-early",
                    "coherent=true streaming=false vmap=inhibited cpus=2",
                    "released-is-unreachable@11"),
            layer(
                    "region.failure-keeps-new",
                    "buffers=2 coherent=true streaming=false",
                    "p2m-is-injective@1 p2m-matches-m2p@1"),
            layer("region.pte-not-updated", "coherent=true streaming=false", "pte-follows-p2m@1"),
            layer(
                    "region.no-lock",
                    "coherent=true balloon=true cpus=2 streaming=false",
                    "exchanged-is-in-use@20 frames-are-kept@20"),
            layer("bounce.reach-not-rechecked", "segments=2 reach=1", "bounce-is-reachable@1"),
            layer("unmap.foreign-taken-for-pool", "foreign=true shapes=pages", "pool-is-recognised@0"),
            layer(
                    "slots.one-too-few",
                    "buffers=2 frames=6 mappings=2 shapes=pages force=true",
                    "bounce-is-reachable@2 buffer-reaches-device@2 device-data-arrives@3 nothing-else-changes@2 nothing-older-leaks@2 slot-counts-are-right@1 slot-has-one-mapping@2"),
            layer("sync.offset-ignored", "syncs=true shapes=pages directions=from", "device-data-arrives@3"),
            layer("free.condition-inverted", "coherent=true streaming=false", "exchanged-is-in-use@2"),
            layer(
                    "exchange.iotlb-flushed-late",
                    "coherent=true streaming=false iommu=vtd",
                    "free-is-unreachable@22 no-foreign@22 no-stale@22 nothing-lingers@22"),
            layer(
                    "exchange.pin-ignored",
                    "coherent=true lent=true streaming=false",
                    "free-is-unreachable@2 released-is-unreachable@2"),
            layer("pool.above-4g", "set-up=true streaming=false frames=4 low=1", "pool-is-low@1"),
            layer(
                    "exchange.other-cpus-keep-tlb",
                    "coherent=true tlbs=true cpus=2 streaming=false",
                    "released-is-unreachable@10"),
            layer("bounce.from-device-not-filled", "directions=from", "nothing-else-changes@9 nothing-older-leaks@1"),
            layer("bounce.keeps-slots", "segments=2 reach=1", "slot-counts-are-right@1"),
            layer(
                    "list.not-rolled-back",
                    "lists=true mappings=2 buffers=2 frames=6 force=true shapes=pages",
                    "slot-counts-are-right@1"),
            layer("sync.no-copy-out", "syncs=true directions=from", "device-data-arrives@3"),
            layer("sync.no-copy-in", "syncs=true directions=both", "buffer-reaches-device@5"),
            layer("aliases.purged-under-lock", "coherent=true streaming=false vmap=purged", "no-sleep-under-lock@4"),
            layer("ioremap.translated", "ioremap=true streaming=false", "iomap-is-no-memory@1"));
}
