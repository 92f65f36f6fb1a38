package dev.moat.viommu.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import java.util.List;
import java.util.function.Consumer;

/** The vIOMMU's injected faults. */
public final class ViommuFaults {
    private static final String OPERATION = "operation";
    private static final String STEP = "step";
    private static final String RECORDED = "blocked-dma-is-recorded";

    /** All of them. */
    public static final List<InjectedFault> ALL = List.of(
            order(
                    "wait.completed-before-flush",
                    "The guest sees its wait done before the physical unit has invalidated the entries removed from the shadow.",
                    "derived: VT-d specification 2.x, chapter 6.5.2.8: a wait is done after the invalidations before it",
                    "completion",
                    e -> e.moveBefore("invalidate_page", "complete", "ask")),
            order(
                    "wait.completed-before-shadow",
                    "The guest sees its wait done before the shadow is changed.",
                    "derived: VT-d specification 2.x, chapter 6.5.2.8, of an emulated queue",
                    "completion composition composed-is-reachable",
                    e -> e.moveBefore("invalidate_page", "complete", "clear")),
            order(
                    "remap.stored-before-flush",
                    "The shadow gets the guest's new mapping before the physical unit's old entry is invalidated.",
                    "QEMU vtd_page_walk_one: a leaf that has changed is unmapped before it is mapped",
                    "break-before-make",
                    e -> e.moveBefore("invalidate_page", "insert", "ask")),
            fault(
                    "shadow.never-flushed",
                    "Entries removed from the shadow stay in the physical unit's caches.",
                    "derived: VT-d specification 2.x, chapter 6.2: cached translations outlive their tables",
                    "completion no-foreign no-stale",
                    e -> e.decide("shadow.must-flush", (s, guest, cleared, c) -> 0)),
            fault(
                    "shadow.erroneous-entry-skipped",
                    "A guest entry that leaves its memory is skipped, and the shadow keeps the old entry.",
                    "QEMU 7.2 to 11.1, vtd_page_walk_level",
                    "completion composition",
                    e -> e.decide("shadow.clears", (s, want, entry, led) -> want == 0 && entry != 0 ? 0 : 1)),
            fault(
                    "shadow.erroneous-context-ignored",
                    "A device that its guest leads nowhere keeps its shadow.",
                    "QEMU 7.2 to 11.1, vtd_context_device_invalidate",
                    "completion composition same-answer",
                    e -> e.decide("shadow.clears", (s, want, entry, led) -> led)),
            fault(
                    "shadow.first-page-only",
                    "Of a range of pages only the first is looked at.",
                    "derived from QEMU before 9.1: the mask of a page-selective invalidation is kept in 8 bits; truncated the other way",
                    "completion composition composed-is-reachable",
                    e -> e.decide("invalidation.covers", (s, device, page, asked) -> asked == 1 ? 1 : 0)),
            fault(
                    "shadow.write-only-becomes-readable",
                    "A device may also read a page that the guest maps for writing only.",
                    "QEMU 11.1 under VFIO: src/test/resources/viommu-oracle/README.md, WO",
                    "completion composition",
                    e -> e.decide("shadow.rights", (s, own, p2m, c) -> (own == 2 ? 3 : own) & p2m)),
            fault(
                    "shadow.first-space-for-all",
                    "The tables that are walked are those of the guest's first space, whatever the device's entry says.",
                    "derived from Linux 82653633b616 (2010) and Xen c5c84e9766 (2021): a device counted under another DID",
                    "completion composition composed-is-reachable same-answer",
                    e -> e.decide("shadow.space", (s, device, leads, c) -> leads < 0 ? leads : leads & ~1)),
            fault(
                    "shadow.p2m-rights-ignored",
                    "A frame that is granted for reading can be written.",
                    "derived: a shadow entry has the intersection of both rights; a grant may be for reading only",
                    "completion composition no-foreign no-foreign-request",
                    e -> e.decide("shadow.p2m-rights", (s, kind, b, c) -> 3)),
            fault(
                    "p2m.no-hook",
                    "A change of the p2m does not reach the shadow.",
                    "derived: as ballooning under VFIO, a change of the p2m must reach the shadow",
                    "composition free-is-unreachable no-foreign",
                    e -> e.decide("p2m.covers", (s, page, byShadow, byTables) -> 0)),
            fault(
                    "p2m.looks-at-guest-tables",
                    "A p2m change searches the guest's current tables, which have changed since the shadow was filled.",
                    "derived: the shadow is not the guest's tables until it is invalidated",
                    "free-is-unreachable no-foreign",
                    e -> e.decide("p2m.covers", (s, page, byShadow, byTables) -> byTables)),
            order(
                    "decrease.freed-before-shadow",
                    "A frame is given back before it is taken out of the shadow.",
                    "derived from XSA-346 (2020), its order",
                    "free-is-unreachable no-foreign",
                    e -> e.moveBefore("decrease_reservation", "release", "clear")),
            order(
                    "decrease.freed-before-flush",
                    "A frame is given back before the physical unit has forgotten it.",
                    "derived from XSA-346 (2020)",
                    "free-is-unreachable no-foreign",
                    e -> e.moveBefore("decrease_reservation", "release", "ask")),
            order(
                    "exchange.freed-before-flush",
                    "A frame is exchanged for another and given back before the physical unit has forgotten it.",
                    "derived from XSA-346 (2020), its order, by an exchange",
                    "free-is-unreachable no-foreign",
                    e -> e.moveBefore("memory_exchange", "release", "ask")),
            order(
                    "exchange.stored-before-flush",
                    "The new frame of an exchange is stored into the shadow before the physical unit has forgotten the old one.",
                    "Xen intel_iommu_map_page, IOMMU_FLUSHF_modified: flushed after the store",
                    "break-before-make",
                    e -> e.moveBefore("memory_exchange", "insert", "ask")),
            fault(
                    "exchange.old-frame-kept",
                    "An exchange does not give the old frame back: its guest owns a frame that is nowhere in its memory.",
                    "derived: Xen memory.c, memory_exchange: assign_pages and free_domheap_page are one for one",
                    "frames-are-kept",
                    e -> e.drop("memory_exchange", "release")),
            fault(
                    "unmap.grant-stays-in-shadow",
                    "A grant is given back, and the shadow keeps the frame.",
                    "derived: an ended grant must leave the shadow, as it leaves the p2m",
                    "no-foreign no-foreign-request",
                    e -> e.drop("unmap_grant_ref", "clear")),
            order(
                    "unmap.grant-dropped-before-flush",
                    "A grant is dropped before the physical unit has forgotten its frame.",
                    "derived from XSA-346 (2020), its order, by a grant",
                    "no-foreign",
                    e -> e.moveBefore("unmap_grant_ref", "drop-grant", "ask")),
            fault(
                    "te.old-mappings-stay",
                    "Switching translation puts new mappings beside the old ones.",
                    "derived: once TES says that the switch is done, no page leads where only the old tables led",
                    "completion composition",
                    e -> e.drop("set_te", "clear")),
            fault(
                    "root.old-mappings-stay",
                    "Another root table puts new mappings beside the old ones.",
                    "derived: VT-d specification 2.x, chapter 10.4.5: SRTP; the old root's mappings must go",
                    "completion composition",
                    e -> e.drop("set_root", "clear")),
            fault(
                    "detach.shadow-stays",
                    "A device goes, and its shadow stays.",
                    "xen-devel 2016, Discussion about virtual iommu support for Xen guest: hotplug",
                    "detach-leaves-nothing",
                    e -> e.drop("detach_device", "clear")),
            fault(
                    "detach.no-flush",
                    "A device goes, and the physical unit is not asked to forget its translations.",
                    "xen-devel 2016, Discussion about virtual iommu support for Xen guest: hotplug",
                    "detach-leaves-nothing",
                    e -> e.drop("detach_device", "ask")),
            fault(
                    "detach.entry-not-forgotten",
                    "A device goes, and the physical unit is not asked to forget its entry.",
                    "derived from XSA-302 (2019): a device's entry is cleared before it is unassigned",
                    "detach-leaves-nothing quarantine",
                    e -> e.drop("detach_device", "ask-entry")),
            fault(
                    "translate.ignores-te",
                    "A virtual device's addresses are taken for guest memory's, whether translation is on or not.",
                    "xen-devel 2016, Discussion about virtual iommu support for Xen guest: translation for virtual devices",
                    "completion same-answer",
                    e -> e.decide("shadow.translated", (s, device, te, c) -> (device & 1) == 1 ? 0 : te)),
            fault(
                    "translate.answer-kept",
                    "A device model keeps the answer that it has in hand when the guest's invalidation is reported as done.",
                    "derived: an answer is valid until the guest invalidates, as a translation of ATS",
                    "completion same-answer",
                    e -> e.drop("invalidate_page", "recall")),
            order(
                    "translate.without-lock",
                    "A device model is answered while an invalidation of the guest's is under way.",
                    "derived from lantianyu/Xen, vvtd.c: no lock around shared state",
                    "completion",
                    e -> e.decide("translate.locks", (s, guest, b, c) -> 0)),
            fault(
                    "bridge.translation-kept",
                    "Xen's own host bridge keeps a translation, and no invalidation waits for it.",
                    "xen-devel 2016, Discussion about virtual iommu support for Xen guest: host bridge in Xen",
                    "completion front-ends-agree same-answer",
                    e -> e.decide("bridge.uses-at-once", (s, device, b, c) -> 0)),
            fault(
                    "nested.invalidation-not-passed-on",
                    "A guest's invalidation of its first level is done, and the physical unit was not asked.",
                    "VT-d specification 3.x, chapter 6.5.2.4: PASID-based invalidation",
                    "completion",
                    e -> e.decide("nested.must-forget", (s, changed, does, c) -> changed == 0 ? 0 : does)),
            fault(
                    "nested.entry-not-forgotten",
                    "A PASID entry is rewritten, and the physical unit keeps the translations of the old one.",
                    "VT-d specification 3.x, chapter 6.5.3.3: guidance for changed PASID entries",
                    "completion",
                    e -> e.decide("nested.must-forget", (s, changed, does, c) -> changed == 1 ? 0 : does)),
            fault(
                    "nested.host-change-not-flushed",
                    "A frame leaves the p2m, and the physical unit keeps the translations of both levels.",
                    "VT-d specification 3.x, chapter 6.2.4: nested translations are cached as a whole; derived from XSA-346 (2020)",
                    "no-foreign-request",
                    e -> e.decide("nested.must-forget", (s, changed, does, c) -> changed == 2 ? 0 : does)),
            order(
                    "nested.levels-in-wrong-order",
                    "The physical unit invalidates combined translations before those of the second level.",
                    "derived: a request between the two invalidations caches the old frame again",
                    "no-foreign-request",
                    e -> e.moveBefore("decrease_reservation", "ask-nested", "ask")),
            fault(
                    "nested.flight-survives",
                    "A request that had read the first level brings an invalidated translation back into the cache.",
                    "VT-d specification 3.x, chapter 6.5.2.6: draining",
                    "completion",
                    e -> e.decide("nested.drains", (s, device, b, c) -> 0)),
            fault(
                    "p2m.private-page-mapped",
                    "The vIOMMU's private page, which is in the guest's memory, may be mapped for devices.",
                    "derived: the unit's register page belongs to Xen, and no device of the guest reaches it",
                    "no-foreign unit-is-private",
                    e -> e.decide("shadow.p2m-rights", (s, kind, b, c) -> kind == 2 ? 1 : 3)),
            fault(
                    "shadow.window-translated",
                    "The shadow contains the guest's mapping of the interrupt window.",
                    "VT-d specification 3.x: requests to the interrupt address range",
                    "message-window-is-unmapped",
                    e -> e.decide("shadow.window", (s, virtual, messages, c) -> messages & virtual)),
            fault(
                    "translate.window-translated",
                    "An interrupt message of a virtual device's is taken for a request, and translated.",
                    "VT-d specification 3.x: requests to the interrupt address range",
                    "message-window-is-unmapped same-answer",
                    e -> e.decide("shadow.window", (s, virtual, messages, c) -> messages & 1 - virtual)),
            fault(
                    "p2m.window-mapped",
                    "A guest maps a page to the interrupt window, and its device reaches the memory there.",
                    "VT-d specification 3.x: no entry may lead to the interrupt address range",
                    "message-window-is-unmapped no-foreign",
                    e -> e.decide(
                            "shadow.p2m-rights",
                            (s, kind, behind, c) -> kind == 2 ? 1 : kind == 3 && behind == 0 ? 0 : 3)),
            fault(
                    "destroy.while-attached",
                    "A vIOMMU is destroyed while devices are attached to it.",
                    "derived: the proposed destroy_viommu has no error for attached devices",
                    "destroyed-leaves-nothing",
                    e -> e.decide("destroy.refuses", (s, guest, hasDevices, c) -> 0)),
            order(
                    "destroy.checked-before-lock",
                    "Whether devices are attached is looked at before the lock is taken.",
                    "derived from lantianyu/Xen, vvtd.c: no lock around shared state",
                    "destroyed-leaves-nothing",
                    e -> e.moveBefore("destroy_viommu", "check", "lock")
                            .redirect("destroy_viommu", "check", Outcome.FAIL, Step.END)),
            fault(
                    "attach.without-unit",
                    "A device is attached to a guest that has no vIOMMU.",
                    "derived: the wrapper's fifth duty needs its second",
                    "destroyed-leaves-nothing",
                    e -> e.decide("attach.needs-unit", (s, guest, has, c) -> 1)),
            fault(
                    "create.not-reset",
                    "A new vIOMMU starts with the cache contents of the old one.",
                    "VT-d specification 2.x, chapter 6.2: nothing is cached after a reset",
                    "completion",
                    e -> e.drop("create_viommu", "reset")),
            fault(
                    "relinquish.shadow-stays",
                    "A domain ends, and shadows of its devices stay.",
                    "derived: the end of a domain frees all its shadow tables",
                    "detach-leaves-nothing",
                    e -> e.drop("relinquish_viommu", "clear")),
            fault(
                    "relinquish.no-flush",
                    "A domain ends, and the physical unit is not asked to forget its devices' translations.",
                    "derived from XSA-346 (2020), its order",
                    "detach-leaves-nothing",
                    e -> e.drop("relinquish_viommu", "ask")),
            order(
                    "relinquish.gone-before-flush",
                    "A vIOMMU is gone with its devices before the physical unit has forgotten them.",
                    "derived: devices are blocked before the end of their domain frees tables",
                    "detach-leaves-nothing",
                    e -> e.moveBefore("relinquish_viommu", "destroy", "ask")),
            fault(
                    "fault.not-passed-on",
                    "A blocked request of a passed-through device is recorded by the hardware, but not reported to its guest.",
                    "derived: VT-d specification 2.x, chapter 7.2, of the guest's own unit",
                    RECORDED,
                    e -> e.decide("fault.passed-on", (s, guest, b, c) -> 0)),
            fault(
                    "fault.outside-memory-silent",
                    "A request whose guest mapping leaves guest memory is blocked, but not reported to the guest.",
                    "QEMU under VFIO: src/test/resources/viommu-oracle/README.md",
                    RECORDED,
                    e -> e.decide("fault.records", (s, device, outside, c) -> 1 - outside)),
            fault(
                    "fault.other-source",
                    "A guest's fault record names another of its devices.",
                    "derived: the source-id in the hardware's record is the host's, not the guest's",
                    RECORDED,
                    e -> e.decide("fault.source", (s, device, other, c) -> other)),
            fault(
                    "fault.outlives-unit",
                    "A vIOMMU is gone, and the next one begins with its fault record.",
                    "derived: VT-d specification 2.x, chapter 10.4: reset values",
                    RECORDED,
                    e -> e.decide("fault.ends-with-unit", (s, guest, b, c) -> 0)),
            order(
                    "fault.of-before-passed-on",
                    "Faults recorded for a domain's device are passed to the next domain's vIOMMU.",
                    "derived: the handler finds the unit by the device, some time after the fault",
                    RECORDED,
                    e -> e.decide("fault.of-before-dropped", (s, guest, b, c) -> 0)),
            order(
                    "fault.told-to-no-unit",
                    "Xen's handler passes on a fault of a device whose guest has no vIOMMU any more.",
                    "derived: the handler finds the unit by the device, some time after the fault",
                    RECORDED,
                    e -> e.decide("fault.unit-there", (s, guest, has, c) -> 1)),
            fault(
                    "fault.lost-not-passed-on",
                    "The physical unit has lost faults, and no guest learns of it.",
                    "VT-d specification 2.x, chapter 7.2: PFO",
                    RECORDED,
                    e -> e.decide("fault.lost-passed-on", (s, lost, b, c) -> 0)),
            fault(
                    "fault.index-stays",
                    "FRI stays when a first fault is recorded, so a reader that begins at FRI finds no record.",
                    "derived: VT-d specification 2.x, FSTS.FRI: the record of the first fault",
                    RECORDED + " records-are-used-in-turn",
                    e -> e.decide("fault.index", (s, kind, written, fri) -> fri)),
            fault(
                    "fault.record-overwritten",
                    "The next record is written although software has not read it.",
                    "lantianyu/Xen, vvtd.c: the test of F is inverted",
                    RECORDED,
                    e -> e.decide("fault.writes", (s, kind, free, c) -> 1)),
            fault(
                    "fault.flag-inverted",
                    "A guest's fault record counts as free while it holds a fault; free ones are left unwritten, with PFO set.",
                    "lantianyu/Xen, vvtd.c: the test of F is inverted",
                    RECORDED,
                    e -> e.decide("fault.writes", (s, kind, free, c) -> kind == 1 ? 1 - free : free)),
            fault(
                    "fault.overflow-unset",
                    "A fault finds no record that is free, and PFO stays clear.",
                    "derived: VT-d specification 2.x, chapter 7.2.1",
                    RECORDED,
                    e -> e.decide("fault.overflows", (s, kind, b, c) -> 0)),
            fault(
                    "fault.read-from-first",
                    "Xen's handler reads the physical unit's records from the first one on, not from FRI.",
                    "derived: VT-d specification 2.x, chapter 7.2.1: software begins at FRI",
                    RECORDED,
                    e -> e.decide("fault.begins", (s, kind, fri, c) -> kind == 0 ? 0 : fri)),
            fault(
                    "fault.silence-ignored",
                    "Faults of a device are recorded whose entry says that they are not.",
                    "VT-d specification 2.x, chapter 9.3: FPD",
                    RECORDED,
                    e -> e.decide("fault.suppresses", (s, device, silent, malformed) -> 0)),
            fault(
                    "fault.malformed-not-silenced",
                    "FPD is ignored in an entry with reserved bits set: fault 0xB is recorded although the entry silences it.",
                    "QEMU: vtd_qualified_faults; VT-d specification, qualified faults",
                    RECORDED,
                    e -> e.decide("fault.suppresses", (s, device, silent, malformed) -> malformed == 0 ? silent : 0)),
            fault(
                    "fault.silence-stays",
                    "The guest's entry has changed and is invalidated, and the physical unit's keeps the FPD that it had.",
                    "derived: QEMU under VFIO cannot set the physical FPD",
                    RECORDED,
                    e -> e.decide("fault.silence-follows", (s, device, b, c) -> 0)),
            order(
                    "viommu.no-lock",
                    "Changes of a guest's p2m, and its invalidations, do not wait for each other.",
                    "derived from lantianyu/Xen, vvtd.c: no lock around shared state",
                    "free-is-unreachable no-foreign",
                    e -> e.decide("viommu.locks", (s, guest, b, c) -> 0)));

    private ViommuFaults() {}

    private static InjectedFault fault(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks.split(" ")), OPERATION, edit);
    }

    /** One that shows only between steps. */
    private static InjectedFault order(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks.split(" ")), STEP, edit);
    }
}
