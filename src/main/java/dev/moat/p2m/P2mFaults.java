package dev.moat.p2m;

import static dev.moat.model.program.Outcome.DONE;
import static dev.moat.model.program.Outcome.FAIL;
import static dev.moat.model.program.Outcome.NEXT;
import static dev.moat.p2m.program.PhysmapCalls.DECREASE;
import static dev.moat.p2m.program.PhysmapCalls.MAP_STATUS;
import static dev.moat.p2m.program.PhysmapCalls.MOVE_RANGE;
import static dev.moat.p2m.program.PhysmapCalls.POPULATE;
import static dev.moat.p2m.program.PhysmapCalls.SET_TYPE;
import static dev.moat.p2m.program.PhysmapCalls.TO_VERSION_1;
import static dev.moat.p2m.program.PhysmapCalls.UNMAP;

import dev.moat.iommu.Rights;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.program.Step;
import java.util.List;
import java.util.function.Consumer;

/** What can go wrong between a p2m and an IOMMU: errors, orders, locks, types. */
final class P2mFaults {
    private P2mFaults() {}

    private static final String FOREIGN = "no-foreign";
    private static final String FREE = "free-is-unreachable";
    private static final String FOLLOW = "tables-follow-p2m";
    private static final String LINGERS = "nothing-lingers";

    static final List<InjectedFault> ALL = List.of(
            new InjectedFault(
                    "decrease.removal-error-ignored",
                    "A frame is freed although its entry could not be removed: no page was left to split the superpage with.",
                    "XSA-222, CVE-2017-10918 (2017)",
                    List.of(FREE, "p2m-is-entitled"),
                    "operation",
                    e -> e.redirect(DECREASE, "split-remove", FAIL, "put-page")),
            step(
                    "range.displaced-flush-put-off",
                    "A range of moves puts off the flush for a frame that it displaces and frees, too.",
                    "XSA-346, CVE-2020-27671, Xen dea460d869 (2020)",
                    FREE,
                    e -> e.replace(MOVE_RANGE, "flush-displaced", (s, cpu) -> DONE)),
            step(
                    "range.frames-not-kept",
                    "A range of moves keeps no references to the frames that it has moved, until the flush where they were.",
                    "XSA-346, CVE-2020-27671, Xen 5777a3742d (2020)",
                    FREE,
                    e -> e.replace(MOVE_RANGE, "keep-page", (s, cpu) -> NEXT)),
            step(
                    "range.frames-put-before-flush",
                    "A range of moves drops its references to what it has moved before the flush.",
                    "derived: XSA-346, Xen memory.c: xenmem_add_to_physmap drops them after the first of two flushes",
                    FREE,
                    e -> e.moveBefore(MOVE_RANGE, "put-pages", "flush-old")),
            whole(
                    "range.old-gfns-not-flushed",
                    "A range of moves has forgotten what is cached of the gfns that it moved to, and not of those it moved from.",
                    "derived: Xen memory.c: xenmem_add_to_physmap flushes both",
                    LINGERS,
                    e -> e.replace(MOVE_RANGE, "flush-old", (s, cpu) -> DONE)),
            whole(
                    "decrease.line-not-written-back",
                    "An entry of tables that are shared with the IOMMU is cleared in the CPU's cache, which the walker does not see.",
                    "XSA-321, CVE-2020-15565, Xen c23274fd04 (2020)",
                    FREE,
                    e -> e.drop(DECREASE, "write-back-remove")),
            step(
                    "status.found-before-lock",
                    "The gfn at which the frame of status bits is already is looked up before anything is locked: two maps leave it at two"
                            + " gfns, and the change of the version takes it out of one.",
                    "XSA-379, CVE-2021-28697, Xen f147422bf9 (2021)",
                    FREE,
                    e -> e.moveBefore(MAP_STATUS, "find-old-gfn", "lock-grant-table")
                            .redirect(MAP_STATUS, "find-old-gfn", FAIL, Step.END)
                            .repeatOn(MAP_STATUS, "find-old-gfn", DONE, "lock-p2m", "lock-p2m-to-enter")
                            .repeatOn(MAP_STATUS, "find-old-gfn", DONE, "take-status-frame", "take-to-enter")
                            .repeatOn(MAP_STATUS, "find-old-gfn", DONE, "lock-grant-table", "lock-to-enter")),
            step(
                    "status.lock-dropped-before-entry",
                    "The lock of the grant table is dropped before the frame of status bits has its p2m entry, and meanwhile the change of"
                            + " the version finds none and frees the frame.",
                    "XSA-486, CVE-2026-23558, Xen 02708d3b51 (2026)",
                    FREE,
                    e -> e.moveBefore(MAP_STATUS, "unlock-grant-table", "lock-p2m")),
            whole(
                    "status.freed-with-its-entry",
                    "The frame of status bits is freed with the version, and its p2m entry stays.",
                    "derived: Xen grant_table.c: gnttab_unpopulate_status_frames removes it first",
                    FREE,
                    e -> e.redirect(TO_VERSION_1, "find-gfn", NEXT, "free-status-frame")),
            step(
                    "decrease.freed-before-flush",
                    "A frame is freed once its entry is gone, before what the IOMMU has cached of it is.",
                    "derived: Xen memory.c: guest_remove_page; p2m-ept.c flushes before it returns",
                    FREE,
                    e -> e.moveBefore(DECREASE, "put-page", "flush-removed")),
            whole(
                    "decrease.not-flushed",
                    "The unit is not asked to forget an entry that was removed.",
                    "derived: Xen p2m-ept.c: vtd_pte_present is read before the entry is written",
                    LINGERS,
                    e -> e.replace(DECREASE, "flush-removed", (s, cpu) -> DONE)),
            whole(
                    "iommu.removal-not-followed",
                    "Separate tables of the IOMMU follow what is entered, and not what is removed.",
                    "derived: Xen p2m-ept.c: iommu_legacy_unmap where need_iommu_pt_sync",
                    FOLLOW,
                    e -> e.decide("iommu.follows", (s, old, now, c) -> now == 0 ? 0 : 1)),
            whole(
                    "iommu.same-frame-not-followed",
                    "Separate tables are left alone where an entry keeps its frame, although its type, and with it the rights, changes.",
                    "derived: Xen p2m-ept.c: need_modify_vtd_table compares the flags, too",
                    FOLLOW,
                    e -> e.decide("iommu.follows", (s, old, now, c) -> old == now ? 0 : 1)),
            whole(
                    "type.demotion-not-flushed",
                    "Memory is made read-only, and the unit is not asked to forget that it was writable.",
                    "derived: Xen p2m.c: p2m_change_type_one",
                    LINGERS,
                    e -> e.replace(SET_TYPE, "flush-changed", (s, cpu) -> DONE)),
            whole(
                    "entry.read-only-writable",
                    "Devices may write what the p2m's type has read-only.",
                    "derived: Xen p2m.h: p2m_get_iommu_flags",
                    FOREIGN,
                    e -> e.decide("entry.rights", (s, type, b, c) -> type == 0 ? Rights.NONE : Rights.ALL)),
            step(
                    "unmap.unpinned-before-flush",
                    "A mapping's reference goes once its entry is gone, before what is cached of it is.",
                    "derived: XSA-218; Xen hvm/grant_table.c: replace_grant_p2m_mapping before put_page",
                    FOREIGN,
                    e -> e.moveBefore(UNMAP, "unpin", "flush-removed")),
            whole(
                    "populate.absence-not-forgotten",
                    "A new entry is stored, and nobody has the unit forget that there was none.",
                    "derived: VT-d specification, chapter 6: caching mode; Xen iommu.c: IOMMU_FLUSHF_added",
                    "legitimate-dma-passes",
                    e -> e.replace(POPULATE, "flush-entered", (s, cpu) -> DONE)));

    private static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }

    private static InjectedFault step(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "step", edit);
    }
}
