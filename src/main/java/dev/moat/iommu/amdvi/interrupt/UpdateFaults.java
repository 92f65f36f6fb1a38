package dev.moat.iommu.amdvi.interrupt;

import static dev.moat.iommu.amdvi.interrupt.InterruptFaults.AT_OPERATION;
import static dev.moat.iommu.amdvi.interrupt.InterruptFaults.AT_STEP;
import static dev.moat.iommu.amdvi.interrupt.InterruptFaults.DETACH;
import static dev.moat.iommu.amdvi.interrupt.InterruptFaults.IN_DOMAIN;
import static dev.moat.iommu.amdvi.interrupt.InterruptFaults.ROUTED;

import dev.moat.model.InjectedFault;
import java.util.List;

/**
 * Faults in changing an entry, mostly of 128 bits. {@code @source} the histories of Xen's
 * drivers/passthrough/amd/iommu_intr.c and of Linux's drivers/iommu/amd/iommu.c.
 */
final class UpdateFaults {
    private static final String MOVED = "moved-interrupt-arrives";
    private static final String MOVE = "move_vector";
    private static final String WRITE = "write-entry";
    private static final String HIGH = "write-high-half";

    private UpdateFaults() {}

    static final List<InjectedFault> ALL = List.of(
            new InjectedFault(
                    "entry.disabled-first",
                    "RemapEn of an entry in use is cleared before the store that changes it, so messages in between are aborted.",
                    "Linux e52d58d54a32 (2020), Xen b953a99da9 (2025): interrupts lost while affinity changes",
                    List.of(MOVED),
                    AT_STEP,
                    e -> e.decide("interrupt.disables-first", (s, device, b, c) -> 1)),
            new InjectedFault(
                    "entry.forgotten-before-change",
                    "The unit is made to forget an entry in use before the store that changes it, and not after it.",
                    "derived from Xen b953a99da9 (2025), which moved the flush behind the store with RemapEn left set",
                    List.of(IN_DOMAIN, ROUTED),
                    AT_STEP,
                    e -> e.moveBefore(MOVE, WRITE, "free-vector")),
            new InjectedFault(
                    "entry.enabled-by-any-change",
                    "A change sets RemapEn whatever it is: a device goes, and its entry is taken out of use in vain.",
                    "Linux before e52d58d54a32 (2020): modify_irte_ga sets the bit, for irte_ga_deactivate too",
                    List.of(DETACH),
                    AT_OPERATION,
                    e -> e.decide("interrupt.enabled", (s, device, is, moved) -> 1)),
            new InjectedFault(
                    "entry.disabled-by-change",
                    "An entry in use is rebuilt without RemapEn.",
                    "derived from Linux 26e495f34107 (2020), where it is the change back from a guest's entry",
                    List.of(ROUTED),
                    AT_OPERATION,
                    e -> e.decide("interrupt.enabled", (s, device, is, moved) -> moved == 1 ? 0 : is)),
            new InjectedFault(
                    "entry.destination-of-24-bits",
                    "Of a destination of 32 bits only the part is stored that the low half holds.",
                    "derived: AMD-Vi: XTEn has bits 31:24 in the high half",
                    List.of(IN_DOMAIN, ROUTED),
                    AT_OPERATION,
                    e -> e.decide("interrupt.destination", (s, device, id, c) -> id & 0xffffff)),
            new InjectedFault(
                    "half.changed-in-use",
                    "The halves of an entry are stored one after the other while RemapEn is set.",
                    "derived from XSA-347 (2020), which is of device table entries",
                    List.of(IN_DOMAIN),
                    AT_STEP,
                    e -> e.drop(MOVE, "disable-entry")),
            new InjectedFault(
                    "half.enabled-before-vector",
                    "The half with RemapEn is stored before the one with the vector.",
                    "derived from Xen b75623c506 (2019): fields of an entry stored one by one, RemapEn first",
                    List.of(IN_DOMAIN),
                    AT_STEP,
                    e -> e.moveBefore("attach_device", WRITE, HIGH).moveBefore(MOVE, WRITE, HIGH)),
            new InjectedFault(
                    "half.vector-cleared-first",
                    "Of an entry that is taken away the half with the vector is cleared before the one with RemapEn.",
                    "AMD-Vi: what RemapEn covers is in both halves; derived from the order of Xen's free_intremap_entry",
                    List.of(IN_DOMAIN),
                    AT_STEP,
                    e -> e.moveBefore("detach_device", "clear-high-half", "clear-entry")));
}
