package dev.moat.xen.fault;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.xen.fault.XenFaults.AT_OPERATION;
import static dev.moat.xen.fault.XenFaults.AT_STEP;
import static dev.moat.xen.fault.XenFaults.fault;
import static dev.moat.xen.grant.CopyOperations.COPY;

import dev.moat.model.InjectedFault;
import java.util.List;

/** Injected faults of version 2 tables and of copies. */
final class GrantTableFaults {
    private GrantTableFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "set-version.frees-mapped-status-frame",
                    "The change back to version 1 frees the status frame although somebody refers to it.",
                    "XSA-255, CVE-2018-7541 (2018): status frames freed while mapped",
                    List.of("own-entry-is-owned", "free-is-unreachable"),
                    AT_OPERATION,
                    e -> e.decide("set-version.refuses-mapped", (s, references, b, c) -> 0)),
            fault(
                    "map-status.no-reference-at-look-up",
                    "The status frame is looked up under the table's lock, but the reference is taken only at the mapping.",
                    "XSA-384, CVE-2021-28701 (2021): a frame freed between its look-up and its mapping",
                    List.of("own-entry-is-owned"),
                    AT_STEP,
                    e -> e.decide("map-status.refers-at-look-up", (s, a, b, c) -> 0)),
            fault(
                    "set-version.wipes-pinned-entry",
                    "The version changes although an entry that is not kept is pinned.",
                    "derived: the look at the pins is left out, which Xen has had since there are versions",
                    List.of("status-matches-pins", "mapping-is-permitted"),
                    AT_OPERATION,
                    e -> e.decide("set-version.refuses-pinned", (s, ref, pins, c) -> 0)),
            fault(
                    "set-version.leaves-status-bits",
                    "An entry that a change of version keeps loses its reading and writing bits.",
                    "derived: the bits change places between flags and status word",
                    List.of("status-matches-pins"),
                    AT_OPERATION,
                    e -> e.decide("set-version.carries-bits", (s, a, b, c) -> 0)),
            fault(
                    "map.takes-transitive",
                    "A map takes a transitive entry for a whole page: the reference that it names for a frame.",
                    "Xen b339e3a976 (2021): the type of an entry that is not pinned was not looked at",
                    List.of("mapping-is-permitted"),
                    AT_OPERATION,
                    e -> e.decide("pin.refuses-type", (s, another, b, c) -> 0)),
            fault(
                    "copy.released-before-move",
                    "A copy drops its pins and references before it has moved the bytes.",
                    "derived from XSA-219 (2017), writes that Xen emulates: a reference dropped before the write",
                    List.of("copy-is-shown", "copy-reaches-lent"),
                    AT_STEP,
                    e -> e.moveToEnd(COPY, "move").redirect(COPY, "release-side", DONE, "move")),
            fault(
                    "copy.owner-not-checked-again",
                    "A copy through an entry that a map has pinned relies on the frame being the granter's.",
                    "XSA-236, CVE-2017-15597 (2017): a pin taken for a reference",
                    List.of("copy-reaches-lent"),
                    AT_STEP,
                    e -> e.decide("copy.checks-owner", (s, gone, b, c) -> 0)),
            fault(
                    "copy.pinned-frame-not-compared",
                    "The first writing copy through a pinned entry refers to the frame named now, but writes to the pinned one.",
                    "XSA-500, CVE-2026-62428 (2026): the page of one frame, the number of another",
                    List.of("copy-keeps-off-tables", "references-match-holds"),
                    AT_STEP,
                    e -> e.decide("copy.compares-pinned", (s, differs, b, c) -> 0)),
            fault(
                    "copy.table-written",
                    "A copy to a page table goes on, without a use of the frame's type.",
                    "derived from XSA-224, CVE-2017-10921 (2017), on the path of copies: the result of taking the type was ignored",
                    List.of("copy-keeps-off-tables"),
                    AT_STEP,
                    e -> e.decide("copy.refuses-table", (s, forbidden, b, c) -> 0)),
            fault(
                    "copy.pinned-transitive-not-followed",
                    "A copy through a transitive entry that is pinned already does not pin the entry behind it, and unpins it.",
                    "XSA-226, CVE-2017-12135 (2017): the fast path of transitive grants",
                    List.of("pins-match-holds"),
                    AT_OPERATION,
                    e -> e.decide("copy.follows-pinned", (s, a, b, c) -> 0)),
            fault(
                    "copy.reading-not-shown",
                    "A copy that only reads through an entry does not set its reading bit.",
                    "derived from XSA-230, CVE-2017-12855 (2017): an entry in use that its granter sees as idle",
                    List.of("copy-is-shown", "status-matches-pins"),
                    AT_STEP,
                    e -> e.decide("copy.shows", (s, reads, b, c) -> reads == 0 ? 1 : 0)),
            fault(
                    "copy.refused-leaves-status-bits",
                    "A copy that is refused for its frame leaves the status bits that it has set.",
                    "Xen 8aed1f12c4 (2012): an error exit that skips the clean-up",
                    List.of("status-matches-pins"),
                    AT_OPERATION,
                    e -> e.decide("copy.clears-status", (s, a, b, c) -> 0)));
}
