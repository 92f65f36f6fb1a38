package dev.moat.xen.fault;

import static dev.moat.xen.device.DeviceOperations.ASSIGN;
import static dev.moat.xen.device.DeviceOperations.DEASSIGN;

import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.xen.device.DeviceOperations;
import dev.moat.xen.state.UnityRange;
import java.util.List;

/** The injected faults around a unity range: memory of the firmware's that a device needs in any domain that has it. */
public final class UnityFaults {
    private static final String UNMAP = "unmap-unity";

    private UnityFaults() {}

    public static final List<InjectedFault> ALL = List.of(
            new InjectedFault(
                    "unity.mapped-after-entry",
                    "The range is mapped once the device's entry leads to the tables, and not before.",
                    "XSA-400, CVE-2022-26358 (2022): a device without the range that firmware needs",
                    List.of("own-frame-is-reachable"),
                    "step",
                    e -> e.moveBefore(ASSIGN, "map-unity", "settle")),
            new InjectedFault(
                    "unity.unmapped-before-entry",
                    "The device's unity range (IVMD) is taken out of the tables while the device is still led there.",
                    "XSA-400, CVE-2022-26358 (2022): a unity map taken away from an active device",
                    List.of("own-frame-is-reachable"),
                    "step",
                    e -> e.moveBefore(DEASSIGN, UNMAP, "context-clear")
                            .redirect(DEASSIGN, UNMAP, Outcome.DONE, "context-clear")),
            new InjectedFault(
                    "unity.begins-too-low",
                    "The range is entered together with the frame before it, as if another range began there and both were one.",
                    "XSA-378, CVE-2021-28695 (2021): ranges merged across the gap between them",
                    List.of("entry-follows-holds", "no-foreign"),
                    "operation",
                    e -> e.decide("unity.first", (s, frame, b, c) -> frame - 1)),
            new InjectedFault(
                    "unity.deassign-ends-with-it",
                    "A deassignment begins with the range, takes that for all that there was to do and returns; the device stays.",
                    "XSA-386, CVE-2021-28702 (2021): success taken for a reason to return",
                    List.of("own-frame-is-reachable"),
                    "operation",
                    e -> e.moveBefore(DEASSIGN, UNMAP, "context-clear")
                            .redirect(DEASSIGN, UNMAP, Outcome.NEXT, Step.END)
                            .redirect(DEASSIGN, UNMAP, Outcome.DONE, "context-clear")),
            new InjectedFault(
                    "unity.unmapped-with-any-device",
                    "The unity range (IVMD) goes from a domain's tables with any device that the domain loses.",
                    "XSA-378, CVE-2021-28696 (2021), the repair without a count: ranges are each device's own",
                    List.of("own-frame-is-reachable"),
                    "operation",
                    e -> e.decide("unity.clears", (s, device, b, c) -> 1)),
            new InjectedFault(
                    "unity.kept-when-deassigned",
                    "A domain that loses a device keeps the device's unity range (IVMD) in its tables.",
                    "XSA-378, CVE-2021-28696 (2021): guests kept mappings of firmware's memory",
                    List.of("entry-follows-holds"),
                    "operation",
                    e -> e.decide("unity.clears", (s, device, b, c) -> 0)),
            new InjectedFault(
                    "unity.left-by-failed-map",
                    "An assignment fails because the range could not be entered, but the range stays in the tables.",
                    "XSA-460, CVE-2024-31145 (2024): mapped before it was noted, and left by an error",
                    List.of("entry-follows-holds"),
                    "operation",
                    e -> e.decide(UnityRange.WRITES, (s, refused, b, c) -> 1)),
            new InjectedFault(
                    "unity.left-by-failed-assignment",
                    "An assignment that fails at the device's entry leaves the range in the tables.",
                    "derived from XSA-460, CVE-2024-31145 (2024): the undo of an assignment forgets the range",
                    List.of("entry-follows-holds"),
                    "step",
                    e -> e.redirect(ASSIGN, DeviceOperations.UNDO, Outcome.DONE, DeviceOperations.SETTLE)),
            new InjectedFault(
                    "unity.not-invalidated",
                    "The unity range (IVMD) is removed without an invalidation, although another device may have it cached.",
                    "derived: the domain was invalidated before, when it was still mapped",
                    List.of("no-stale", "no-foreign"),
                    "step",
                    e -> e.redirect(DEASSIGN, UNMAP, Outcome.NEXT, "detach")),
            new InjectedFault(
                    "unity.in-heap",
                    "The range is ordinary memory for the heap, which gives it to a guest.",
                    "derived from XSA-378, CVE-2021-28694 (2021): guests could do things to ranges that are firmware's",
                    List.of("free-is-unreachable"),
                    "operation",
                    e -> e.decide("unity.reserved", (s, a, b, c) -> 0)));
}
