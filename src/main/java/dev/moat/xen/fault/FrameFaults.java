package dev.moat.xen.fault;

import static dev.moat.xen.fault.XenFaults.AT_OPERATION;
import static dev.moat.xen.fault.XenFaults.AT_STEP;
import static dev.moat.xen.fault.XenFaults.fault;
import static dev.moat.xen.frame.DomainDeath.DESTROY;
import static dev.moat.xen.frame.HandOver.EXCHANGE;
import static dev.moat.xen.frame.HandOver.TRANSFER;
import static dev.moat.xen.frame.MemoryOperations.DECREASE;
import static dev.moat.xen.frame.TypeOperations.PIN_TABLE;
import static dev.moat.xen.grant.GrantOperations.UNMAP;

import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.List;

/** The injected faults that concern the types, owners and references of frames, and domains that die. */
final class FrameFaults {
    private FrameFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "pin.read-only-entry-written",
                    "A writable mapping of a read-only grant is let through.",
                    "derived: the entry's read-only bit not looked at when the first writer is pinned",
                    List.of("mapping-is-permitted"),
                    AT_OPERATION,
                    e -> e.decide("pin.refuses-writer", (s, restricted, b, c) -> 0)),
            fault(
                    "pin.other-domains-pin-taken",
                    "A domain maps an entry that was granted to another one, because that one has it pinned.",
                    "derived: the domain of the active entry not compared",
                    List.of("mapping-is-permitted"),
                    AT_OPERATION,
                    e -> e.decide("pin.refuses-domain", (s, another, b, c) -> 0)),
            fault(
                    "populate.entry-without-type",
                    "A new frame gets its I/O entry without becoming writable, so pinning it as a page table leaves the entry.",
                    "XSA-288 (2019): an entry that did not follow the type",
                    List.of("no-foreign", "table-is-not-writable"),
                    AT_OPERATION,
                    e -> e.decide("receive.takes-type", (s, a, b, c) -> 0)),
            fault(
                    "pin.no-invalidation",
                    "A frame that becomes a page table leaves the I/O tables and nothing is invalidated.",
                    "derived from XSA-408, CVE-2022-33745 (2022), where the CPUs' flush looked at the new type",
                    List.of("no-stale", "no-foreign", "table-is-not-writable"),
                    AT_OPERATION,
                    e -> e.drop(PIN_TABLE, "queue-type-invalidation")
                            .drop(PIN_TABLE, "queue-type-wait")
                            .drop(PIN_TABLE, "await-type")),
            fault(
                    "pin.validated-before-invalidation",
                    "A frame counts as a page table before the invalidation of its entry has completed.",
                    "derived from XSA-401, CVE-2022-26362 (2022), of TLBs: the order of flush and type change",
                    List.of("no-foreign", "table-is-not-writable"),
                    AT_STEP,
                    e -> e.moveBefore(PIN_TABLE, "validate", "await-type")),
            fault(
                    "unmap.type-count-dropped-twice",
                    "Unmapping a writable mapping drops two uses of the frame's type.",
                    "XSA-224, CVE-2017-10921 (2017): type references taken and dropped by different conditions",
                    List.of("table-is-not-writable", "type-count-matches-uses"),
                    AT_OPERATION,
                    e -> e.decide("unmap.type-uses", (s, uses, b, c) -> 2 * uses)),
            fault(
                    "map.table-mapped-for-writing",
                    "A writable mapping of a page table succeeds, without a use of its type.",
                    "XSA-224, CVE-2017-10921 (2017): the result of taking the type was ignored",
                    List.of("table-is-not-writable", "type-count-matches-uses"),
                    AT_OPERATION,
                    e -> e.decide("map.refuses-table", (s, forbidden, b, c) -> 0)),
            fault(
                    "writer.entry-not-entered",
                    "A frame that becomes writable again does not get its I/O entry back.",
                    "derived from XSA-291 (2019): a failure to map is taken for success",
                    List.of("own-frame-is-reachable"),
                    AT_OPERATION,
                    e -> e.decide(
                            "own-entry.rights",
                            (s, rights, why, c) -> why == TypeUpkeep.WRITER ? TypeUpkeep.KEEP : rights)),
            fault(
                    "decrease.keeps-entry",
                    "The last reference to a frame that was given up goes, and its I/O entry stays.",
                    "XSA-288 (2019): the final put did not unmap",
                    List.of("no-foreign"),
                    AT_OPERATION,
                    e -> e.redirect(DECREASE, "give-up", Outcome.NEXT, "queue-owner-invalidation")),
            fault(
                    "decrease.released-while-referred-to",
                    "A frame that its owner gives up is freed while others still hold references to it.",
                    "derived: a frame released by who gives it up, whoever refers to it",
                    List.of("own-frame-is-reachable", "free-is-unreachable"),
                    AT_OPERATION,
                    e -> e.decide(FrameRelease.WAITS, (s, referred, b, c) -> 0)),
            fault(
                    "unmap.last-reference-keeps-frame",
                    "The last reference to a frame that was given up is dropped, and the frame is never freed.",
                    "derived: a frame is given back by the last who refers to it",
                    List.of("given-up-goes-back"),
                    AT_OPERATION,
                    e -> e.redirect(UNMAP, "complete", Outcome.NEXT, Step.END)),
            fault(
                    "exchange.invalidation-not-awaited",
                    "The frame that is given in exchange goes back to the heap while its invalidation is queued.",
                    "derived from XSA-346, CVE-2020-27671 (2020): pages freed while their flush is pending",
                    List.of("no-foreign", "free-is-unreachable"),
                    AT_OPERATION,
                    e -> e.drop(EXCHANGE, "await-old")),
            fault(
                    "transfer.no-invalidation",
                    "A frame is taken from its owner for a transfer, and its old entry is not invalidated.",
                    "derived from XSA-217, CVE-2017-10912 (2017), and 61730c75ce (2008), where the CPUs' TLBs were not flushed:"
                            + " transfer without a flush",
                    List.of("no-foreign"),
                    AT_OPERATION,
                    e -> e.drop(TRANSFER, "queue-old-invalidation")
                            .drop(TRANSFER, "queue-old-wait")
                            .drop(TRANSFER, "await-old")),
            fault(
                    "transfer.enters-old-frame",
                    "A transferred frame that the receiver cannot address is replaced, but its tables and entry get the old frame.",
                    "XSA-284, CVE-2019-17340 (2019): a number that was read before the page was replaced",
                    List.of("free-is-unreachable", "own-frame-is-reachable", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("transfer.enters", (s, old, received, c) -> old)),
            fault(
                    "destroy.no-domain-invalidation",
                    "A dying domain's device loses its context, and its translations stay cached.",
                    "XSA-442, CVE-2023-34326 (2023): a context entry changed without an IOTLB flush",
                    List.of("no-stale", "no-foreign", "free-is-unreachable"),
                    AT_OPERATION,
                    e -> e.drop(DESTROY, "queue-domain-invalidation")
                            .drop(DESTROY, "queue-domain-wait")
                            .drop(DESTROY, "await-domain")),
            fault(
                    "destroy.frees-mapped-frames",
                    "The frames of a dying domain are freed although others have them mapped by grant.",
                    "derived: a zombie's frames live to the last unmap",
                    List.of("free-is-unreachable"),
                    AT_OPERATION,
                    e -> e.decide("destroy.frame-is-unused", (s, says, frame, c) -> 1)
                            .redirect(DESTROY, "clear-owner", Outcome.FAIL, "release")));
}
