package dev.moat.xen.fault;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.NEXT;
import static dev.moat.xen.frame.MemoryOperations.DECREASE;
import static dev.moat.xen.grant.GrantOperations.MAP;
import static dev.moat.xen.grant.GrantOperations.UNMAP;

import dev.moat.iommu.Rights;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Step;
import dev.moat.xen.call.Phase;
import dev.moat.xen.device.DeviceOperations;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The injected faults of the Xen component: what each leaves out, and the real bug it stands for. */
public final class XenFaults {
    static final String AT_OPERATION = "operation";
    static final String AT_STEP = "step";

    private XenFaults() {}

    private static final List<InjectedFault> GRANTS = List.of(
            fault(
                    "unmap.no-invalidation",
                    "Unmap changes the table entry and invalidates nothing.",
                    "XSA-78, CVE-2013-6375, Xen 85c72f9fe7 (2013): a cleared entry passed for one that had not been present"
                            + "; derived also from Xen ba9b5a09da (2019), the same on AMD-Vi",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.drop(UNMAP, "queue-invalidation")
                            .drop(UNMAP, "queue-wait")
                            .drop(UNMAP, "await")),
            fault(
                    "unmap.no-invalidation-on-demotion",
                    "An entry that goes from read-write to read-only is not invalidated.",
                    "XSA-275, CVE-2018-19961 (2018): no flush where only the rights of an entry changed; derived also from Xen 84d7979493"
                            + " and 680e96b343 (2010)",
                    List.of("no-stale", "demotion-invalidated", "no-foreign"),
                    AT_OPERATION,
                    e -> HardwareFaults.passOver(e, Rights.ALL, Rights.READ)),
            fault(
                    "unmap.invalidation-not-awaited",
                    "Unmap queues its invalidation and returns without waiting for it.",
                    "XSA-373, CVE-2021-28692 (2021): an invalidation that had not completed passed for complete",
                    List.of("nothing-lingers", "no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.drop(UNMAP, "await")),
            fault(
                    "unmap.hold-released-before-wait",
                    "Unmap drops pins, references and status bits before its invalidation has completed.",
                    "XSA-218, CVE-2017-10913 (2017): pins dropped before the flush",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.moveBefore(UNMAP, "await", "clear-owner")
                            .repeatOn(UNMAP, "complete", NEXT, "await", "await-release")
                            .redirect(UNMAP, "complete", DONE, "await")
                            .redirect(UNMAP, "await", NEXT, Step.END)),
            fault(
                    "decrease.frame-freed-before-flush",
                    "A frame goes back to the heap before its invalidation is even queued.",
                    "derived from XSA-346, CVE-2020-27671 (2020), where the flush was put off: pages freed while it is pending",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.moveBefore(DECREASE, "release", "queue-owner-invalidation")
                            .redirect(DECREASE, "queue-owner-invalidation", DONE, Step.END)),
            fault(
                    "invalidation.wrong-did",
                    "Invalidations carry DID 0 instead of the domain's own.",
                    "Linux 82653633b616 (2010): page invalidations with DID 0 in caching mode",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.did", (s, domain, b, c) -> 0)),
            fault(
                    "grant-table.lock-dropped-before-wait",
                    "The mapper's table lock is dropped once the wait is queued, not once it has completed.",
                    "derived from the order that Xen's locking keeps",
                    List.of("no-foreign"),
                    AT_STEP,
                    e -> e.moveToEnd(MAP, "await").moveBefore(UNMAP, "unlock", "await")),
            fault(
                    "map.ignores-read-only",
                    "A read-only mapping is entered into the I/O tables with write permission.",
                    "derived: the kind of a mapping ignores its read-only flag",
                    List.of("no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("map.rights", (s, kind, readOnly, c) -> kind == 3 ? -1 : 3)),
            fault(
                    "map.no-promotion",
                    "A writable mapping of a frame that is mapped read-only leaves the entry read-only.",
                    "derived: the kind of the other mappings is taken for enough",
                    List.of("live-mapping-is-writable"),
                    AT_OPERATION,
                    e -> e.decide("map.rights", (s, kind, readOnly, says) -> kind == 0 ? says : -1)),
            fault(
                    "unmap.last-writer-removes-entry",
                    "When the last writer goes, the entry goes, although readers remain.",
                    "Xen 84d7979493 and 680e96b343 (2010): only writable mappings were counted",
                    List.of("live-mapping-is-readable"),
                    AT_OPERATION,
                    e -> e.decide("unmap.rights", (s, kind, b, says) -> kind == 1 ? 0 : says)),
            fault(
                    "unmap.host-side-takes-entry",
                    "The unmap of the host side removes the entry, although the handle keeps its GNTMAP_device_map.",
                    "xen-devel 2008, VT-d support for PV guests (V2): a kept GNTMAP_device_map prevents the IOMMU unmap",
                    List.of("live-mapping-is-readable"),
                    AT_OPERATION,
                    e -> e.decide("unmap.half", (s, sides, b, c) -> Phase.CLOSING)
                            .decide("unmap.rights", (s, kind, hosts, says) -> hosts)),
            fault(
                    "unmap.releases-other-side",
                    "Unmapping one side of a handle also drops the pins and references of the other.",
                    "XSA-224, CVE-2017-10920 (2017): the side that the call had not named was given up, too",
                    List.of("pins-match-holds"),
                    AT_OPERATION,
                    e -> e.decide("unmap.released-sides", (s, asked, mapped, c) -> mapped)),
            fault(
                    "status.reading-ignores-device-pins",
                    "The reading bit is cleared once no host pin is left, although device pins are.",
                    "XSA-230, CVE-2017-12855 (2017): only pins of the host side were looked at, there behind a copy that had failed",
                    List.of("status-matches-pins"),
                    AT_OPERATION,
                    e -> e.decide("status.clear-reading", (s, sides, b, c) -> (sides & 1) == 0 ? 1 : 0)),
            fault(
                    "map.no-pin-limit",
                    "Map takes a pin although the counter has reached its limit; the counter overflows.",
                    "derived: the limit of Xen's grant_table.c, where a counter refuses once its highest bit is set",
                    List.of("pins-match-holds", "status-matches-pins", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("pin.full", (s, entry, sides, readOnly) -> 0)),
            fault(
                    "unmap.wait-not-queued",
                    "Unmap awaits a wait descriptor that it never queued.",
                    "derived: a wait is satisfied only by its own completion",
                    List.of("no-deadlock"),
                    AT_OPERATION,
                    e -> e.drop(UNMAP, "queue-wait")),
            fault(
                    "deassign.no-context-invalidation",
                    "Deassign clears the context entry and leaves the cached one.",
                    "derived: the context cache not flushed when a device changes hands",
                    List.of("no-stale-context"),
                    AT_OPERATION,
                    e -> e.drop(DeviceOperations.DEASSIGN, "queue-context-invalidation")
                            .drop(DeviceOperations.DEASSIGN, "queue-context-wait")
                            .drop(DeviceOperations.DEASSIGN, "await-context")));

    public static final List<InjectedFault> ALL = Stream.of(
                    GRANTS, FrameFaults.ALL, GrantFaults.ALL, GrantTableFaults.ALL, HandleFaults.ALL)
            .flatMap(List::stream)
            .toList();

    static InjectedFault fault(
            String id, String says, String bug, List<String> breaks, String at, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, at, edit);
    }
}
