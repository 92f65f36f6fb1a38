package dev.moat.xen.fault;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;
import static dev.moat.xen.fault.XenFaults.AT_OPERATION;
import static dev.moat.xen.fault.XenFaults.AT_STEP;
import static dev.moat.xen.fault.XenFaults.fault;
import static dev.moat.xen.grant.GrantOperations.MAP;
import static dev.moat.xen.grant.GrantOperations.UNMAP;

import dev.moat.model.InjectedFault;
import dev.moat.xen.grant.UnmapGrant;
import dev.moat.xen.upkeep.DeferredFlush;
import java.util.List;

/** Injected faults of map and unmap that need batches, CPU TLBs, failures or late invalidation to exist. */
final class GrantFaults {
    private GrantFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "counters.half-unmap-counts",
                    "The unmap of one side of a mapping lowers the frame's counter, and so does that of the other side.",
                    "XSA-394, CVE-2022-23034 (2022): the counter fell with each unmap call, not with the handle",
                    List.of("entry-follows-holds", "live-mapping-is-readable"),
                    AT_OPERATION,
                    e -> e.decide("counters.half-unmaps", (s, a, b, c) -> 1)),
            fault(
                    "unmap.pins-dropped-before-cpu-flush",
                    "Unmap drops pins and references before the TLBs of the mapper's CPUs are flushed.",
                    "XSA-218, CVE-2017-10913 (2017): pins dropped in the first phase",
                    List.of("no-foreign-cpu"),
                    AT_STEP,
                    e -> e.redirect(UNMAP, "lock", DONE, "complete")
                            .moveBefore(UNMAP, UnmapGrant.FLUSH_CPUS, "clear-owner")
                            .redirect(UNMAP, "complete", NEXT, UnmapGrant.FLUSH_CPUS)
                            .redirect(UNMAP, "complete", DONE, UnmapGrant.FLUSH_CPUS)),
            fault(
                    "unmap.frame-read-again",
                    "Unmap removes the entry of the frame that the grant names now, not of the frame that was pinned.",
                    "derived from XSA-155, CVE-2015-8550 (2015): shared memory read again after it was checked",
                    List.of("entry-follows-holds", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("unmap.rereads-frame", (s, a, b, c) -> 1)),
            fault(
                    "unmap.handle-put-twice",
                    "Two unmaps of one side each find no side left at their end, and both free the handle.",
                    "XSA-218, CVE-2017-10914 (2017): freed in the second phase, by flags that are looked at then",
                    List.of("handles-balance"),
                    AT_STEP,
                    e -> e.decide("unmap.half-keeps-handle", (s, a, b, c) -> 1)),
            fault(
                    "cpu-flush.first-cpu-only",
                    "The flush between the phases of an unmap reaches only the domain's first virtual CPU.",
                    "derived from XSA-217, CVE-2017-10912 (2017), and Xen 61730c75ce (2008), which are about transfers: frames"
                            + " change hands while some CPU's TLB reaches them",
                    List.of("no-foreign-cpu"),
                    AT_OPERATION,
                    e -> e.decide("cpu-flush.reaches", (s, domain, vcpu, c) -> vcpu == 0 ? 1 : 0)),
            fault(
                    "map.bad-page-not-rolled-back",
                    "A map that finds its frame gone returns without dropping its pins and its handle.",
                    "Xen 62698cdaf3 (2012): status bits left set on a failed map",
                    List.of("pins-match-holds", "handles-balance"),
                    AT_OPERATION,
                    e -> e.redirectAs(MAP, "reference", FAIL, "undo", NEXT)),
            fault(
                    "map.upkeep-error-ignored",
                    "A map succeeds although the I/O tables could not follow.",
                    "derived from XSA-316 (2020), where a map that failed returned 1: an error taken for success",
                    List.of("live-mapping-is-readable", "live-mapping-is-writable"),
                    AT_OPERATION,
                    e -> e.redirect(MAP, "upkeep", FAIL, "publish")),
            fault(
                    "map.entry-left-on-error",
                    "A failed I/O mapping leaves its entry, although the call rolls back everything else.",
                    "derived from XSA-389, CVE-2021-28705 (2021): a change of the P2M that succeeded in part",
                    List.of("entry-follows-holds"),
                    AT_OPERATION,
                    e -> e.decide("map.writes-when-refused", (s, a, b, c) -> 1)),
            fault(
                    "map.roll-back-keeps-references",
                    "A map whose I/O mapping fails drops its pins and keeps its references.",
                    "derived from XSA-291 (2019), where a failure of the IOMMU left the use of a type: acquire and release not symmetric",
                    List.of("references-match-holds"),
                    AT_OPERATION,
                    e -> e.decide("undo.releases-references", (s, a, b, c) -> 0)),
            fault(
                    "map.roll-back-without-cpu-flush",
                    "The host mapping of a failed map goes without a flush of the CPUs' TLBs.",
                    "Xen 95906bf0f0 (2017): the host mapping left behind by a late failure of map",
                    List.of("no-foreign-cpu"),
                    AT_STEP,
                    e -> e.redirect(MAP, "undo-host", NEXT, "undo")),
            fault(
                    "unmap.removal-error-ignored",
                    "Unmap releases everything although the I/O tables could not be changed.",
                    "derived from XSA-222, CVE-2017-10918 (2017), and XSA-247, CVE-2017-17045, which are about the P2M: failure to"
                            + " remove a mapping ignored",
                    List.of("no-foreign"),
                    AT_OPERATION,
                    e -> e.redirectAs(UNMAP, "upkeep", FAIL, "upkeep", DONE)),
            fault(
                    "unmap.completes-after-error",
                    "An unmap that failed and restored the mapping goes on to drop its pins and references.",
                    "XSA-224, CVE-2017-10922 (2017): completion not all or nothing",
                    List.of("pins-match-holds", "no-foreign"),
                    AT_OPERATION,
                    e -> e.redirect(UNMAP, "reopen", NEXT, "complete")),
            fault(
                    "restore.entry-from-handles",
                    "A failed unmap restores the rights that the handles imply, not the entry's old rights, and invalidates nothing.",
                    "derived: as in XSA-346's second part, another CPU's operation relies on what this one undoes",
                    List.of("no-stale", "demotion-invalidated"),
                    AT_STEP,
                    e -> e.decide("restore.rights", (s, published, before, c) -> published)
                            .redirect(UNMAP, "restore", NEXT, "reopen")),
            fault(
                    "unmap.error-exit-keeps-lock",
                    "An unmap that fails restores the mapping and returns with the table lock held.",
                    "derived from XSA-235 (2017), ARM's add-to-physmap: a lock not released on an error exit",
                    List.of("no-deadlock"),
                    AT_OPERATION,
                    e -> e.decide("reopen.unlocks", (s, a, b, c) -> 0)),
            fault(
                    "batch.lock-dropped-between-elements",
                    "A batch with one flush at its end drops the table lock after each element.",
                    "XSA-346, CVE-2020-27671 (2020), second part: a flush put off that another CPU's operation relies on;"
                            + " decision on a snapshot that is not flushed yet",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.decide("batch.keeps-lock", (s, a, b, c) -> 0)),
            fault(
                    "batch.debts-of-last-element-only",
                    "A batch invalidates at its end only the pages of its last element.",
                    "derived from Xen e7059776f9 (2021) and Xen 27bf95e8b9 (2016): the result of one step is overwritten by the next",
                    List.of("no-foreign", "no-stale"),
                    AT_OPERATION,
                    e -> e.decide("batch.accumulates", (s, a, b, c) -> 0)),
            fault(
                    "batch.error-skips-flush",
                    "A batch with one flush at its end skips the flush on an error, but releases the unmapped frames.",
                    "derived from XSA-80, CVE-2013-6400 (2013): an error exit past the flush at the end of a range, which left all later"
                            + " ones off as well",
                    List.of("no-foreign", "no-stale"),
                    AT_OPERATION,
                    // The unlock says by name what follows where the flush is behind the last element, and only there.
                    e -> e.redirect(UNMAP, "take-sides", FAIL, "unlock")
                            .redirectAs(UNMAP, "unlock", NEXT, "unlock", NEXT)),
            fault(
                    "limbo.holds-no-references",
                    "A mapping whose invalidation is put off no longer keeps its frame.",
                    "XSA-346, CVE-2020-27671 (2020): no page reference held until the batch is flushed",
                    List.of("lingering-is-revoked", "lingering-request-is-revoked"),
                    AT_OPERATION,
                    e -> e.decide("limbo.holds-references", (s, a, b, c) -> 0)),
            fault(
                    "deferred.released-before-wait",
                    "The later flush of the deferred policy releases the mappings when it has queued its descriptor.",
                    "derived from XSA-373, CVE-2021-28692 (2021): a queued invalidation taken for a completed one",
                    List.of("no-foreign", "no-stale"),
                    AT_OPERATION,
                    e -> e.drop(DeferredFlush.FLUSH, "await")));
}
