package dev.moat.explore;

import static dev.moat.explore.KillRow.pkvm;

import java.util.List;

/** The rows of {@link KillMatrix} of a protected hypervisor that owns the IOMMU. */
final class PkvmKills {
    private PkvmKills() {}

    /** What can be said of pages that change hands, and of the domains of a hostile host. */
    static final List<String> JUDGED = List.of(
            "dids-balance",
            "entry-means-its-space",
            "free-is-unreachable",
            "io-table-is-unreachable",
            "mapped-address-is-served",
            "no-foreign",
            "no-foreign-cpu",
            "no-foreign-request",
            "no-request-strays",
            "no-stale",
            "no-stale-context",
            "nothing-lingers",
            "references-match-holds",
            "tables-balance",
            "walked-is-table");

    static final List<KillRow> ROWS = List.of(
            pkvm(
                    "attach.no-tag-left",
                    "domains=2 devices=2 tags=1 table-pages=false frames=2 guests=0",
                    "dids-balance@4 io-table-is-unreachable@10 no-foreign-request@10 no-foreign@10 no-stale@9 nothing-lingers@9"),
            pkvm(
                    "attach.device-tag-by-flag",
                    "device-tlb=true table-pages=false frames=2",
                    "free-is-unreachable@7 no-foreign-request@7 no-foreign@7 no-stale@6 nothing-lingers@6"),
            pkvm(
                    "unmap.part-of-superpage",
                    "superpages=true pages=2 frames=3",
                    "free-is-unreachable@4 io-table-is-unreachable@4 no-foreign-request@5 no-foreign@5 references-match-holds@3"),
            pkvm("free.slot-kept", "table-pages=false frames=2 guests=0", "dids-balance@2"),
            pkvm("detach.tag-kept", "table-pages=false frames=2 guests=0", "dids-balance@3"),
            pkvm("directory.second-kept", "directories=true table-pages=false frames=2", "tables-balance@2"),
            pkvm("directory.refusal-not-reported", "directories=true table-pages=false frames=2", "tables-balance@4"),
            pkvm("directory.given-back-in-use", "directories=true table-pages=false frames=2", "walked-is-table@4"),
            pkvm("alloc.not-cleared", "guests=0", "walked-is-table@5"),
            pkvm("alloc.failure-keeps-root", "frames=2", "tables-balance@2"),
            pkvm(
                    "irte.not-pinned",
                    "unit-stores=true table-pages=false frames=2",
                    "free-is-unreachable@2 io-table-is-unreachable@2 references-match-holds@1"),
            pkvm(
                    "fault-address.not-checked",
                    "unit-stores=true table-pages=false frames=2",
                    "free-is-unreachable@2 io-table-is-unreachable@2"),
            pkvm(
                    "unshare.pins-ignored",
                    "sharing=true table-pages=false frames=2",
                    "free-is-unreachable@5 no-foreign-request@6 no-foreign@6"),
            pkvm(
                    "detach.rest-zeroed-first",
                    "caching-mode=true table-pages=false frames=2",
                    "entry-means-its-space@15 free-is-unreachable@43 io-table-is-unreachable@43 mapped-address-is-served@45"),
            pkvm(
                    "host-unmap.not-flushed",
                    "pass-through=true table-pages=false frames=2 pages=2",
                    "free-is-unreachable@3 io-table-is-unreachable@3 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3"),
            pkvm(
                    "host-unmap.presence-read-late",
                    "pass-through=true table-pages=false frames=2 pages=2",
                    "free-is-unreachable@3 no-foreign-request@3 no-foreign@3 no-stale@3 nothing-lingers@3"),
            pkvm(
                    "map.failed-pin-keeps-reference",
                    "table-pages=false frames=2",
                    "dids-balance@8 references-match-holds@2 tables-balance@8"),
            pkvm(
                    "unmap.superpage-unpinned-as-page",
                    "superpages=true pages=2 frames=3",
                    "free-is-unreachable@17 io-table-is-unreachable@17 no-foreign-request@18 no-foreign@18 references-match-holds@3"),
            pkvm(
                    "unmap.splits-superpage",
                    "superpages=true pages=2 frames=3",
                    "free-is-unreachable@17 io-table-is-unreachable@17 mapped-address-is-served@3 no-foreign-request@18 no-foreign@18 no-stale@5 nothing-lingers@5 references-match-holds@3"),
            pkvm(
                    "free.user-checked-late",
                    "guest-device=true devices=2 table-pages=false frames=2",
                    "dids-balance@2 tables-balance@2"),
            pkvm(
                    "map.guest-not-pinned",
                    "guest-device=true devices=2 table-pages=false frames=2",
                    "no-foreign-request@5 no-foreign@5 references-match-holds@3"),
            pkvm("add-page.not-checked", "", "io-table-is-unreachable@4 no-foreign-request@5 no-foreign@5"),
            pkvm(
                    "unmap.not-flushed",
                    "table-pages=false frames=2",
                    "free-is-unreachable@6 no-foreign-request@6 no-foreign@6 no-stale@5 nothing-lingers@5"),
            pkvm(
                    "unmap-table.flush-malformed",
                    "",
                    "free-is-unreachable@7 io-table-is-unreachable@7 no-foreign-request@7 no-foreign@7 no-stale@6 nothing-lingers@6"),
            pkvm(
                    "unmap.not-written-back",
                    "coherent=false table-pages=false frames=2",
                    "free-is-unreachable@6 no-foreign-request@5 no-foreign@6 no-stale@5 nothing-lingers@5"),
            pkvm(
                    "attach.did-zero",
                    "caching-mode=true table-pages=false frames=2",
                    "entry-means-its-space@2 free-is-unreachable@6 io-table-is-unreachable@7 mapped-address-is-served@4 no-foreign-request@6"),
            pkvm(
                    "start.not-flushed",
                    "start=registers context-cache=true table-pages=false frames=2",
                    "free-is-unreachable@3 io-table-is-unreachable@3 no-foreign-request@4 no-foreign@3 no-stale-context@2 no-stale@2 nothing-lingers@2 walked-is-table@4"),
            pkvm(
                    "attach.over-another",
                    "domains=2 context-cache=true table-pages=false frames=2",
                    "dids-balance@4 free-is-unreachable@17 io-table-is-unreachable@17 no-foreign-request@17 no-foreign@17 no-stale-context@5 no-stale@16 nothing-lingers@16 references-match-holds@4"),
            pkvm(
                    "donate.pins-ignored",
                    "table-pages=false frames=2",
                    "free-is-unreachable@3 no-foreign-request@4 no-foreign@4"),
            pkvm(
                    "unmap.unpinned-before-flush",
                    "cpus=2 table-pages=false frames=2",
                    "free-is-unreachable@22 io-table-is-unreachable@22 no-foreign-request@22 no-foreign@22"),
            pkvm(
                    "map.pinned-after-entry",
                    "table-pages=false frames=2",
                    "free-is-unreachable@3 io-table-is-unreachable@2 no-foreign-request@3 no-foreign@3 references-match-holds@2"),
            pkvm(
                    "attach.tag-after-entry",
                    "cpus=2 table-pages=false frames=2",
                    "dids-balance@7 free-is-unreachable@23 io-table-is-unreachable@23 no-foreign-request@23 no-foreign@23 no-stale@18 nothing-lingers@18"),
            pkvm(
                    "detach.reference-dropped-early",
                    "cpus=2 guests=0 context-cache=true table-pages=false frames=2",
                    "walked-is-table@21"),
            pkvm(
                    "detach.not-flushed",
                    "table-pages=false frames=2",
                    "free-is-unreachable@7 io-table-is-unreachable@7 no-foreign-request@8 no-foreign@7 no-stale@6 nothing-lingers@6"),
            pkvm(
                    "detach.entry-not-flushed",
                    "context-cache=true table-pages=false frames=2",
                    "free-is-unreachable@8 io-table-is-unreachable@8 no-foreign-request@8 no-foreign@8 no-stale-context@4 no-stale@7 nothing-lingers@7 walked-is-table@5"),
            pkvm(
                    "add-page.not-cleared",
                    "guests=0",
                    "io-table-is-unreachable@16 no-foreign-request@21 no-foreign@21 references-match-holds@16"),
            pkvm(
                    "add-page.cleared-before-flush",
                    "guests=0",
                    "io-table-is-unreachable@17 no-foreign-request@22 no-foreign@22 references-match-holds@17"),
            pkvm(
                    "add-page.host-keeps-writing",
                    "guests=0",
                    "io-table-is-unreachable@4 mapped-address-is-served@4 no-foreign-cpu@2 no-foreign-request@5 no-foreign@5 no-stale@6 nothing-lingers@6 references-match-holds@4"),
            pkvm("donate.owner-before-flush", "table-pages=false frames=2", "no-foreign-cpu@2"),
            pkvm("guest.not-wiped", "table-pages=false frames=2", "data-stays-home@2"),
            pkvm("unshare.secret-early", "sharing=true table-pages=false frames=2", "no-foreign-cpu@8"),
            pkvm(
                    "irte.unpinned-before-flush",
                    "unit-stores=true cpus=2 table-pages=false frames=2",
                    "free-is-unreachable@14 io-table-is-unreachable@14"),
            pkvm(
                    "host-unmap.flush-put-off",
                    "pass-through=true table-pages=false frames=2 pages=2",
                    "free-is-unreachable@8 no-foreign-cpu@2 no-foreign-request@8 no-foreign@8"),
            pkvm(
                    "unshare.not-flushed",
                    "sharing=true pass-through=true table-pages=false frames=2 pages=2",
                    "free-is-unreachable@5 no-foreign-request@5 no-foreign@5 no-stale@5 nothing-lingers@5"),
            pkvm("alloc.host-keeps-writing", "", "no-foreign-cpu@1 walked-is-table@2"));
}
