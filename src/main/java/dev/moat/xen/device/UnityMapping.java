package dev.moat.xen.device;

import static dev.moat.model.program.Outcome.DONE;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.UnityRange;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.Invalidation;
import dev.moat.xen.upkeep.Payment;
import java.util.List;

/**
 * The unity range of a device, in the tables of the domain that gets it before its entry leads there; and out of them, with an
 * invalidation of its own that is awaited, once its entry leads nowhere and the domain's translations are forgotten. {@code @source}
 * Xen 4.17 pci_amd_iommu.c, reassign_device: reserve the map, set up the device, unmap the source's.
 */
final class UnityMapping {
    private static final String UNMAP = "unmap-unity";

    private final XenState xen;
    private final Invalidation invalidation;

    UnityMapping(XenState xen, Invalidation invalidation) {
        this.xen = xen;
        this.invalidation = invalidation;
    }

    /** Of an assignment. */
    List<Step> mapping() {
        return new OperationPlan()
                .stepIf(
                        xen.unity.on(),
                        () -> Step.of("map-unity", this::map).quietly().claiming("allocate"))
                .part();
    }

    /**
     * Of a deassignment.
     *
     * @param then the step that goes on when it is done
     */
    List<Step> unmapping(String then) {
        return !xen.unity.on()
                ? List.of()
                : new OperationPlan()
                        .step(Step.of(UNMAP, this::unmap)
                                .asking(Asks.ENTRY)
                                .asking(UnityRange.CLEARS)
                                .claiming("clear-entry")
                                .on(DONE, then))
                        .at("payment", invalidation.paying(Payment.ofRemoval("unity", then)))
                        .part();
    }

    private int map(long[] s, int cpu) {
        int device = xen.devices.deviceOf((int) xen.deviceCall.requester.get(s, cpu));
        if (device == UnityRange.DEVICE) {
            xen.unity.map(s, (int) xen.operation.domain.get(s, cpu));
        }
        return NEXT;
    }

    /** DONE when nothing is to be taken out of the tables. */
    private int unmap(long[] s, int cpu) {
        int device = xen.devices.deviceOf((int) xen.deviceCall.requester.get(s, cpu));
        int domain = (int) xen.devices.assigned.get(s, device) - 1;
        if (domain < 0 || !xen.unity.goesWith(s, device)) {
            return DONE;
        }
        xen.operation.phase.set(s, cpu, Phase.NONE);
        return invalidation.entries().write(s, cpu, domain, xen.unity.frame(), 0) ? NEXT : DONE;
    }
}
