package dev.moat.xen.ats;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Port;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.program.StepNames;
import dev.moat.xen.state.XenState;
import java.util.List;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What follows an IOTLB invalidation that has been awaited: each device with ATS that is led to the domain's tables is told to forget, one
 * after the other, each with a wait of its own. Only then nothing is owed any more: before the IOTLB has forgotten, a device could
 * have the same again from there. {@code @source} Xen 4.21 vtd/qinval.c flush_iotlb_qi, vtd/x86/ats.c dev_invalidate_iotlb and
 * device_in_domain, which reads the context entry; a7f581ff45 (2016), one by one.
 */
public final class DeviceTlbFlush {
    private final XenState xen;
    private final boolean on;
    /** {@code device-tlb.next}: (domain, device from which on it is looked for, the next one of the domain, or -1) to the one that is told. */
    private final Decision next;
    /** {@code device-tlb.wait-outcome}: (device) to what follows when it does not answer in time, FAIL or NEXT. */
    private final Decision outcome;

    public DeviceTlbFlush(XenState xen, ModelBuilder model) {
        this.xen = xen;
        on = xen.hasDeviceTlbs();
        Decision found = (s, domain, from, device) -> device;
        next = on ? model.decision(Asks.DEVICE_TLB, found) : found;
        Decision fails = (s, device, b, c) -> FAIL;
        boolean ends = on && xen.setting.waitsTimeOut();
        outcome = ends ? model.decision("device-tlb.wait-outcome", fails) : fails;
    }

    /** The IOTLB has forgotten what an operation owed: that is all, or devices have to forget it, too. */
    public void paid(long[] s, int cpu) {
        int phase = (int) xen.operation.phase.get(s, cpu);
        if (on && phase != Phase.DETACHING && phase != Phase.ATTACHING) {
            xen.debt.owes.set(s, cpu, Debt.OWED);
        } else {
            xen.debt.settle(s, cpu);
        }
    }

    /**
     * The steps for the page of the entry that was changed; none where devices keep nothing.
     *
     * @param what names them
     * @param gaveUp the step that goes on when a wait is given up, or null to wait for ever
     */
    public List<Step> ofPage(String what, @Nullable String gaveUp) {
        ToIntBiFunction<long[], Integer> page =
                (s, cpu) -> isByPage() ? (int) xen.operation.frame.get(s, cpu) : Port.ALL_PAGES;
        return steps(what, gaveUp, new Range(page, page));
    }

    /** The same for all pages. */
    public List<Step> ofDomain(String what, @Nullable String gaveUp) {
        return steps(what, gaveUp, new Range((s, cpu) -> Port.ALL_PAGES, (s, cpu) -> Port.ALL_PAGES));
    }

    /** The same for the range that a batch owes, behind the wait for the unit's invalidation of it. */
    public List<Step> ofBatch() {
        return steps(
                "",
                null,
                new Range(
                        (s, cpu) -> isByPage() && !xen.batch.isDomainWide(s, cpu)
                                ? xen.batch.outermostDebt(s, cpu, false)
                                : Port.ALL_PAGES,
                        (s, cpu) -> xen.batch.outermostDebt(s, cpu, true)));
    }

    private boolean isByPage() {
        return xen.capabilities.asking().smallest() == Reach.PAGES;
    }

    /** The first and the last page that devices are told of, by CPU. */
    private record Range(ToIntBiFunction<long[], Integer> first, ToIntBiFunction<long[], Integer> last) {}

    private List<Step> steps(String what, @Nullable String gaveUp, Range range) {
        if (!on) {
            return List.of();
        }
        boolean ends = gaveUp != null && xen.setting.waitsTimeOut();
        String tell = StepNames.of("queue", what, "device-tlb");
        Step await = Step.of(StepNames.of("await", what, "device-tlb"), (s, cpu) -> await(s, cpu, ends))
                .asking(Asks.DEVICE_TLB)
                .quietly()
                .on(LOOP, tell);
        if (gaveUp != null && ends) {
            await = await.asking("device-tlb.wait-outcome").on(FAIL, gaveUp);
        }
        return List.of(
                Step.of(tell, (s, cpu) -> tell(s, cpu, range))
                        .asking(Asks.DEVICE_TLB, "invalidation.device-range", "invalidation.mask"),
                Step.of(StepNames.of("queue", what, "device-tlb", "wait"), this::announce)
                        .asking("wait.number"),
                await,
                Step.of(StepNames.of("settle", what, "debt"), this::settle).quietly());
    }

    /** The next device of the domain, by the device entries as they are now, or -1. */
    private int next(long[] s, int cpu) {
        int domain = (int) xen.operation.domain.get(s, cpu);
        int from = (int) xen.debt.told.get(s, cpu);
        int found = from;
        while (found < xen.devices.requesters.size()
                && !(xen.entries.isDeviceTlbEnabled(s, found)
                        && xen.entries.leadsTo(s, found, xen.domainTables.space(domain)))) {
            found++;
        }
        return next.decide(s, domain, from, found < xen.devices.requesters.size() ? found : -1);
    }

    /** Nobody is told where nothing is owed, or no device is left. */
    private int tell(long[] s, int cpu, Range range) {
        int device = xen.debt.owes.get(s, cpu) == Debt.NOTHING ? -1 : next(s, cpu);
        if (device < 0) {
            xen.debt.told.set(s, cpu, 0);
            return NEXT;
        }
        if (!port(device).askDevice(s, cpu, device, range.first.applyAsInt(s, cpu), range.last.applyAsInt(s, cpu))) {
            return BLOCKED;
        }
        xen.debt.told.set(s, cpu, device + 1L);
        return NEXT;
    }

    private Port port(int device) {
        return xen.iommu.port(xen.iommu.unitOf(device));
    }

    private int told(long[] s, int cpu) {
        return (int) xen.debt.told.get(s, cpu) - 1;
    }

    private int announce(long[] s, int cpu) {
        return told(s, cpu) < 0 || port(told(s, cpu)).announce(s, cpu) ? NEXT : BLOCKED;
    }

    /** LOOP when another device has to be told. */
    private int await(long[] s, int cpu, boolean ends) {
        if (told(s, cpu) < 0) {
            return NEXT;
        }
        if (!port(told(s, cpu)).isDone(s, cpu)) {
            return ends && xen.environment.isStalled(s) ? giveUp(s, cpu) : BLOCKED;
        }
        if (next(s, cpu) >= 0) {
            return LOOP;
        }
        xen.debt.told.set(s, cpu, 0);
        return NEXT;
    }

    /**
     * A device that has not answered in time has its ATS switched off; the domain is crashed by whoever called. {@code @source} Xen
     * 1b39e1085c (2016), iommu_dev_iotlb_flush_timeout; since XSA-373 nothing comes here.
     */
    private int giveUp(long[] s, int cpu) {
        int result = outcome.decide(s, told(s, cpu), 0, 0);
        if (result == FAIL) {
            xen.entries.enableDeviceTlb(s, told(s, cpu), false);
        }
        xen.debt.told.set(s, cpu, 0);
        return result;
    }

    private int settle(long[] s, int cpu) {
        xen.debt.settle(s, cpu);
        return NEXT;
    }
}
