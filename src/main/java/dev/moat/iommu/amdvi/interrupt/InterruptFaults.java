package dev.moat.iommu.amdvi.interrupt;

import dev.moat.model.InjectedFault;
import java.util.List;

/** Faults of interrupt tables. {@code @source} AMDVI-IRTE, and the bugs that each fault names. */
final class InterruptFaults {
    static final String IN_DOMAIN = "interrupt-in-domain";
    static final String DETACH = "detach-leaves-no-interrupt";
    private static final String ONE_DEVICE = "index-is-one-devices";
    static final String ROUTED = "routed-interrupt-arrives";
    static final String AT_OPERATION = "operation";
    static final String AT_STEP = "step";

    private InterruptFaults() {}

    static final List<InjectedFault> ALL = List.of(
            new InjectedFault(
                    "table.shared",
                    "The device table entries of all devices lead to one table of interrupts.",
                    "XSA-36, CVE-2013-0153 (2013): one interrupt remapping table for all devices",
                    List.of(IN_DOMAIN, ONE_DEVICE),
                    AT_OPERATION,
                    e -> e.decide("interrupt.table", (s, device, b, c) -> 0)),
            new InjectedFault(
                    "table.length-too-large",
                    "The device table entry says that a table has twice the entries that it has (IntTabLen).",
                    "derived: AMD-Vi specification, DTE: an index is refused from 2^IntTabLen on",
                    List.of(IN_DOMAIN, ONE_DEVICE),
                    AT_OPERATION,
                    e -> e.decide("interrupt.length", (s, device, log2, c) -> log2 + 1)),
            new InjectedFault(
                    "table.never-invalidated",
                    "An entry is changed or removed without INVALIDATE_INTERRUPT_TABLE.",
                    "XSA-36, CVE-2013-0153 (2013), part 2: entries of devices that are gone",
                    List.of(IN_DOMAIN, DETACH),
                    AT_OPERATION,
                    e -> e.decide("interrupt.opcode", (s, device, b, c) -> 0)),
            new InjectedFault(
                    "table.first-device-invalidated",
                    "The command names the first device, whichever entry was changed.",
                    "derived from Xen's requestor ids of aliases, which have a table of their own",
                    List.of(IN_DOMAIN, DETACH),
                    AT_OPERATION,
                    e -> e.decide("interrupt.device-id", (s, device, b, c) -> 0)),
            new InjectedFault(
                    "table.invalidation-not-awaited",
                    "An index and a vector are free while the invalidation is still to be carried out.",
                    "derived from XSA-373, CVE-2021-28692 (2021), which is of translations",
                    List.of(IN_DOMAIN, DETACH),
                    AT_OPERATION,
                    e -> e.drop("detach_device", "await-table")),
            new InjectedFault(
                    "table.entry-stays",
                    "A device goes, and its entry stays as it was.",
                    "XSA-36, CVE-2013-0153 (2013), part 2: entries of devices that are gone",
                    List.of(DETACH),
                    AT_OPERATION,
                    e -> e.drop("detach_device", "clear-entry")),
            new InjectedFault(
                    "table.not-valid-when-detached",
                    "IV is cleared where a device goes, and its messages pass as they are.",
                    "AMD-Vi specification, DTE: IV = 0 passes interrupts on",
                    List.of(DETACH),
                    AT_OPERATION,
                    e -> e.decide("interrupt.stays-valid", (s, device, b, c) -> 0)),
            new InjectedFault(
                    "table.forwards",
                    "IntCtl has messages pass as they are.",
                    "AMD-Vi: IntCtl 1; derived from CVE-2011-1898 (2011), where compatibility format passes",
                    List.of(IN_DOMAIN, DETACH),
                    AT_OPERATION,
                    e -> e.decide("interrupt.control", (s, device, b, c) -> InterruptTables.FORWARD)),
            new InjectedFault(
                    "table.aborts",
                    "IntCtl has all messages aborted.",
                    "AMD-Vi specification, DTE: IntCtl 0, the value of an entry that was never set",
                    List.of(ROUTED),
                    AT_OPERATION,
                    e -> e.decide("interrupt.control", (s, device, b, c) -> InterruptTables.ABORT)));
}
