package dev.moat.xen.iospace;

import static dev.moat.xen.iospace.program.PassThrough.ATTACH;
import static dev.moat.xen.iospace.program.PassThrough.DETACH;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import java.util.List;
import java.util.function.Consumer;

/** Wrong orders of giving a device to a running domain and of taking it away, and frontends that are not asked. */
final class ToolstackFaults {
    private ToolstackFaults() {}

    private static final String READY = "exposed-device-is-ready";
    private static final String FRONTEND =
            "xen-devel 2006, Xen Calgary IOMMU support: integration with pci frontend and backend";
    private static final String TOOLSTACK =
            "xen-devel 2006, Xen Calgary IOMMU support: integration with management tools";
    private static final String GIVEN_BACK = "derived from XSA-302 (2019): what is given back may still write";
    private static final String FREE = "free-space";

    static final List<InjectedFault> ALL = List.of(
            between(
                    "attach.exposed-first",
                    "A domain sees a device before it is assigned.",
                    FRONTEND,
                    READY,
                    e -> e.moveBefore(ATTACH, "expose", "take-group")),
            between(
                    "attach.mastering-first",
                    "A device masters the bus before it is led to its domain's space.",
                    FRONTEND,
                    READY,
                    e -> e.moveBefore(ATTACH, "enable-mastering", "lead-group")),
            whole(
                    "attach.half-admitted",
                    "A toolstack assigns one of two devices with a shared requester ID; domain 0's driver keeps the other.",
                    TOOLSTACK,
                    READY,
                    e -> e.decide("attach.half-is-refused", (s, half, b, c) -> 0)),
            between(
                    "attach.exposed-before-space",
                    "A domain sees a device that is assigned to it, and that has no space yet.",
                    FRONTEND,
                    READY,
                    e -> e.moveBefore(ATTACH, "expose", "lead-group")),
            whole(
                    "detach.still-exposed",
                    "A device is taken away from a domain that goes on seeing it.",
                    TOOLSTACK,
                    READY,
                    e -> e.drop(DETACH, "withdraw")),
            whole(
                    "detach.still-mastering",
                    "An unassigned device may still master the bus.",
                    GIVEN_BACK,
                    READY,
                    e -> e.drop(DETACH, "disable-mastering")),
            between(
                    "detach.mastering-last",
                    "A device masters the bus while its requests are drained: there are always new ones.",
                    GIVEN_BACK,
                    READY,
                    e -> e.moveBefore(DETACH, "disable-mastering", FREE)),
            whole(
                    "detach.still-led",
                    "An unassigned device's entry still points to the domain's table.",
                    GIVEN_BACK,
                    "quarantine",
                    e -> e.drop(DETACH, "lead-nowhere")),
            between(
                    "detach.deassigned-first",
                    "A device becomes unassigned before its entry is cleared.",
                    GIVEN_BACK,
                    "quarantine",
                    e -> e.moveBefore(DETACH, FREE, "lead-nowhere")),
            between(
                    "detach.deassigned-before-drain",
                    "A device becomes unassigned, and its requests under the old space are drained only afterwards.",
                    GIVEN_BACK,
                    "flight-follows-assignment",
                    e -> e.moveBefore(DETACH, FREE, "ask-drain")),
            whole(
                    "detach.not-drained",
                    "A device becomes unassigned while its requests under the old space are in flight.",
                    GIVEN_BACK,
                    "nothing-lingers",
                    e -> e.redirect(DETACH, "clear-table", Outcome.NEXT, FREE)),
            whole(
                    "detach.frontend-not-asked",
                    "A device is taken away while its domain's frontend works with it.",
                    "Linux xen-pcifront.c, pcifront_detach_devices: drivers go first",
                    "frontend-has-its-device",
                    e -> e.decide("detach.frontend-is-done", (s, is, b, c) -> 1)),
            between(
                    "detach.without-lock",
                    "A device is detached by force during its driver's hypercall, so both change the space at once.",
                    FRONTEND,
                    "nothing-lingers",
                    e -> e.drop(DETACH, "lock-spaces")),
            whole(
                    "detach.relies-on-frontend",
                    "The right to master the bus is the frontend's driver's to give back, which one that has died does not.",
                    "derived: pciback resets what a dead domain leaves, xen_pcibk_reset_device",
                    READY,
                    e -> e.decide("detach.stops-mastering", (s, dead, b, c) -> 1 - dead)));

    private static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }

    private static InjectedFault between(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "step", edit);
    }
}
