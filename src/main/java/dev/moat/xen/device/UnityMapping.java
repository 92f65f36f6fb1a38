package dev.moat.xen.device;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
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
    /** The step of an assignment that has failed: see {@link #undoing}. */
    static final String UNDO = "undo-unity";

    private final XenState xen;
    private final Invalidation invalidation;

    UnityMapping(XenState xen, Invalidation invalidation) {
        this.xen = xen;
        this.invalidation = invalidation;
    }

    /**
     * Of an assignment.
     *
     * @param refused the step that goes on when the IOMMU code refuses
     */
    List<Step> mapping(String refused) {
        Step map = Step.of("map-unity", this::map).asking(UnityRange.ENTERING).claiming("allocate");
        return new OperationPlan()
                .stepIf(xen.unity.on(), () -> xen.environment.on() ? map.on(FAIL, refused) : map.quietly())
                .part();
    }

    /**
     * Of an assignment that has failed: as a deassignment does, for other devices of the domain may have it cached. {@code @source}
     * Xen beadd68b54 (2024, XSA-460): what an assignment has mapped goes with its failure.
     *
     * @param then the step that goes on when it is done
     */
    List<Step> undoing(String then) {
        return leaving(Step.of(UNDO, this::undo), then);
    }

    /**
     * Of a deassignment.
     *
     * @param then the step that goes on when it is done
     */
    List<Step> unmapping(String then) {
        return leaving(Step.of(UNMAP, this::unmap).asking(UnityRange.CLEARS), then);
    }

    private List<Step> leaving(Step first, String then) {
        return !xen.unity.on()
                ? List.of()
                : new OperationPlan()
                        .step(first.asking(Asks.ENTRY).claiming("clear-entry").on(DONE, then))
                        .at("payment", invalidation.paying(Payment.ofRemoval("unity", then)))
                        .part();
    }

    private int device(long[] s, int cpu) {
        return xen.devices.deviceOf((int) xen.deviceCall.requester.get(s, cpu));
    }

    /** FAIL when the IOMMU code refuses, and nothing is mapped. */
    private int map(long[] s, int cpu) {
        if (device(s, cpu) != UnityRange.DEVICE) {
            return NEXT;
        }
        boolean refused = xen.environment.iommuFails(s);
        if (refused) {
            xen.operation.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
        }
        xen.unity.map(s, (int) xen.operation.domain.get(s, cpu), refused);
        return refused ? FAIL : NEXT;
    }

    /** DONE when the range was not mapped. */
    private int undo(long[] s, int cpu) {
        int domain = (int) xen.operation.domain.get(s, cpu);
        boolean mapped = device(s, cpu) == UnityRange.DEVICE && xen.unity.holder.get(s, 0) == domain + 1L;
        return mapped ? leave(s, cpu, domain) : DONE;
    }

    /** DONE when nothing is to be taken out of the tables. */
    private int unmap(long[] s, int cpu) {
        int device = device(s, cpu);
        int domain = (int) xen.devices.assigned.get(s, device) - 1;
        return domain < 0 || !xen.unity.goesWith(s, device) ? DONE : leave(s, cpu, domain);
    }

    private int leave(long[] s, int cpu, int domain) {
        xen.operation.phase.set(s, cpu, Phase.NONE);
        return invalidation.entries().write(s, cpu, domain, xen.unity.frame(), 0) ? NEXT : DONE;
    }
}
