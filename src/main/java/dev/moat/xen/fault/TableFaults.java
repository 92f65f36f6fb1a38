package dev.moat.xen.fault;

<<<<<<< HEAD
import static dev.moat.model.Outcome.DONE;
import static dev.moat.xen.fault.XenFaults.AT_OPERATION;
import static dev.moat.xen.fault.XenFaults.AT_STEP;
import static dev.moat.xen.fault.XenFaults.fault;
import static dev.moat.xen.grant.CopyOperations.COPY;

import dev.moat.model.InjectedFault;
import java.util.List;

/** Injected faults of version 2 tables and of copies. */
final class TableFaults {
    private TableFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "set-version.frees-mapped-status-frame",
                    "The change back to version 1 frees the status frame although somebody refers to it.",
                    "XSA-255, CVE-2018-7541 (2018): status frames freed while mapped; lifetime and ownership state",
                    List.of("own-entry-is-owned", "free-is-unreachable"),
                    AT_OPERATION,
                    e -> e.decide("set-version.refuses-mapped", (s, references, b, c) -> 0)),
            fault(
                    "map-status.no-reference-at-look-up",
                    "The status frame's number is looked up under the table's lock, and the frame referred to only when it is"
                            + " mapped.",
                    "XSA-384, CVE-2021-28701 (2021): a frame freed between its look-up and its mapping; stale snapshot",
                    List.of("own-entry-is-owned"),
                    AT_STEP,
                    e -> e.decide("map-status.refers-at-look-up", (s, a, b, c) -> 0)),
            fault(
                    "set-version.wipes-pinned-entry",
                    "The version changes although an entry that is not kept is pinned.",
                    "derived from XSA-501, CVE-2026-62436 (2026): a version changed under a grant in use; stale snapshot",
                    List.of("status-matches-pins", "mapping-is-permitted"),
                    AT_OPERATION,
                    e -> e.decide("set-version.refuses-pinned", (s, ref, pins, c) -> 0)),
            fault(
                    "set-version.leaves-status-bits",
                    "An entry that a change of version keeps loses its reading and writing bits.",
                    "derived: the bits change places between flags and status word; asymmetric release",
                    List.of("status-matches-pins"),
                    AT_OPERATION,
                    e -> e.decide("set-version.carries-bits", (s, a, b, c) -> 0)),
            fault(
                    "map.takes-transitive",
                    "A map takes a transitive entry for a whole page: the reference that it names for a frame.",
                    "Xen b339e3a976 (2021): the type of an entry that is not pinned was not looked at; wrong identity",
                    List.of("mapping-is-permitted"),
                    AT_OPERATION,
                    e -> e.decide("pin.refuses-type", (s, another, b, c) -> 0)),
            fault(
                    "copy.released-before-move",
                    "A copy drops its pins and references before it has moved the bytes.",
                    "XSA-219 (2017): a reference dropped before the write; flush and release order",
                    List.of("copy-is-shown", "copy-reaches-lent"),
                    AT_STEP,
                    e -> e.moveToEnd(COPY, "move").redirect(COPY, "release-side", DONE, "move")),
            fault(
                    "copy.owner-not-checked-again",
                    "A copy through an entry that a map has pinned relies on the frame being the granter's.",
                    "XSA-236, CVE-2017-15597 (2017): a pin taken for a reference; stale snapshot",
                    List.of("copy-reaches-lent"),
                    AT_STEP,
                    e -> e.decide("copy.checks-owner", (s, gone, b, c) -> 0)),
            fault(
                    "copy.pinned-transitive-not-followed",
                    "A copy through a transitive entry that is pinned already does not pin the entry behind it, and unpins it.",
                    "XSA-226, CVE-2017-12135 (2017): the fast path of transitive grants; asymmetric release",
                    List.of("pins-match-holds"),
                    AT_OPERATION,
                    e -> e.decide("copy.follows-pinned", (s, a, b, c) -> 0)),
            fault(
                    "copy.refused-leaves-status-bits",
                    "A copy that is refused for its frame leaves the status bits that it has set.",
                    "Xen 62698cdaf3 (2012): an error exit that skips the clean-up; error or partial path",
                    List.of("status-matches-pins"),
                    AT_OPERATION,
                    e -> e.decide("copy.clears-status", (s, a, b, c) -> 0)));
=======
import static dev.moat.xen.fault.XenFaults.AT_OPERATION;
import static dev.moat.xen.fault.XenFaults.AT_STEP;
import static dev.moat.xen.fault.XenFaults.fault;
import static dev.moat.xen.grant.GrantOperations.MAP;
import static dev.moat.xen.grant.GrantOperations.UNMAP;

import dev.moat.memory.Frames;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import java.util.List;

/** The injected faults that concern pages of I/O tables which come from the heap and go back there. */
public final class TableFaults {
    private TableFaults() {}

    public static final List<InjectedFault> ALL = List.of(
            fault(
                    "table.freed-before-wait",
                    "A table that became empty is freed once the invalidation is queued, not once it has completed.",
                    "Xen 6b4d71d028 (2014): a table page freed before its flush; flush and release order",
                    List.of("walked-is-table"),
                    AT_STEP,
                    e -> e.moveBefore(UNMAP, "free-table", "await").redirect(UNMAP, "await", Outcome.NEXT, "unlock")),
            fault(
                    "table.leaf-only-invalidation",
                    "The invalidation before a table is freed says that only leaf entries changed (IH).",
                    "derived: paging-structure caches keep what led to the table; Linux CVE-2025-71202 is their twin",
                    List.of("walked-is-table"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.whole-domain", (s, domain, frame, c) -> frame < 0 ? 1 : 0)
                            .decide("invalidation.leaf-only", (s, unlinked, b, c) -> 1)),
            fault(
                    "table.linked-before-zeroed",
                    "A table is linked with what its page held before, and zeroed then.",
                    "Xen 2a758376f9 (2020): a table linked before it was filled; live entry ill-formed",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.moveBefore(MAP, "link-table", "zero-table")
                            .redirect(MAP, "link-table", Outcome.NEXT, "zero-table")),
            fault(
                    "table.page-still-mapped",
                    "The heap gives a page for a table that was given up and that others still have mapped.",
                    "derived from XSA-346 and XSA-248: pages of the hypervisor's own must be nobody else's",
                    List.of("io-table-is-unreachable"),
                    AT_OPERATION,
                    e -> e.decide(
                            "table.may-take",
                            (s, frame, state, c) -> state == Frames.FREE || state == Frames.GIVEN_UP ? 1 : 0)),
            fault(
                    "table.found-without-lock",
                    "The entry above is looked at without the lock under which the entry below is stored.",
                    "XSA-345, CVE-2020-27672 (2020): a pointer into a table that another CPU frees; stale snapshot",
                    List.of("own-frame-is-reachable"),
                    AT_STEP,
                    e -> e.decide("table.lock-kept", (s, domain, b, c) -> 0)),
            fault(
                    "table.device-asked-once",
                    "Whether the domain has a device is asked when the last entry goes, not when the table is unlinked.",
                    "derived: a decision on a stale snapshot; the device came in between and its walk passed the entry above",
                    List.of("walked-is-table"),
                    AT_STEP,
                    e -> e.decide("table.asked-again", (s, domain, b, c) -> 0)));
>>>>>>> main
}
