package dev.moat.xen.fault;

import static dev.moat.xen.device.DeviceOperations.DEASSIGN;
import static dev.moat.xen.fault.XenFaults.AT_OPERATION;
import static dev.moat.xen.fault.XenFaults.AT_STEP;
import static dev.moat.xen.fault.XenFaults.fault;
import static dev.moat.xen.frame.DomainDeath.DESTROY;
import static dev.moat.xen.frame.MemoryOperations.DECREASE;
import static dev.moat.xen.grant.GrantOperations.MAP;
import static dev.moat.xen.grant.GrantOperations.UNMAP;

import dev.moat.memory.Frames;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import java.util.List;

/** The injected faults that concern pages of I/O tables which come from the heap and go back there; and waits given up. */
public final class TableFaults {
    private TableFaults() {}

    public static final List<InjectedFault> ALL = List.of(
            fault(
                    "table.freed-before-wait",
                    "A table that became empty is freed once the invalidation is queued, not once it has completed.",
                    "derived from Xen 6b4d71d028 (2014): so was the table that a superpage replaced",
                    List.of("walked-is-table"),
                    AT_STEP,
                    e -> e.moveBefore(UNMAP, "free-table", "await").redirect(UNMAP, "await", Outcome.NEXT, "unlock")),
            fault(
                    "table.linked-before-zeroed",
                    "A table is linked with its page's old contents, and zeroed afterwards.",
                    "derived from Xen 2a758376f9 (2020): a table of a split was linked empty and filled afterwards",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.moveBefore(MAP, "link-table", "fill-table")
                            .redirect(MAP, "link-table", Outcome.NEXT, "fill-table")),
            fault(
                    "table.page-still-mapped",
                    "The heap gives a page for a table that was given up and that others still have mapped.",
                    "derived from XSA-346 and XSA-248: pages of the hypervisor belong to no domain",
                    List.of("io-table-is-unreachable"),
                    AT_OPERATION,
                    e -> e.decide(
                            "table.may-take",
                            (s, frame, state, referred) ->
                                    state == Frames.FREE || (state == Frames.GIVEN_UP && referred != 0) ? 1 : 0)),
            fault(
                    "table.found-without-lock",
                    "The entry above is looked at without the lock under which the entry below is stored.",
                    "derived from XSA-345, CVE-2020-27672 (2020), of Xen's own mappings: a pointer into a table that another CPU frees",
                    List.of("own-frame-is-reachable"),
                    AT_STEP,
                    e -> e.decide("table.lock-kept", (s, domain, b, c) -> 0)),
            fault(
                    "table.device-asked-once",
                    "Whether the domain has a device is asked when the last entry goes, not when the table is unlinked.",
                    "derived: a decision on a stale snapshot; the device came in between and its walk passed the entry above",
                    List.of("walked-is-table"),
                    AT_STEP,
                    e -> e.decide("table.asked-again", (s, domain, b, c) -> 0)),
            fault(
                    "destroy.tables-freed-before-wait",
                    "The tables of a dying domain are freed once the invalidation of its device's context entry is queued.",
                    "derived: XSA-346's order, of the tables themselves",
                    List.of("walked-is-table"),
                    AT_STEP,
                    e -> e.moveBefore(DESTROY, "free-tables", "queue-context-wait")
                            .redirect(DESTROY, "context-clear", Outcome.DONE, "tear-down")),
            fault(
                    "superpage.merged-with-other-rights",
                    "Pages that are contiguous become a superpage whatever their rights are.",
                    "XSA-275, CVE-2018-19962 (2018), Xen 937ef32565: entries merged although the rights of some differ",
                    List.of("no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("superpage.same-rights", (s, a, b, c) -> 0)),
            fault(
                    "superpage.split-linked-before-filled",
                    "The table that takes a superpage's place is linked before it is filled.",
                    "Xen 2a758376f9 (2020): a split installed an empty table that was filled afterwards",
                    List.of("no-foreign", "own-frame-is-reachable"),
                    AT_OPERATION,
                    e -> e.moveBefore(UNMAP, "link-table", "fill-table")
                            .redirect(UNMAP, "link-table", Outcome.NEXT, "fill-table")
                            .redirect(UNMAP, "fill-table", Outcome.NEXT, "upkeep")),
            fault(
                    "superpage.old-table-freed-at-once",
                    "The table that a superpage replaces is freed without waiting for the invalidation.",
                    "Xen 6b4d71d028 (2014): a table freed while the merge that replaced it still had to be flushed",
                    List.of("walked-is-table"),
                    AT_STEP,
                    e -> e.moveBefore(MAP, "free-table", "await").redirect(MAP, "await", Outcome.NEXT, "publish")),
            fault(
                    "superpage.looked-up-without-lock",
                    "A removal looks whether its page is in a superpage before it takes the lock of the tables.",
                    "derived from XSA-345, CVE-2020-27672 (2020), of Xen's own mappings: a merge races with the update of an entry",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.decide("superpage.removal-lock", (s, domain, b, c) -> 0)),
            fault(
                    "wait.timeout-is-success",
                    "A wait that is given up counts as done.",
                    "XSA-373, CVE-2021-28692 (2021), Xen e4fee66043: a completion time-out swallowed",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("wait.outcome", (s, a, b, c) -> Outcome.NEXT)),
            fault(
                    "wait.frame-freed-after-timeout",
                    "The removal of a frame from its owner's tables is given up, and the frame is freed anyway.",
                    "XSA-373, CVE-2021-28692 (2021): pages freed after a flush that timed out",
                    List.of("free-is-unreachable", "no-foreign"),
                    AT_OPERATION,
                    e -> e.redirect(DECREASE, "await-owner", Outcome.FAIL, "release")),
            fault(
                    "map.undone-after-timeout",
                    "A map whose wait is given up drops its pins and references and leaves its entry.",
                    "XSA-373, CVE-2021-28692 (2021), Xen before: map_grant_ref undone after iommu_legacy_map had failed in its"
                            + " flush",
                    List.of("entry-follows-holds", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("map.stays-after-timeout", (s, a, b, c) -> 0)),
            fault(
                    "deassign.detached-after-timeout",
                    "A deassignment whose waits are given up counts as done: the domain has the device no more.",
                    "XSA-373, CVE-2021-28692 (2021): a completion time-out swallowed, here of a device that changes hands",
                    List.of("quarantine", "no-stale"),
                    AT_OPERATION,
                    e -> e.redirect(DEASSIGN, "await-context", Outcome.FAIL, "queue-domain-invalidation")
                            .redirect(DEASSIGN, "await-domain", Outcome.FAIL, "detach")),
            fault(
                    "deassign.absent-not-invalidated",
                    "Deassigning a device whose context entry is absent already, as after a deassignment that was given up,"
                            + " invalidates nothing.",
                    "Xen before XSA-373, CVE-2021-28692 (2021), VT-d domain_context_unmap_one: a second attempt returned success at once",
                    List.of("quarantine", "no-stale"),
                    AT_OPERATION,
                    e -> e.decide("deassign.invalidates-absent", (s, q, b, c) -> 0)),
            fault(
                    "wait.late-completion-counts",
                    "Every wait of a CPU writes the same value: one that was given up, done late, ends the next one.",
                    "XSA-373, CVE-2021-28692 (2021), Xen 7c893abc4e: a late completion satisfies the next waiter",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("wait.number", (s, lowest, b, c) -> 1)));
}
