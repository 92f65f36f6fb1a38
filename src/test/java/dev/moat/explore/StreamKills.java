package dev.moat.explore;

import java.util.List;

/** Faults of drivers that write what streams of an SMMUv3 are configured to, and of such units. */
final class StreamKills {
    private StreamKills() {}

    /** What can be said of it. */
    static final List<String> JUDGED = List.of(
            "composed-is-reachable",
            "entry-means-its-space",
            "free-is-unreachable",
            "no-foreign",
            "no-foreign-request",
            "no-request-strays",
            "no-stale",
            "no-stale-context",
            "nothing-lingers");

    private static KillRow streams(String fault, String settings, String violates) {
        return new KillRow("smmuv3-streams", fault, settings, violates);
    }

    static final List<KillRow> ROWS = List.of(
            streams(
                    "ste.not-invalidated",
                    "guest=stage-2 spaces=1",
                    "no-foreign-request@5 no-request-strays@3 no-stale-context@5"),
            streams("ste.valid-not-invalidated", "", "composed-is-reachable@20"),
            streams(
                    "ste.torn",
                    "guest=nested spaces=1",
                    "composed-is-reachable@61 free-is-unreachable@47 no-foreign-request@57 no-foreign@34 no-request-strays@30 no-stale@34 nothing-lingers@34"),
            streams("ste.first-word-first", "guest=stage-2 spaces=1", "no-request-strays@28"),
            streams("ste.words-not-synced", "guest=stage-2 spaces=1", "no-request-strays@31"),
            streams(
                    "cd.not-invalidated",
                    "asids=2",
                    "composed-is-reachable@4 entry-means-its-space@3 free-is-unreachable@6 no-foreign-request@4 no-foreign@4 no-request-strays@6 no-stale-context@3 no-stale@5 nothing-lingers@5"),
            streams(
                    "cd.torn",
                    "asids=2",
                    "composed-is-reachable@45 entry-means-its-space@21 free-is-unreachable@36 no-foreign-request@42 no-foreign@25 no-request-strays@28 no-stale@25 nothing-lingers@25"),
            streams(
                    "cd.valid-before-words-synced",
                    "asids=2",
                    "composed-is-reachable@33 entry-means-its-space@23 free-is-unreachable@35 no-foreign-request@30 no-foreign@27 no-request-strays@31 no-stale@27 nothing-lingers@27"),
            streams(
                    "cd.asid-of-another",
                    "asids=2",
                    "composed-is-reachable@5 entry-means-its-space@1 free-is-unreachable@4 no-foreign-request@4 no-foreign@3 no-request-strays@5 no-stale@3 nothing-lingers@3"),
            streams(
                    "cd.not-synced",
                    "asids=2",
                    "composed-is-reachable@4 entry-means-its-space@3 free-is-unreachable@6 no-foreign-request@4 no-foreign@4 no-request-strays@6 no-stale-context@3 no-stale@5 nothing-lingers@5"),
            streams(
                    "unmap.no-tlbi",
                    "",
                    "composed-is-reachable@5 free-is-unreachable@4 no-foreign-request@4 no-foreign@4 no-request-strays@5 no-stale@4 nothing-lingers@4"),
            streams(
                    "unmap.freed-before-sync",
                    "",
                    "composed-is-reachable@5 free-is-unreachable@4 no-foreign-request@4 no-foreign@4 no-request-strays@5 no-stale@4 nothing-lingers@4"),
            streams(
                    "unmap.no-barrier",
                    "late-stores=true spaces=1",
                    "composed-is-reachable@5 free-is-unreachable@4 no-foreign-request@3 no-foreign@4 no-request-strays@5 no-stale@4 nothing-lingers@4"),
            streams(
                    "unmap.both-kept",
                    "guest=nested spaces=1",
                    "composed-is-reachable@5 free-is-unreachable@4 no-foreign-request@4 no-foreign@4 no-request-strays@5 no-stale@4 nothing-lingers@4"),
            streams(
                    "unmap.both-first",
                    "guest=nested spaces=1",
                    "composed-is-reachable@27 free-is-unreachable@25 no-foreign-request@25 no-foreign@25 no-request-strays@27 no-stale@25 nothing-lingers@25"),
            streams(
                    "unmap.no-sync-between",
                    "guest=nested spaces=1",
                    "composed-is-reachable@27 free-is-unreachable@25 no-foreign-request@25 no-foreign@25 no-request-strays@27 no-stale@25 nothing-lingers@25"),
            streams(
                    "unmap.atc-first",
                    "ats=true spaces=1",
                    "composed-is-reachable@36 free-is-unreachable@34 no-foreign-request@34 no-foreign@34 no-stale@34 nothing-lingers@34"),
            streams(
                    "unmap.atc-kept",
                    "ats=true spaces=1",
                    "composed-is-reachable@5 free-is-unreachable@4 no-foreign-request@4 no-foreign@4 no-stale@4 nothing-lingers@4"),
            streams("move.not-broken", "moves=true spaces=1", "no-request-strays@23"),
            streams(
                    "attach.master-counted-late",
                    "ats=true spaces=1 cpus=2",
                    "composed-is-reachable@34 free-is-unreachable@32 no-foreign-request@30 no-foreign@32 no-stale@32 nothing-lingers@32"),
            streams(
                    "attach.ats-left-on",
                    "ats=true asids=2",
                    "composed-is-reachable@5 free-is-unreachable@5 no-foreign-request@4 no-foreign@4 no-stale@4 nothing-lingers@4"),
            streams(
                    "block.atc-kept",
                    "ats=true",
                    "composed-is-reachable@7 free-is-unreachable@6 no-foreign-request@6 no-foreign@6 no-stale@6 nothing-lingers@6"),
            streams(
                    "space.asid-not-flushed",
                    "",
                    "composed-is-reachable@8 free-is-unreachable@5 no-foreign-request@7 no-foreign@6 no-request-strays@8 no-stale@6 nothing-lingers@6"),
            streams(
                    "space.asid-freed-before-sync",
                    "",
                    "free-is-unreachable@5 no-foreign@6 no-stale@6 nothing-lingers@6"),
            streams(
                    "ste.vmid-shared",
                    "guest=nested spaces=1",
                    "composed-is-reachable@5 free-is-unreachable@4 no-foreign-request@4 no-foreign@3 no-request-strays@1 no-stale@3 nothing-lingers@3"),
            streams(
                    "unit.sync-passes-tlbi",
                    "",
                    "composed-is-reachable@5 free-is-unreachable@4 no-foreign-request@4 no-foreign@4 no-request-strays@5 no-stale@4 nothing-lingers@4"));

    /** What can be said of CPUs that share a queue. */
    static final List<String> JUDGED_OF_QUEUES = List.of(
            "entry-means-its-space",
            "free-is-unreachable",
            "no-foreign",
            "no-foreign-request",
            "no-stale",
            "nothing-lingers");

    private static KillRow queue(String fault, String violates) {
        return new KillRow("smmuv3-cmdq", fault, "", violates);
    }

    static final List<KillRow> OF_QUEUES = List.of(
            queue(
                    "cmdq.published-unwritten",
                    "free-is-unreachable@44 no-deadlock@61 no-foreign-request@44 no-foreign@44 no-stale@44 nothing-lingers@44"),
            queue(
                    "cmdq.valid-before-written",
                    "free-is-unreachable@46 no-deadlock@64 no-foreign-request@46 no-foreign@46 no-stale@46 nothing-lingers@46"),
            queue("cmdq.owner-not-awaited", "no-deadlock@28"),
            queue("cmdq.gathering-not-stopped", "no-deadlock@25"),
            queue("cmdq.full-without-wrap", "no-deadlock@46"),
            queue("cmdq.passed-without-wrap", "no-deadlock@4"),
            queue("cmdq.room-while-others-wait", "no-deadlock@48"));
}
