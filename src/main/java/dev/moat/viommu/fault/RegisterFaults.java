package dev.moat.viommu.fault;

import dev.moat.model.InjectedFault;
import java.util.List;

/** Injected faults of the trap of register writes. */
public final class RegisterFaults {
    /** All of them. */
    public static final List<InjectedFault> ALL = List.of(
            new InjectedFault(
                    "registers.queue-in-one-go",
                    "One write of the tail executes as many descriptors as the guest has declared.",
                    "derived: Xen preempts its long hypercalls for that reason",
                    List.of("register-write-is-bounded"),
                    "operation",
                    e -> e.decide("registers.goes-on", (s, done, most, c) -> 1)),
            new InjectedFault(
                    "registers.memory-unchecked",
                    "The vIOMMU stores at any address that the guest names.",
                    "lantianyu/Xen, vvtd.c: the address of a status write is not checked",
                    List.of("status-stays-in-guest"),
                    "operation",
                    e -> e.decide("registers.memory-checked", (s, page, own, c) -> 1)),
            new InjectedFault(
                    "registers.reads-unchecked",
                    "The vIOMMU reads a guest's queue and tables at any address, without a check against guest memory.",
                    "derived: Xen reads a guest's descriptors and tables only in memory that the guest owns",
                    List.of("reads-stay-in-guest"),
                    "operation",
                    e -> e.decide("registers.reads-checked", (s, own, b, c) -> 1)));

    private RegisterFaults() {}
}
