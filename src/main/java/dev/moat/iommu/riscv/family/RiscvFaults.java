package dev.moat.iommu.riscv.family;

import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** The injected faults of RISC-V units and their driver: commands and fences left out or encoded wrongly, device contexts changed wrongly. */
final class RiscvFaults {
    private static final String ASSIGN = "assign_device";

    private RiscvFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "iotinval.last-page-missed",
                    "Of several pages the last one is not named by any IOTINVAL.",
                    "Linux riscv_iommu_iotlb_inval: a range whose end is its last byte",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.last", (s, first, last, c) -> Math.max(first, last - 1))),
            fault(
                    "iotinval.range-half-as-large",
                    "The lowest 0 in a range address (S) is one bit too low, which names half of the pages.",
                    "RISC-V IOMMU, extensions: the encoding of S",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.mask", (s, order, b, c) -> order - 1)),
            fault(
                    "iotinval.address-for-freed-table",
                    "A table's page is freed after IOTINVAL with an address (AV), which leaves entries that point to the table.",
                    "RISC-V IOMMU, in-memory queues: AV removes leaf entries only, unless NL is set",
                    List.of("walked-is-table"),
                    e -> e.decide("invalidation.leaf-only", (s, changed, b, c) -> 1)),
            fault(
                    "iotinval.illegal",
                    "An IOTINVAL has an opcode that is reserved; the unit stops there (cmd_ill) and does nothing that follows.",
                    "Linux only logs it",
                    List.of("no-deadlock"),
                    e -> e.decide("invalidation.opcode", (s, tag, b, c) -> 0)),
            fault(
                    "iofence.left-out",
                    "The driver waits until the head has passed its commands, without an IOFENCE.C behind them.",
                    "RISC-V IOMMU, in-memory queues: cqh says what was fetched, not what was done",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("wait.fenced", (s, a, b, c) -> 0)),
            fault(
                    "iofence.passes-commands",
                    "The unit completes an IOFENCE.C while commands before it are fetched and not executed.",
                    "RISC-V IOMMU, in-memory queues: a fence completes after all previous commands",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("fence.waits", (s, a, b, c) -> 0)),
            fault(
                    "dc.valid-when-detached",
                    "The context of a device that is taken away keeps V.",
                    "derived: RISC-V IOMMU, data structures: DC.V",
                    List.of("no-foreign-request", "no-foreign"),
                    e -> e.decide("context.valid", (s, q, b, c) -> 1)),
            new InjectedFault(
                    "dc.changed-while-valid",
                    "A device's context gets its new PSCID and tables in two stores, with V set.",
                    "RISC-V IOMMU, software guidelines: clear V, IODIR.INVAL_DDT, change, set V",
                    List.of("no-stale", "no-foreign"),
                    "step",
                    e -> e.drop(ASSIGN, "prepare-entry-0")),
            fault(
                    "dc.pscid-not-stored",
                    "A device gets the tables of its new space, and keeps the PSCID of the last one.",
                    "derived: translations of one space filed under the PSCID of another",
                    List.of("assigned-device-is-led", "no-foreign"),
                    e -> e.drop(ASSIGN, "prepare-entry-1")),
            fault(
                    "dc.bare",
                    "The context of any device but the first has the mode Bare in both stages: requests pass untranslated.",
                    "derived: Linux's identity domain, for a device that is to be translated",
                    List.of("no-foreign-request", "assigned-device-is-led"),
                    e -> e.decide("context.mode", (s, q, own, c) -> q == 0 ? own : PageTableEntry.BARE)));

    private static InjectedFault fault(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "operation", edit);
    }
}
