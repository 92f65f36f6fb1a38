package dev.moat.explore;

import static dev.moat.explore.KillRow.nested;

import java.util.List;

/** The rows of {@link KillMatrix} of guests behind both stages of a RISC-V IOMMU. */
final class NestedKills {
    private NestedKills() {}

    /** What can be said of it. */
    static final List<String> JUDGED = List.of(
            "completion",
            "composed-is-reachable",
            "entry-means-its-space",
            "no-foreign",
            "no-foreign-request",
            "no-stale",
            "no-stale-context",
            "nothing-lingers",
            "one-did-one-domain");

    static final List<KillRow> ROWS = List.of(
            nested(
                    "unit.gvma-leaves-both",
                    "",
                    "completion@6 composed-is-reachable@7 no-foreign-request@6 no-foreign@6 no-stale@6 nothing-lingers@6"),
            nested(
                    "unit.context-leaves-processes",
                    "guests=1 processes=1 frames=4",
                    "completion@9 no-stale@9 nothing-lingers@9"),
            nested(
                    "unit.gscid-not-compared",
                    "gscids=2",
                    "completion@6 composed-is-reachable@7 no-foreign-request@6 no-foreign@6 no-stale@6 nothing-lingers@6"),
            nested(
                    "unit.pscid-not-compared",
                    "guests=1 processes=2 pscids=2 frames=5",
                    "completion@7 no-stale@7 nothing-lingers@7"),
            nested(
                    "destroy.translations-first",
                    "",
                    "completion@31 composed-is-reachable@36 no-foreign-request@31 no-foreign@25 no-stale@25 nothing-lingers@25"),
            nested(
                    "destroy.no-fence-between",
                    "execution=any-order",
                    "completion@34 composed-is-reachable@39 no-foreign-request@34 no-foreign@28 no-stale@28 nothing-lingers@28"),
            nested("destroy.first-stage-kept", "stage-cache=true", "completion@8 no-stale@7 nothing-lingers@7"),
            nested(
                    "destroy.second-stage-kept",
                    "stage-cache=true",
                    "completion@7 composed-is-reachable@7 no-foreign-request@7 no-foreign@6 no-stale@6 nothing-lingers@6"),
            nested(
                    "destroy.gscid-freed-before-fence",
                    "",
                    "completion@8 composed-is-reachable@10 no-foreign-request@8 no-foreign@7 no-stale@7 nothing-lingers@7"),
            nested(
                    "page.freed-before-fence",
                    "",
                    "completion@6 composed-is-reachable@7 no-foreign-request@6 no-foreign@6 no-stale@6 nothing-lingers@6"),
            nested(
                    "page.vma-for-gvma",
                    "",
                    "completion@6 composed-is-reachable@7 no-foreign-request@6 no-foreign@6 no-stale@6 nothing-lingers@6"),
            nested(
                    "page.frame-for-address",
                    "",
                    "completion@6 composed-is-reachable@7 no-foreign-request@6 no-foreign@6 no-stale@6 nothing-lingers@6"),
            nested(
                    "page.gscid-of-another",
                    "gscids=2",
                    "completion@6 composed-is-reachable@7 no-foreign-request@6 no-foreign@6 no-stale@6 nothing-lingers@6"),
            nested(
                    "move.context-kept",
                    "root-cache=true",
                    "completion@5 composed-is-reachable@7 no-foreign-request@5 no-foreign@5 no-stale@5"),
            nested(
                    "move.context-first",
                    "root-cache=true stage-cache=true",
                    "completion@21 composed-is-reachable@25 no-foreign-request@20 no-foreign@20 no-stale@21"),
            nested("unbind.context-kept", "guests=1 processes=1 frames=4", "completion@7 no-stale@7 nothing-lingers@7"),
            nested(
                    "unbind.translations-kept",
                    "guests=1 processes=2 frames=5",
                    "completion@8 no-stale@8 nothing-lingers@8"),
            nested(
                    "unbind.pscid-freed-before-fence",
                    "guests=1 processes=2 frames=5",
                    "completion@8 no-stale@8 nothing-lingers@8"),
            nested(
                    "unbind.translations-first",
                    "guests=1 processes=1 frames=4",
                    "completion@33 no-stale@33 nothing-lingers@33"),
            nested("guest.invalidates-host", "guests=1", "completion@6 no-stale@6 nothing-lingers@6"),
            nested("guest.told-before-fence", "guests=1", "completion@6 no-stale@6 nothing-lingers@6"),
            nested(
                    "detach.context-kept",
                    "gscids=2",
                    "completion@6 composed-is-reachable@6 entry-means-its-space@5 no-foreign-request@4 no-foreign@6 no-stale-context@4 no-stale@10 nothing-lingers@10 one-did-one-domain@7"));
}
