package dev.moat.iommu.riscv.nested;

import dev.moat.iommu.riscv.format.Commands;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** Seeded defects of units, hypervisors and guests. {@code @source} the places that each names. */
final class NestedFaults {
    private static final String DESTROY = "destroy_guest";
    private static final String UNMAP = "unmap_guest_page";
    private static final String MOVE = "move_guest_page";
    private static final String UNBIND = "unbind_process";
    private static final String CONTEXT = "queue-context-invalidation";
    private static final String FIRST = "queue-first-stage-invalidation";
    private static final String SECOND = "queue-second-stage-invalidation";
    private static final String PROCESS = "queue-process-invalidation";
    private static final String BETWEEN = "queue-fence-between";
    private static final String AWAIT = "await";

    private NestedFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "unit.gvma-leaves-both",
                    "IOTINVAL.GVMA removes second-stage entries, and leaves combined entries of both stages.",
                    "RISC-V IOMMU, in-memory queues: entries that combine both stages go with either command",
                    List.of("no-foreign-request", "no-stale"),
                    e -> e.decide("unit.second-takes-both", (s, a, b, c) -> 0)),
            fault(
                    "unit.context-leaves-processes",
                    "IODIR.INVAL_DDT removes the context of a device, and leaves its process contexts.",
                    "riscv-non-isa/riscv-iommu, reference model before pull request 693",
                    List.of("completion"),
                    e -> e.decide("unit.context-takes-processes", (s, a, b, c) -> 0)),
            fault(
                    "unit.gscid-not-compared",
                    "Cached translations are found whatever their GSCID.",
                    "RISC-V IOMMU, data structures: cached translations are tagged with GSCID and PSCID",
                    List.of("no-foreign-request"),
                    e -> e.decide("unit.gscid", (s, tag, b, c) -> 0)),
            fault(
                    "unit.pscid-not-compared",
                    "Cached translations are found whatever their PSCID.",
                    "RISC-V IOMMU, data structures: cached translations are tagged with GSCID and PSCID",
                    List.of("completion"),
                    e -> e.decide("unit.pscid", (s, tag, b, c) -> 0)),
            order(
                    "destroy.translations-first",
                    "A guest's translations are invalidated before the context of its device, which loads them once more.",
                    "RISC-V IOMMU, software guidelines: directories first",
                    List.of("completion", "no-stale"),
                    e -> e.moveBefore(DESTROY, FIRST, CONTEXT).moveBefore(DESTROY, SECOND, CONTEXT)),
            order(
                    "destroy.no-fence-between",
                    "No fence stands between the invalidation of a guest's context and that of its translations.",
                    "RISC-V IOMMU, in-memory queues: commands are executed in any order up to an IOFENCE.C",
                    List.of("completion", "no-stale"),
                    e -> e.drop(DESTROY, BETWEEN)),
            fault(
                    "destroy.first-stage-kept",
                    "A GSCID passes to another guest without IOTINVAL.VMA, so the old guest's first-stage translations stay cached.",
                    "derived: IOTINVAL.GVMA removes no entry of a first stage",
                    List.of("completion"),
                    e -> e.drop(DESTROY, FIRST)),
            fault(
                    "destroy.second-stage-kept",
                    "A GSCID passes to another guest without IOTINVAL.GVMA, so the old guest's second-stage translations stay cached.",
                    "derived: IOTINVAL.VMA removes no entry of a second stage",
                    List.of("no-foreign"),
                    e -> e.drop(DESTROY, SECOND)),
            fault(
                    "destroy.gscid-freed-before-fence",
                    "The GSCID and the frames of a guest go to others while the invalidations are still in the queue.",
                    "RISC-V IOMMU, software guidelines: invalidate an id before it is used again",
                    List.of("no-foreign", "no-stale"),
                    e -> e.drop(DESTROY, AWAIT)),
            fault(
                    "page.freed-before-fence",
                    "A frame is freed while the invalidation of the guest's page is still in the queue.",
                    "RISC-V IOMMU, in-memory queues: only an IOFENCE.C says that commands are done",
                    List.of("no-foreign-request"),
                    e -> e.drop(UNMAP, AWAIT)),
            fault(
                    "page.vma-for-gvma",
                    "A change of the second stage is followed by IOTINVAL.VMA with the guest's address.",
                    "derived: the address of IOTINVAL.VMA is one of the first stage",
                    List.of("no-foreign-request"),
                    e -> e.decide("gvma.kind", (s, own, b, c) -> Commands.IOTINVAL_VMA)),
            fault(
                    "page.frame-for-address",
                    "IOTINVAL.GVMA names the address of the frame in place of the guest's.",
                    "RISC-V IOMMU, in-memory queues: ADDR of IOTINVAL.GVMA is a guest physical address",
                    List.of("no-foreign-request"),
                    e -> e.decide("gvma.address", (s, number, frame, c) -> frame)),
            fault(
                    "page.gscid-of-another",
                    "IOTINVAL.GVMA names the GSCID of another guest.",
                    "derived: the id of another guest in a command",
                    List.of("no-foreign-request"),
                    e -> e.decide("gvma.gscid", (s, own, b, c) -> 1 - own)),
            fault(
                    "move.context-kept",
                    "A page with a guest's tables moves to another frame, and the cached context that knows where it was stays.",
                    "RISC-V IOMMU, software guidelines: IODIR.INVAL_DDT when the root's page changes",
                    List.of("no-foreign-request", "no-stale"),
                    e -> e.drop(MOVE, CONTEXT)),
            order(
                    "move.context-first",
                    "A page with a guest's tables moves, and the context is invalidated first: the unit caches the old place again.",
                    "derived: a cached context was found through the second stage",
                    List.of("no-foreign", "no-foreign-request"),
                    e -> e.moveBefore(MOVE, CONTEXT, SECOND)),
            fault(
                    "unbind.context-kept",
                    "A process is unbound, and its cached context stays.",
                    "derived: IODIR.INVAL_PDT after V of a process context is cleared",
                    List.of("completion"),
                    e -> e.drop(UNBIND, PROCESS)),
            fault(
                    "unbind.translations-kept",
                    "A PSCID goes to another process with the translations of the last one.",
                    "derived: IOTINVAL.VMA before a PSCID is used again",
                    List.of("completion"),
                    e -> e.drop(UNBIND, FIRST)),
            fault(
                    "unbind.pscid-freed-before-fence",
                    "A PSCID goes to another process while the invalidations are still in the queue.",
                    "RISC-V IOMMU, software guidelines: invalidate an id before it is used again",
                    List.of("completion"),
                    e -> e.drop(UNBIND, AWAIT)),
            order(
                    "unbind.translations-first",
                    "A process's translations are invalidated before its context, which loads them once more.",
                    "RISC-V IOMMU, software guidelines: directories first",
                    List.of("completion"),
                    e -> e.moveBefore(UNBIND, FIRST, PROCESS)),
            fault(
                    "guest.invalidates-host",
                    "A guest's IOTINVAL.VMA is passed on without its GSCID (GV = 0), so that the host's entries go.",
                    "derived: GV = 0 names first stages that have no second one",
                    List.of("completion"),
                    e -> e.decide("vma.of-guest", (s, a, b, c) -> 0)),
            fault(
                    "guest.told-before-fence",
                    "A guest sees its invalidation as done while it is still in the queue.",
                    "RISC-V IOMMU, in-memory queues: only an IOFENCE.C says that commands are done",
                    List.of("completion"),
                    e -> e.drop("guest_unmap", AWAIT)),
            fault(
                    "detach.context-kept",
                    "A device goes from one guest to another, and its cached context stays.",
                    "derived: IODIR.INVAL_DDT after V of a device context is cleared",
                    List.of("no-stale-context", "no-foreign-request"),
                    e -> e.drop("detach_device", CONTEXT)));

    private static InjectedFault fault(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "operation", edit);
    }

    private static InjectedFault order(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "step", edit);
    }
}
