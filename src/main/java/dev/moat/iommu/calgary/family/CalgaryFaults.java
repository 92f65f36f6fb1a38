package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Rights;
import dev.moat.model.InjectedFault;
import java.util.List;

/** The injected faults of Calgary and its driver: the sequence that empties the cache, and the rights of entries. */
final class CalgaryFaults {
    private CalgaryFaults() {}

    static final List<InjectedFault> ALL = List.of(
            new InjectedFault(
                    "blast.gives-up",
                    "The poll of the split queue gives up, TAR is written all the same, and a request in flight brings an old"
                            + " entry back.",
                    "Linux pci-calgary_64.c: 'PCI bus not quiesced, continuing anyway'",
                    List.of("no-stale", "no-foreign"),
                    "step",
                    e -> e.decide("blast.polls-on", (s, bus, b, c) -> 0)),
            new InjectedFault(
                    "blast.aborted",
                    "The sequence is left without TAR being written, and its caller is told that it was.",
                    "Linux pci-calgary_64.c: 'too many SoftStopFaults, aborting TCE cache flush sequence!'",
                    List.of("no-stale", "no-foreign"),
                    "operation",
                    e -> e.decide("blast.writes-tar", (s, bus, b, c) -> 0)),
            new InjectedFault(
                    "tce.always-writable",
                    "An entry for reading only is given the right to write.",
                    "derived: Linux tce_build sets it unless the direction is to the device",
                    List.of("no-foreign"),
                    "operation",
                    e -> e.decide("tce.rights", (s, wanted, b, c) -> Rights.ALL)));
}
