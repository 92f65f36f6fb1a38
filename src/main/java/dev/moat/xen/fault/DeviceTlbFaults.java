package dev.moat.xen.fault;

import static dev.moat.xen.device.DeviceOperations.DEASSIGN;
import static dev.moat.xen.fault.XenFaults.AT_OPERATION;
import static dev.moat.xen.fault.XenFaults.AT_STEP;
import static dev.moat.xen.fault.XenFaults.fault;
import static dev.moat.xen.grant.GrantOperations.UNMAP;

import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.xen.program.Asks;
import java.util.List;

/** The injected faults around devices that keep translations (PCIe ATS). */
public final class DeviceTlbFaults {
    private static final List<String> STEPS = List.of("queue-device-tlb", "queue-device-tlb-wait", "await-device-tlb");

    private DeviceTlbFaults() {}

    public static final List<InjectedFault> ALL = List.of(
            fault(
                    "unmap.no-device-tlb",
                    "Unmap invalidates the IOTLB, and the device keeps its translation.",
                    "derived: find_ats_dev_drhd finds none, and flush_dev_iotlb is 0",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> STEPS.forEach(step -> e.drop(UNMAP, step))),
            fault(
                    "unmap.device-tlb-first",
                    "Unmap has the device forget before the IOTLB, from which the device may have the same again.",
                    "the VT-d specification, 6.5.2.5: device TLBs are invalidated behind the IOTLB",
                    List.of("no-stale", "no-foreign"),
                    AT_STEP,
                    e -> STEPS.forEach(step -> e.moveBefore(UNMAP, step, "queue-invalidation"))),
            fault(
                    "unmap.device-tlb-not-awaited",
                    "Unmap tells the device to forget and does not wait for its answer.",
                    "derived: a wait that is behind the IOTLB's descriptor only",
                    List.of("nothing-lingers", "no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.drop(UNMAP, "await-device-tlb")),
            fault(
                    "deassign.ats-stays-on",
                    "A device that is taken away keeps ATS on, and its translations for the next owner.",
                    "derived from Xen 238deec7a6 (2010), since which a deassignment switches it off",
                    List.of("no-foreign", "no-foreign-request"),
                    AT_OPERATION,
                    e -> e.drop(DEASSIGN, "disable-ats")),
            fault(
                    "device-tlb.first-only",
                    "Only the first of a domain's devices gets the device-TLB invalidation.",
                    "derived from Xen f1b2ae8e6c (2011), before which the list of those that are told lacked a device",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide(Asks.DEVICE_TLB, (s, domain, from, device) -> from == 0 ? device : -1)),
            fault(
                    "device-tlb.timeout-is-success",
                    "A device that has not answered in time counts as one that has forgotten.",
                    "derived from Xen 1b39e1085c (2016), which hides the device and crashes its domain then, and"
                            + " from XSA-373 (2021), since which Xen waits for ever",
                    List.of("no-stale", "no-foreign"),
                    AT_STEP,
                    e -> e.decide("device-tlb.wait-outcome", (s, device, b, c) -> Outcome.NEXT)));
}
