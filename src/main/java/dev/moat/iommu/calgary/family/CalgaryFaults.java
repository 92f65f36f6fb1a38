package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.model.InjectedFault;
import java.util.List;

/** The injected faults of Calgary and its driver: where a bus is led, the rights of entries, the sequence that empties the cache. */
final class CalgaryFaults {
    private CalgaryFaults() {}

    private static final InjectedFault ABORTED = new InjectedFault(
            "blast.aborted",
            "The cache flush is abandoned before TAR is written, and the caller sees success.",
            "Linux pci-calgary_64.c: 'too many SoftStopFaults, aborting TCE cache flush sequence!'",
            List.of("no-stale"),
            "operation",
            e -> e.decide("blast.writes-tar", (s, bus, b, c) -> 0));
    private static final InjectedFault ALWAYS_WRITABLE = new InjectedFault(
            "tce.always-writable",
            "An entry for reading only is given the right to write.",
            "derived: Linux tce_build sets it unless the direction is to the device",
            List.of("no-foreign"),
            "operation",
            e -> e.decide("tce.rights", (s, wanted, b, c) -> Rights.ALL));

    private static final InjectedFault GIVES_UP = new InjectedFault(
            "blast.gives-up",
            "The poll of the split queue gives up, and TAR is written: a request in flight uses the old entry.",
            "Linux pci-calgary_64.c: 'PCI bus not quiesced, continuing anyway'",
            List.of("no-stale", "no-foreign"),
            "step",
            e -> e.decide("blast.polls-on", (s, bus, b, c) -> 0));
    private static final InjectedFault TRAFFIC_GOES_ON = new InjectedFault(
            "blast.traffic-goes-on",
            "The traffic is not stopped: a request accepted after the poll proceeds through a cached entry.",
            "derived: Linux pci-calgary_64.c stops arbitration before it polls the split queue",
            List.of("no-stale", "no-foreign", "stopped-traffic-goes-on"),
            "step",
            e -> e.decide("blast.stops", (s, bus, b, c) -> 0));
    private static final InjectedFault DAC_ENABLED = new InjectedFault(
            "bus.dac-enabled",
            "DAC_DISABLE is not set: an address of 4 GiB or more reaches memory as it is.",
            "derived: Linux calgary_enable_translation sets it with TCE_ENABLE",
            List.of("no-foreign", "no-foreign-request"),
            "operation",
            e -> e.decide("bus.config", (s, bus, config, c) -> config & ~(int) ConfigRw.DAC_DISABLE.mask()));
    private static final InjectedFault UNTRANSLATED = new InjectedFault(
            "bus.untranslated",
            "A bus is turned on without TCE_ENABLE: its devices reach memory at its own addresses.",
            "derived: Linux calgary_enable_translation; xen-devel, 2006: with these patches dom0 runs with translation enabled",
            List.of("no-foreign-request"),
            "operation",
            e -> e.decide("bus.config", (s, bus, config, c) -> config & ~(int) ConfigRw.TCE_ENABLE.mask()));
    private static final InjectedFault STAYS_ON = new InjectedFault(
            "bus.stays-on",
            "A bus that loses its device stays on, with its TAR at a table that is given up.",
            "derived: Linux calgary_disable_translation clears TCE_ENABLE before the table is freed",
            List.of("quarantine"),
            "operation",
            e -> e.decide("bus.config", (s, bus, config, c) -> config & ~(int) ConfigRw.SLOT_DISABLE.mask()));
    private static final InjectedFault SHARES_FIRST_TABLE = new InjectedFault(
            "bus.shares-first-table",
            "The TAR of every bus names the first table.",
            "derived: one TAR for each bus, which isolates buses only with a table for each",
            List.of("no-foreign"),
            "operation",
            e -> e.decide("bus.table", (s, bus, space, c) -> 0));
    private static final InjectedFault LITTLE_ENDIAN = new InjectedFault(
            "tce.little-endian",
            "An entry is stored in the CPU's byte order, which is not the chip's.",
            "derived: Linux tce_build stores cpu_to_be64(t)",
            List.of("live-mapping-is-readable"),
            "operation",
            e -> e.decide("tce.swaps", (s, a, b, c) -> 0));

    /** Under software whose programs let others act between the driver's steps. */
    static final List<InjectedFault> ALL =
            List.of(ABORTED, ALWAYS_WRITABLE, GIVES_UP, TRAFFIC_GOES_ON, UNTRANSLATED, STAYS_ON);

    /** Under software that is modelled call by call. */
    static final List<InjectedFault> CALLS = List.of(ABORTED, ALWAYS_WRITABLE, SHARES_FIRST_TABLE);

    /** Under a kernel's layer, whose programs let others act, too, and which has a table for each group. */
    static final List<InjectedFault> LAYER = List.of(
            ABORTED,
            ALWAYS_WRITABLE,
            GIVES_UP,
            TRAFFIC_GOES_ON,
            DAC_ENABLED,
            STAYS_ON,
            SHARES_FIRST_TABLE,
            LITTLE_ENDIAN);
}
