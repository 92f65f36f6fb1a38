package dev.moat.explore;

import static dev.moat.explore.KillRow.viommu;

import java.util.List;

/** The rows of {@link KillMatrix} of the vIOMMU. */
final class ViommuKills {
    private ViommuKills() {}

    static final List<KillRow> ROWS = List.of(
            viommu(
                    "wait.completed-before-flush",
                    "guests=1 devices=passed-through",
                    "completion@18 composed-is-reachable@6"),
            viommu(
                    "wait.completed-before-shadow",
                    "guests=1 devices=passed-through reservation=false",
                    "completion@16 composed-is-reachable@5 composition@16"),
            viommu("remap.stored-before-flush", "guests=1 gfns=2 devices=passed-through", "break-before-make@12"),
            viommu(
                    "shadow.never-flushed",
                    "guests=2 devices=passed-through",
                    "break-before-make@4 completion@2 composed-is-reachable@4 free-is-unreachable@2 no-foreign-request@2"
                            + " no-foreign@2 no-stale@2"),
            viommu(
                    "shadow.erroneous-entry-skipped",
                    "guests=1 gfns=2 frames=1 devices=passed-through reservation=false",
                    "completion@4 composition@4"),
            viommu(
                    "shadow.erroneous-context-ignored",
                    "guests=1 frames=1 contexts=true reservation=false",
                    "completion@4 composition@4 same-answer@6"),
            viommu(
                    "shadow.first-page-only",
                    "guests=1 pages=2 frames=1 ranges=true devices=passed-through reservation=false",
                    "completion@4 composed-is-reachable@2 composition@4"),
            viommu(
                    "shadow.write-only-becomes-readable",
                    "guests=1 frames=1 rights=any devices=passed-through reservation=false",
                    "completion@2 composition@2"),
            viommu(
                    "shadow.first-space-for-all",
                    "guests=1 frames=1 spaces=2 contexts=true reservation=false",
                    "completion@3 composed-is-reachable@4 composition@3 same-answer@5"),
            viommu(
                    "shadow.p2m-rights-ignored",
                    "gfns=2 grants=true reservation=false",
                    "completion@3 composition@3 no-foreign-request@2 no-foreign@2"),
            viommu(
                    "p2m.no-hook",
                    "devices=passed-through",
                    "completion@1 composed-is-reachable@3 composition@1 free-is-unreachable@1 no-foreign-request@1 no-foreign@1"),
            viommu(
                    "p2m.looks-at-guest-tables",
                    "guests=2 devices=passed-through",
                    "free-is-unreachable@4 no-foreign-request@4 no-foreign@4"),
            viommu(
                    "decrease.freed-before-shadow",
                    "devices=passed-through",
                    "free-is-unreachable@3 no-foreign-request@3 no-foreign@3"),
            viommu(
                    "decrease.freed-before-flush",
                    "devices=passed-through",
                    "free-is-unreachable@5 no-foreign-request@5 no-foreign@5"),
            viommu(
                    "exchange.freed-before-flush",
                    "devices=passed-through exchange=true frames=3 reservation=false",
                    "free-is-unreachable@5 no-foreign-request@5 no-foreign@5"),
            viommu(
                    "exchange.stored-before-flush",
                    "guests=1 exchange=true reservation=false devices=passed-through",
                    "break-before-make@15"),
            viommu(
                    "exchange.old-frame-kept",
                    "guests=1 frames=2 exchange=true reservation=false devices=passed-through",
                    "frames-are-kept@1"),
            viommu(
                    "unmap.grant-stays-in-shadow",
                    "gfns=2 grants=true reservation=false devices=passed-through",
                    "completion@4 composed-is-reachable@5 composition@4 no-foreign-request@3 no-foreign@3"),
            viommu(
                    "unmap.grant-dropped-before-flush",
                    "gfns=2 grants=true reservation=false devices=passed-through",
                    "no-foreign-request@10 no-foreign@10"),
            viommu(
                    "te.old-mappings-stay",
                    "guests=1 frames=1 te=true devices=passed-through reservation=false",
                    "completion@2 composition@2"),
            viommu(
                    "root.old-mappings-stay",
                    "guests=1 frames=1 spaces=2 root=true devices=passed-through reservation=false",
                    "completion@3 composition@3"),
            viommu(
                    "detach.shadow-stays",
                    "guests=1 frames=1 hotplug=true devices=passed-through reservation=false",
                    "detach-leaves-nothing@3"),
            viommu(
                    "detach.no-flush",
                    "guests=1 frames=1 hotplug=true devices=passed-through reservation=false",
                    "completion@7 detach-leaves-nothing@4 no-stale@4"),
            viommu(
                    "detach.entry-not-forgotten",
                    "guests=1 frames=1 hotplug=true devices=passed-through reservation=false context-cache=true",
                    "detach-leaves-nothing@2 no-stale-context@2 quarantine@2"),
            viommu("translate.ignores-te", "guests=1 frames=1 reservation=false", "completion@0 same-answer@0"),
            viommu(
                    "translate.answer-kept",
                    "guests=1 frames=1 front-end=device-model reservation=false",
                    "completion@4 same-answer@4"),
            viommu(
                    "translate.without-lock",
                    "guests=1 frames=1 front-end=device-model devices=virtual reservation=false",
                    "completion@15"),
            viommu(
                    "bridge.translation-kept",
                    "front-end=both second=translated reservation=false",
                    "completion@4 front-ends-agree@4 same-answer@4"),
            viommu(
                    "nested.invalidation-not-passed-on",
                    "guests=1 frames=1 strategy=nested reservation=false",
                    "completion@4 same-answer@4"),
            viommu(
                    "nested.entry-not-forgotten",
                    "guests=1 frames=1 strategy=nested te=true reservation=false",
                    "completion@3 same-answer@3"),
            viommu(
                    "nested.host-change-not-flushed",
                    "guests=1 frames=1 strategy=nested",
                    "completion@4 no-foreign-request@3 same-answer@4"),
            viommu(
                    "nested.levels-in-wrong-order",
                    "guests=1 strategy=nested devices=passed-through",
                    "completion@29 no-foreign-request@15"),
            viommu(
                    "nested.flight-survives",
                    "guests=1 frames=1 reservation=false strategy=nested nested-walks=true devices=passed-through",
                    "completion@6"),
            viommu(
                    "p2m.private-page-mapped",
                    "guests=1 frames=2 private-page=true reservation=false pages=2",
                    "completion@2 composition@2 no-foreign-request@1 no-foreign@2 unit-is-private@1"),
            viommu(
                    "shadow.window-translated",
                    "guests=1 frames=2 window=true reservation=false",
                    "message-window-is-unmapped@2"),
            viommu(
                    "translate.window-translated",
                    "guests=1 frames=2 window=true reservation=false",
                    "message-window-is-unmapped@1 same-answer@2"),
            viommu(
                    "p2m.window-mapped",
                    "guests=1 frames=2 window=true reservation=false",
                    "completion@2 composition@2 message-window-is-unmapped@1 no-foreign-request@1 no-foreign@2"),
            viommu(
                    "destroy.while-attached",
                    "guests=1 frames=1 reservation=false calls=wrapper",
                    "composed-is-reachable@2 destroyed-leaves-nothing@1 same-answer@2"),
            viommu(
                    "destroy.checked-before-lock",
                    "guests=1 frames=1 reservation=false hotplug=true devices=virtual calls=wrapper cpus=2",
                    "destroyed-leaves-nothing@17"),
            viommu(
                    "attach.without-unit",
                    "guests=1 frames=1 reservation=false hotplug=true devices=virtual calls=wrapper",
                    "destroyed-leaves-nothing@3"),
            viommu(
                    "create.not-reset",
                    "guests=1 frames=1 reservation=false hotplug=true devices=virtual calls=wrapper",
                    "completion@7"),
            viommu(
                    "relinquish.shadow-stays",
                    "guests=1 frames=1 reservation=false devices=passed-through calls=domain-end",
                    "detach-leaves-nothing@3"),
            viommu(
                    "relinquish.no-flush",
                    "guests=1 frames=1 reservation=false devices=passed-through calls=domain-end",
                    "detach-leaves-nothing@4 no-stale@4"),
            viommu(
                    "relinquish.gone-before-flush",
                    "guests=1 frames=1 reservation=false devices=passed-through calls=domain-end",
                    "detach-leaves-nothing@17"),
            viommu(
                    "fault.not-passed-on",
                    "guests=1 frames=1 reservation=false devices=passed-through records=true",
                    "blocked-dma-is-recorded@2"),
            viommu(
                    "fault.outside-memory-silent",
                    "guests=1 gfns=2 frames=1 reservation=false devices=virtual records=true",
                    "blocked-dma-is-recorded@2"),
            viommu(
                    "fault.other-source",
                    "guests=1 frames=1 reservation=false records=true",
                    "blocked-dma-is-recorded@1"),
            viommu(
                    "fault.outlives-unit",
                    "guests=1 frames=1 reservation=false devices=virtual calls=domain-end records=true",
                    "blocked-dma-is-recorded@2"),
            viommu(
                    "fault.told-to-no-unit",
                    "guests=1 frames=1 reservation=false devices=passed-through calls=domain-end records=true",
                    "blocked-dma-is-recorded@13"),
            viommu(
                    "fault.of-before-passed-on",
                    "guests=1 frames=1 reservation=false devices=passed-through calls=domain-end records=true",
                    "blocked-dma-is-recorded@18"),
            viommu(
                    "fault.lost-not-passed-on",
                    "second=translated reservation=false devices=passed-through records=true",
                    "blocked-dma-is-recorded@3"),
            viommu(
                    "fault.index-stays",
                    "guests=1 frames=1 reservation=false devices=virtual records=true guest-fault-registers=2",
                    "blocked-dma-is-recorded@3 records-are-used-in-turn@3"),
            viommu(
                    "fault.record-overwritten",
                    "guests=1 frames=1 reservation=false virtual=2 records=true guest-fault-registers=2",
                    "blocked-dma-is-recorded@4 records-are-used-in-turn@5"),
            viommu(
                    "fault.flag-inverted",
                    "guests=1 frames=1 reservation=false devices=virtual records=true",
                    "blocked-dma-is-recorded@1"),
            viommu(
                    "fault.overflow-unset",
                    "guests=1 frames=1 reservation=false virtual=2 devices=virtual records=true",
                    "blocked-dma-is-recorded@2"),
            viommu(
                    "fault.read-from-first",
                    "second=translated reservation=false devices=passed-through records=true host-fault-registers=2",
                    "blocked-dma-is-recorded@3"),
            viommu(
                    "fault.silence-ignored",
                    "guests=1 frames=1 reservation=false devices=virtual contexts=true records=true silent=true",
                    "blocked-dma-is-recorded@3"),
            viommu(
                    "fault.malformed-not-silenced",
                    "guests=1 frames=1 reservation=false devices=virtual contexts=true records=true silent=true",
                    "blocked-dma-is-recorded@4"),
            viommu(
                    "fault.silence-stays",
                    "guests=1 frames=1 reservation=false devices=passed-through contexts=true records=true silent=true",
                    "blocked-dma-is-recorded@4"),
            viommu(
                    "viommu.no-lock",
                    "cpus=2 devices=passed-through",
                    "break-before-make@15 completion@25 composed-is-reachable@22 free-is-unreachable@23"
                            + " no-foreign-request@23 no-foreign@23"));
}
