package dev.moat.xen.fault;

import static dev.moat.xen.device.DeviceOperations.ASSIGN;
import static dev.moat.xen.device.DeviceOperations.DEASSIGN;

import dev.moat.iommu.Rights;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import java.util.List;
import java.util.function.Consumer;

/** The injected faults around devices, units and DIDs; the families are root causes: identity, lifetime, snapshot, order. */
public final class DeviceFaults {
    private static final String AT_OPERATION = "operation";
    private static final String AT_STEP = "step";

    private DeviceFaults() {}

    public static final List<InjectedFault> ALL = List.of(
            fault(
                    "deassign.alias-forgotten",
                    "Deassign clears the entry of the device's own source-id and leaves the one of its bridge.",
                    "derived from XSA-449, CVE-2023-46839 (2024): not all requester IDs of a device followed it",
                    List.of("quarantine"),
                    AT_OPERATION,
                    e -> e.decide("deassign.next-source-id", (s, q, b, c) -> -1)),
            fault(
                    "deassign.to-domain0",
                    "A device that is taken away goes to domain 0 instead of quarantine.",
                    "XSA-302, CVE-2019-18424 (2019), and XSA-306, CVE-2019-19579: devices handed back with DMA in flight",
                    List.of("quarantine"),
                    AT_OPERATION,
                    e -> e.decide("deassign.leads-to", (s, q, b, c) -> 1)),
            fault(
                    "quarantine.shared-scratch-page",
                    "All unassigned devices use the first one's scratch page.",
                    "XSA-400, CVE-2022-26361 (2022): quarantined devices shared one page",
                    List.of("quarantine"),
                    AT_OPERATION,
                    e -> e.decide("quarantine.scratch-of", (s, q, b, c) -> 0)),
            fault(
                    "assign.scratch-not-invalidated",
                    "An assignment invalidates nothing, as if a quarantined device had no context entry.",
                    "derived: true of the other kind of quarantine",
                    List.of("no-stale-context"),
                    AT_OPERATION,
                    e -> e.redirect(ASSIGN, "context-map", Outcome.NEXT, "next-source-id")),
            fault(
                    "assign.alias-error-lost",
                    "The error about a bridge's source-id is lost, and it stays with the domain that loses the device.",
                    "XSA-449, CVE-2023-46839 (2024): errors of phantom functions overwritten",
                    List.of("quarantine"),
                    AT_STEP,
                    e -> e.decide("assign.keeps-error", (s, q, bridge, c) -> 1 - bridge)),
            fault(
                    "assign.half-failed-not-undone",
                    "An assignment that fails at a bridge's source-id leaves the device's own one with the domain.",
                    "XSA-449, CVE-2023-46839 (2024): phantom functions partly assigned",
                    List.of("quarantine"),
                    AT_STEP,
                    e -> e.decide("assign.undoes", (s, q, b, c) -> 0)),
            fault(
                    "assign.alias-forgotten",
                    "Assign writes the entry of the device's own source-id and leaves the one of its bridge as it was.",
                    "Xen 4e9950dc1b (2013): phantom functions had no context entries before",
                    List.of("assigned-device-is-led"),
                    AT_OPERATION,
                    e -> e.decide("assign.next-source-id", (s, q, b, c) -> -1)),
            fault(
                    "assign.undo-keeps-device",
                    "An assignment that fails puts the entries back to quarantine and leaves the device with the domain.",
                    "derived from the undo that the fix of XSA-449 added, CVE-2023-46839 (2024)",
                    List.of("assigned-device-is-led"),
                    AT_OPERATION,
                    e -> e.decide("assign.undo-gives-back", (s, device, b, c) -> 0)),
            fault(
                    "assign.to-dying",
                    "A dying domain is given a device, between the release of its devices and the end of its tables.",
                    "derived: XEN_DOMCTL_assign_device refuses a dying domain (Xen pci.c)",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.decide("assign.refuses", (s, domain, dying, c) -> 0)),
            fault(
                    "detach.frees-shared-did",
                    "A domain's DID becomes free when any of its devices leaves, although another one still uses it.",
                    "derived from Xen's cleanup_domid_map and the bitmap of units, Xen 101b0e44af (2008)",
                    List.of("one-did-one-domain"),
                    AT_OPERATION,
                    e -> e.decide("detach.frees-did", (s, domain, others, c) -> 1)),
            fault(
                    "assign.undo-leaks-did",
                    "An assignment that fails gives the device back, but not the DID that it took for it.",
                    "Xen e6252a51fa (2021): no clean-up after the context entry could not be set",
                    List.of("dids-balance"),
                    AT_OPERATION,
                    e -> e.decide("detach.frees-did", (s, domain, others, undone) -> undone != 0 ? 0 : 1 - others)),
            fault(
                    "detach.did-freed-before-wait",
                    "A domain's DID is free, and the device too, while the invalidation of its translations is queued.",
                    "derived: a DID is not reused before everything tagged with it is flushed",
                    List.of("no-stale", "no-foreign"),
                    AT_STEP,
                    e -> e.moveAhead(DEASSIGN, "detach", "await-domain")),
            fault(
                    "deassign.translations-first",
                    "Deassign invalidates the domain's translations first and the cached context entry last.",
                    "derived: the VT-d specification, chapter 6, wants the context cache first, which brings them back",
                    List.of("no-stale"),
                    AT_STEP,
                    e -> {
                        for (String step : List.of("queue-domain-invalidation", "queue-domain-wait", "await-domain")) {
                            e.moveBefore(DEASSIGN, step, "queue-context-invalidation");
                        }
                    }),
            fault(
                    "move.invalidates-new-domain",
                    "Moving a device invalidates translations with the DID of the domain that gets it.",
                    "XSA-442, CVE-2023-34326 (2023): old translations kept when a device changed hands",
                    List.of("no-stale"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.former-domain", (s, former, now, c) -> now)),
            fault(
                    "move.unit-forgotten-early",
                    "A domain counts as without a device at the unit once the entry is switched, before the invalidation.",
                    "derived from Xen's bitmap of units, cleared before the caches are",
                    List.of("no-stale"),
                    AT_STEP,
                    e -> e.decide("device.counts-until-moved", (s, q, b, c) -> 0)),
            fault(
                    "move.entry-in-two-stores",
                    "The device entry gets its new tables first and its new DID with a second store.",
                    "derived from XSA-347, CVE-2020-27670 (2020), of AMD-Vi: entries updated field by field",
                    List.of("no-stale", "no-foreign"),
                    AT_STEP,
                    e -> e.decide("assign.pointer-first", (s, q, b, c) -> 1).stopAfter(ASSIGN, "store-pointer")),
            fault(
                    "invalidation.first-unit-only",
                    "Only the first unit's caches are invalidated.",
                    "derived from Xen 101b0e44af (2008) and e7059776f9 (2021): units skipped, the error of one lost",
                    List.of("no-stale"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.unit", (s, domain, unit, c) -> unit == 0 ? 1 : 0)),
            fault(
                    "invalidation.did-of-first-unit",
                    "All units get the DID that the domain has at the first one.",
                    "derived: DIDs are each unit's own (Xen domid_map)",
                    List.of("no-stale"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.unit-did", (s, unit, there, first) -> first)),
            fault(
                    "queue.drops-when-full",
                    "An invalidation for which the queue has no room is taken for queued.",
                    "XSA-373, CVE-2021-28692 (2021), second patch",
                    List.of("no-stale"),
                    AT_STEP,
                    e -> e.decide("queue.drops", (s, unit, b, c) -> 1)),
            fault(
                    "tables.without-grants",
                    "Tables built for a first device hold the domain's own frames, but not the frames that it has mapped.",
                    "derived from Xen's population of tables at first assignment",
                    List.of("live-mapping-is-readable"),
                    AT_OPERATION,
                    e -> e.decide("build.rights", (s, own, kind, c) -> own != 0 ? Rights.ALL : 0)),
            fault(
                    "tables.announced-last",
                    "Changes of frames keep the tables up only once these are complete, not while they are built.",
                    "XSA-285 (2019): tables populated behind a running guest",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.moveBefore(ASSIGN, "announce-tables", "unlock-tables")));

    private static InjectedFault fault(
            String id, String says, String bug, List<String> breaks, String at, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, at, edit);
    }
}
