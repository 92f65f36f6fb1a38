package dev.moat.viommu.fault;

import dev.moat.model.InjectedFault;
import java.util.List;

/** Seeded defects of the trap of register writes. {@code @source} fact sheet viommu, sections 3 and 4. */
public final class RegisterFaults {
    /** All of them. */
    public static final List<InjectedFault> ALL = List.of(
            new InjectedFault(
                    "registers.queue-in-one-go",
                    "One write of the tail executes as many descriptors as the guest has declared.",
                    "fact sheet viommu, VC3; Xen's long hypercalls are preempted for that",
                    List.of("register-write-is-bounded"),
                    "operation",
                    e -> e.decide("registers.goes-on", (s, done, most, c) -> 1)),
            new InjectedFault(
                    "registers.memory-unchecked",
                    "The vIOMMU stores at any address that the guest names.",
                    "vvtd drafts, V10: the address is not checked to be the guest's memory",
                    List.of("status-stays-in-guest"),
                    "operation",
                    e -> e.decide("registers.memory-checked", (s, page, own, c) -> 1)),
            new InjectedFault(
                    "registers.reads-unchecked",
                    "The vIOMMU reads a guest's queue and tables at any address, without a check against guest memory.",
                    "fact sheet viommu, VI9, and section 13: a descriptor must be memory that the domain owns",
                    List.of("reads-stay-in-guest"),
                    "operation",
                    e -> e.decide("registers.reads-checked", (s, own, b, c) -> 1)));

    private RegisterFaults() {}
}
