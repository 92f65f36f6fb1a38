package dev.moat.pv.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** Wrong orders of giving a running domain its device and of taking it away. */
final class DeviceFaults {
    private static final String ATTACH = "pci_attach";
    private static final String DETACH = "pci_detach";
    private static final String EXPOSE = "expose";
    private static final String WITHDRAW = "withdraw";
    private static final String READY = "exposed-device-is-ready";
    private static final String MAPPED = "transfer-has-its-device";
    private static final String FRONTEND = "Linux xen-pcifront.c, pcifront_detach_devices: drivers go first";
    private static final String TOOLSTACK =
            "Xen libxl_pci.c: assigned before it is written to xenstore, deassigned last";
    private static final String LED = "derived from XSA-302 (2019): what is given back may still write";

    static final List<InjectedFault> ALL = List.of(
            between(
                    "attach.exposed-first",
                    "The domain sees the device before Xen has assigned it.",
                    TOOLSTACK,
                    READY,
                    e -> e.moveBefore(ATTACH, EXPOSE, "assign")),
            between(
                    "attach.mastering-first",
                    "The device masters the bus before Xen has assigned it.",
                    TOOLSTACK,
                    READY,
                    e -> e.moveBefore(ATTACH, "enable-mastering", "assign")),
            between(
                    "attach.layer-last",
                    "Drivers get the device before the kernel has taken Xen-SWIOTLB.",
                    "Linux xen-pcifront.c: pci_xen_swiotlb_init_late comes before the bus is scanned",
                    "direct-is-the-buffer",
                    e -> e.moveBefore(ATTACH, EXPOSE, "take-layer")),
            whole(
                    "attach.layer-left-out",
                    "A kernel that did not take Xen-SWIOTLB when it booted does not when it gets a device either.",
                    "Linux xen-pcifront.c: pci_xen_swiotlb_init_late",
                    "direct-is-the-buffer",
                    e -> e.drop(ATTACH, "take-layer")),
            whole(
                    "detach.driver-not-asked",
                    "The device is taken away, and its driver's mappings stay.",
                    FRONTEND,
                    MAPPED,
                    e -> e.drop(DETACH, "unmap-all")),
            between(
                    "detach.withdrawn-first",
                    "The device is not seen any more before its driver has let go.",
                    FRONTEND,
                    MAPPED,
                    e -> e.moveBefore(DETACH, WITHDRAW, "unmap-all")),
            whole(
                    "detach.io-memory-kept",
                    "A removed driver keeps its entry for the device's memory, and the device is unassigned.",
                    "derived: Linux drivers unmap their BARs when they are removed; Xen looks for no entries when it forbids device memory",
                    "iomap-follows-assignment",
                    e -> e.drop(DETACH, "unmap-io-memory")),
            whole(
                    "detach.io-memory-permitted",
                    "The device becomes unassigned, and Xen lets its last domain map the device's memory.",
                    "XSA-476, CVE-2025-58149 (2025): libxl leaves the permission for 64-bit memory BARs",
                    "iomap-follows-assignment",
                    e -> e.drop(DETACH, "forbid-io-memory")),
            whole(
                    "detach.still-exposed",
                    "The device becomes unassigned, and the domain still sees it.",
                    TOOLSTACK,
                    READY,
                    e -> e.drop(DETACH, WITHDRAW)),
            whole(
                    "detach.still-mastering",
                    "The unassigned device may still master the bus.",
                    LED,
                    READY,
                    e -> e.drop(DETACH, "disable-mastering")),
            between(
                    "detach.mastering-last",
                    "The device masters the bus while it is taken from the domain, and a little longer.",
                    LED,
                    READY,
                    e -> e.moveToEnd(DETACH, "disable-mastering")),
            whole(
                    "detach.still-led",
                    "The unassigned device's entry still points to the domain's tables.",
                    LED,
                    "quarantine",
                    e -> e.drop(DETACH, "lead-nowhere")),
            between(
                    "detach.released-first",
                    "The device becomes unassigned before its entry is cleared.",
                    LED,
                    "quarantine",
                    e -> e.moveBefore(DETACH, "release", "lead-nowhere")),
            whole(
                    "detach.entry-not-forgotten",
                    "The entry is cleared in memory, and the unit continues with its cached copy.",
                    "derived from XSA-302 (2019)",
                    "quarantine",
                    e -> e.drop(DETACH, "forget-entry")),
            whole(
                    "detach.not-drained",
                    "The device becomes unassigned while its requests are in flight.",
                    "derived from XSA-302 (2019); Xen domain_context_unmap_one flushes the IOTLB last",
                    "flight-follows-assignment",
                    e -> e.drop(DETACH, "drain")));

    private DeviceFaults() {}

    private static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }

    private static InjectedFault between(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "step", edit);
    }
}
