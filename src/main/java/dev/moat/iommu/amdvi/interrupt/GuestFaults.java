package dev.moat.iommu.amdvi.interrupt;

import static dev.moat.iommu.amdvi.interrupt.InterruptFaults.AT_OPERATION;
import static dev.moat.iommu.amdvi.interrupt.InterruptFaults.IN_DOMAIN;
import static dev.moat.iommu.amdvi.interrupt.InterruptFaults.ROUTED;

import dev.moat.model.InjectedFault;
import java.util.List;

/** Seeded defects of entries that post to guests. {@code @source} Linux drivers/iommu/amd/iommu.c and its history. */
final class GuestFaults {
    private static final String ENABLED = "guest.enabled";

    private GuestFaults() {}

    static final List<InjectedFault> ALL = List.of(
            new InjectedFault(
                    "guest.root-of-another",
                    "The entry that posts names the virtual APIC of another guest.",
                    "derived from XSA-36 (2013), which is of tables",
                    List.of(IN_DOMAIN, ROUTED),
                    AT_OPERATION,
                    e -> e.decide("guest.root", (s, device, guests, c) -> (device + 1) % guests)),
            new InjectedFault(
                    "guest.activated-disabled",
                    "A posted entry is rebuilt without RemapEn.",
                    "Linux e97685abd5d7 (2020): amd_iommu_activate_guest_mode",
                    List.of(ROUTED),
                    AT_OPERATION,
                    e -> e.decide(ENABLED, (s, device, posted, c) -> posted == 1 ? 0 : 1)),
            new InjectedFault(
                    "guest.deactivated-disabled",
                    "An entry that stops posting is rebuilt without RemapEn.",
                    "Linux 26e495f34107 (2020): amd_iommu_deactivate_guest_mode",
                    List.of(ROUTED),
                    AT_OPERATION,
                    e -> e.decide(ENABLED, (s, device, posted, c) -> posted)),
            new InjectedFault(
                    "guest.root-stays",
                    "The entry that posts no longer keeps the address of the virtual APIC, which is reserved then.",
                    "AMD-Vi: bits 115:76 without GuestMode; derived from what Linux clears there",
                    List.of(ROUTED),
                    AT_OPERATION,
                    e -> e.decide("guest.clears-root", (s, device, b, c) -> 0)));
}
