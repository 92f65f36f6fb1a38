package dev.moat.pv.program;

import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.pv.state.Hardware;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Mappings;
import dev.moat.pv.state.PassedDevice;
import dev.moat.pv.state.Whole;
import dev.moat.state.Slots;
import java.util.List;

/**
 * A domain gets its device while it runs, and loses it: toolstack, Xen, pciback, pcifront and the driver in the order
 * that is right. Xen lets the domain map the device's memory, assigns the device and leads it to the domain's tables;
 * pcifront takes Xen-SWIOTLB if the kernel had not, and only then shows the device to drivers; the driver lets it
 * master the bus. The other way round the driver lets go of every mapping first, and of the device's memory; then the
 * device is seen no more, masters no bus, its memory is forbidden, it is led nowhere, is forgotten, and is nobody's.
 *
 * <p>{@code @source} Linux drivers/pci/xen-pcifront.c: {@code pcifront_connect_and_init_dma}, {@code
 * pcifront_detach_devices}; Xen drivers/passthrough/pci.c: {@code assign_device}, {@code deassign_device}; libxl_pci.c:
 * {@code xc_domain_iomem_permission} before and after.
 */
public final class PassThrough {
    public static final String ATTACH = "pci_attach";
    public static final String DETACH = "pci_detach";

    private final Whole whole;
    private final LayerState layer;
    private final PassedDevice device;
    private final Hardware hardware;
    private final Driver driver;

    /** What a driver does about a mapping when its device goes. */
    @FunctionalInterface
    public interface Driver {
        /** Ends a mapping; its buffer is the kernel's again. */
        void letGo(long[] s, int mapping);
    }

    public PassThrough(Whole whole, Driver driver) {
        this.whole = whole;
        this.driver = driver;
        layer = whole.state();
        device = layer.device;
        hardware = whole.hardware();
    }

    public void declare(ModelBuilder model) {
        if (layer.setting.passthrough) {
            operation(model, ATTACH, (s, cpu, a, b, c, d, e) -> beginAttach(s, cpu), attaching());
            operation(model, DETACH, (s, cpu, a, b, c, d, e) -> beginDetach(s, cpu), detaching());
        }
    }

    private static void operation(ModelBuilder model, String name, Operation.Start begin, List<Step> steps) {
        model.operation(new Operation(name, Actor.HYPERVISOR, List.of(), ModelBuilder.all(), begin, steps, null));
    }

    /** The kernel has booted, so that its pool, if it has one, was made; see {@code swiotlb_init}. */
    private boolean beginAttach(long[] s, int cpu) {
        if (device.isAssigned(s) || device.isSettling(s) || !layer.isReady(s)) {
            return false;
        }
        return layer.clearLocals(s, cpu);
    }

    private List<Step> attaching() {
        boolean iommu = hardware.hasIommu();
        return new OperationPlan()
                .step(Step.of("unsettle", (s, cpu) -> set(s, device.settling, 1))
                        .quietly())
                .stepIf(layer.setting.ioremap, () -> permission("permit-io-memory", true))
                .step(Step.of("assign", (s, cpu) -> set(s, device.assigned, 1)))
                .stepIf(
                        iommu,
                        () -> Step.of("lead", (s, cpu) -> nextPart(s, true)).asking(hardware.entryDecisions()))
                .stepIf(hardware.remembersAbsentEntry(), () -> Step.of("forget-absence", this::forgetAbsence))
                .step(Step.of("settle", (s, cpu) -> set(s, device.settling, 0)).quietly())
                .stepIf(layer.setting.late, () -> Step.of("take-layer", (s, cpu) -> set(s, device.layer, 1)))
                .step(Step.of("expose", (s, cpu) -> set(s, device.exposed, 1)))
                .step(Step.of("enable-mastering", (s, cpu) -> set(s, device.mastering, 1)))
                .steps();
    }

    /** Its driver has no coherent memory any more, and no other CPU is in the middle of something for it. */
    private boolean beginDetach(long[] s, int cpu) {
        if (!device.isDriven(s) || !device.isMastering(s) || isCoherentMemoryUsed(s)) {
            return false;
        }
        for (int other = 0; other < layer.pc.size(); other++) {
            if (layer.pc.get(s, other) != 0) {
                return false;
            }
        }
        return layer.clearLocals(s, cpu);
    }

    private boolean isCoherentMemoryUsed(long[] s) {
        for (int page = 0; page < layer.setting.gfns.size(); page++) {
            if (layer.use.get(s, page) == LayerState.COHERENT) {
                return true;
            }
        }
        return false;
    }

    private List<Step> detaching() {
        boolean iommu = hardware.hasIommu();
        return new OperationPlan()
                .step(Step.of("stop-driver", (s, cpu) -> set(s, device.stopping, 1)))
                .step(Step.of("unmap-all", this::unmapNext)
                        .asking("bounce.copies", "slots.in-one-segment", "slots.merged", "unmap.in-pool"))
                .stepIf(
                        layer.setting.ioremap,
                        () -> Step.of("unmap-io-memory", (s, cpu) -> {
                            layer.deviceMemory.unmap(s, 0);
                            return NEXT;
                        }))
                .step(Step.of("withdraw", (s, cpu) -> set(s, device.exposed, 0)))
                .step(Step.of("disable-mastering", (s, cpu) -> set(s, device.mastering, 0)))
                .step(Step.of("unsettle", (s, cpu) -> set(s, device.settling, 1))
                        .quietly())
                .stepIf(layer.setting.ioremap, () -> permission("forbid-io-memory", false))
                .stepIf(
                        iommu,
                        () -> Step.of("lead-nowhere", (s, cpu) -> nextPart(s, false))
                                .asking(hardware.entryDecisions()))
                .stepIf(iommu, () -> Step.of("forget-entry", this::forgetEntry))
                .stepIf(iommu, () -> Step.of("drain", this::drain).asking(hardware.flushDecisions()))
                .step(Step.of("release", this::release))
                .steps();
    }

    /** Xen's list changes; entries that a domain has stay, so the driver gives its own up before. */
    private Step permission(String name, boolean allows) {
        return Step.of(name, (s, cpu) -> {
            layer.deviceMemory.permit(s, allows);
            return NEXT;
        });
    }

    private static int set(long[] s, Slots flag, int value) {
        flag.set(s, 0, value);
        return NEXT;
    }

    private int nextPart(long[] s, boolean attach) {
        int now = (int) device.part.get(s, 0);
        if (attach) {
            hardware.lead(s, now);
            device.entryOwed.set(s, 0, hardware.remembersAbsentEntry() ? 1 : 0);
        } else {
            hardware.leadNowhere(s, now);
            device.entryOwed.set(s, 0, 1);
        }
        boolean last = now + 1 == hardware.entryStores();
        device.part.set(s, 0, last ? 0 : now + 1);
        return last ? NEXT : LOOP;
    }

    /** The driver is removed, and unmaps what it has mapped: one mapping after the other. */
    private int unmapNext(long[] s, int cpu) {
        for (int m = 0; m < whole.mappings().count(); m++) {
            if (!whole.mappings().is(s, m, Mappings.NONE)) {
                driver.letGo(s, m);
                return LOOP;
            }
        }
        return NEXT;
    }

    private int forgetAbsence(long[] s, int cpu) {
        hardware.forgetAbsentEntry(s);
        return set(s, device.entryOwed, 0);
    }

    private int forgetEntry(long[] s, int cpu) {
        hardware.forgetEntry(s);
        return set(s, device.entryOwed, 0);
    }

    private int drain(long[] s, int cpu) {
        hardware.flush(s);
        return NEXT;
    }

    private int release(long[] s, int cpu) {
        hardware.releaseTag(s);
        set(s, device.assigned, 0);
        set(s, device.stopping, 0);
        return set(s, device.settling, 0);
    }
}
