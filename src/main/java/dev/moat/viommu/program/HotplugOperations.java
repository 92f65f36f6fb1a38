package dev.moat.viommu.program;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.viommu.state.GuestLock;
import dev.moat.viommu.state.HostUnit;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.List;

/**
 * Devices that come and go. What comes finds its shadow ready before the physical entry leads there; what goes is led nowhere, and
 * everything cached is forgotten before it is nobody's. One whose device model has an answer in hand is not quiet, and stays (EBUSY).
 */
public final class HotplugOperations {
    private static final String NEEDS_UNIT = "attach.needs-unit";

    private final ViommuState state;
    private final ViommuSetting setting;
    private final HostUnit host;
    private final Upkeep upkeep;
    private final ModelBuilder model;
    /** {@code attach.needs-unit}: (guest, 1 when it has a vIOMMU) to 1 when a device may be attached to it. */
    private final Decision needsUnit;

    /** What the physical unit is asked or told by, and whether that could be done now. */
    private interface Asking {
        boolean goesOn(long[] s, int cpu);
    }

    public HotplugOperations(Whole whole, Upkeep upkeep, ModelBuilder model) {
        state = whole.state();
        setting = state.setting;
        host = whole.host();
        this.upkeep = upkeep;
        this.model = model;
        needsUnit = model.decision(NEEDS_UNIT, (s, guest, has, c) -> has);
    }

    public void declare() {
        if (!setting.hotplug) {
            return;
        }
        int stores = host.unit.entries().stores();
        if (stores > 1 << state.page.width()) {
            throw new BadSettingException(
                    "pages", "pages must be 2 where a device's entry takes " + stores + " stores");
        }
        List<Argument> device = List.of(new Argument("device", setting.devices));
        List<String> asked = host.unit.entries().entryDecisions();
        OperationPlan attach = upkeep.lock(new OperationPlan())
                .step(Step.of("plug", this::plug)
                        .on(Outcome.FAIL, GuestLock.UNLOCK)
                        .asking(NEEDS_UNIT));
        upkeep.insert(attach).step(Step.of("lead", this::lead).asking(asked));
        if (host.unit.duty().remembersAbsentEntry()) {
            forgetAbsence(attach);
        }
        Operation.Start attaching = (s, cpu, q, b, c, d, e) -> begin(s, cpu, q, ViommuState.ATTACH);
        operation("attach_device", device, attaching, upkeep.unlock(attach).steps());
        OperationPlan detach =
                taking(upkeep.refuseInUse(upkeep.lock(new OperationPlan()))).step(Step.of("unplug", this::unplug));
        Operation.Start detaching = (s, cpu, q, b, c, d, e) -> begin(s, cpu, q, ViommuState.DETACH);
        operation("detach_device", device, detaching, upkeep.unlock(detach).steps());
    }

    /** Takes everything from the device that the operation is about, and, where it is about all of a guest's, from these. */
    OperationPlan taking(OperationPlan locked) {
        OperationPlan plan = locked.step(Step.of("lead-nowhere", this::leadNowhere)
                .asking(host.unit.entries().entryDecisions()));
        upkeep.clear(plan).step(Step.of("ask-entry", this::askEntry));
        return upkeep.flush(plan);
    }

    /** A unit that caches entries whatever they say may have cached that the device was led nowhere. */
    private void forgetAbsence(OperationPlan plan) {
        plan.step(Step.of("ask-absence", (s, cpu) -> ofPassed(s, cpu, this::askAbsence)))
                .step(Step.of("announce-absence", (s, cpu) -> ofPassed(s, cpu, host.port()::announce)))
                .step(Step.of("await-absence", (s, cpu) -> ofPassed(s, cpu, host.port()::isDone)));
    }

    private void operation(String name, List<Argument> arguments, Operation.Start start, List<Step> steps) {
        model.operation(new Operation(name, Actor.HYPERVISOR, arguments, ModelBuilder.all(), start, steps, null));
    }

    /** The toolstack does one thing to a device at a time. */
    private boolean begin(long[] s, int cpu, int device, int what) {
        if (state.attached.get(s, device) != (what == ViommuState.DETACH ? 1 : 0) || isMoving(s, device)) {
            return false;
        }
        state.begin(s, cpu, setting.guestOf(device), what);
        state.device.set(s, cpu, device);
        return true;
    }

    private boolean isMoving(long[] s, int device) {
        for (int cpu = 0; cpu < setting.cpus.size(); cpu++) {
            if (state.pc.get(s, cpu) != 0
                    && (state.what.get(s, cpu) == ViommuState.ATTACH || state.what.get(s, cpu) == ViommuState.DETACH)
                    && state.device.get(s, cpu) == device) {
                return true;
            }
        }
        return false;
    }

    private int device(long[] s, int cpu) {
        return (int) state.device.get(s, cpu);
    }

    /** ENODEV where there is no unit. */
    private int plug(long[] s, int cpu) {
        int guest = setting.guestOf(device(s, cpu));
        if (needsUnit.decide(s, guest, state.hasUnit(s, guest) ? 1 : 0, 0) == 0) {
            return Outcome.FAIL;
        }
        state.attached.set(s, device(s, cpu), 1);
        return Outcome.NEXT;
    }

    private int lead(long[] s, int cpu) {
        if (setting.isVirtual(device(s, cpu))) {
            return Outcome.NEXT;
        }
        return store(s, cpu, true);
    }

    private int leadNowhere(long[] s, int cpu) {
        if (setting.isVirtual(device(s, cpu))) {
            return Outcome.NEXT;
        }
        return store(s, cpu, false);
    }

    /** One store of the entry after the other. */
    private int store(long[] s, int cpu, boolean somewhere) {
        int part = (int) state.page.get(s, cpu);
        if (somewhere) {
            host.lead(s, device(s, cpu), part);
        } else {
            host.leadNowhere(s, device(s, cpu), part);
        }
        host.unit.visibility().writeBackEntry(s, device(s, cpu));
        boolean more = part + 1 < host.unit.entries().stores();
        state.page.set(s, cpu, more ? part + 1L : 0);
        return more ? Outcome.LOOP : Outcome.NEXT;
    }

    private int askEntry(long[] s, int cpu) {
        int device = device(s, cpu);
        if (setting.isVirtual(device)) {
            return Outcome.NEXT;
        }
        return host.port().askEntry(s, cpu, host.tagOf(s, device), device) ? Outcome.NEXT : Outcome.BLOCKED;
    }

    private boolean askAbsence(long[] s, int cpu) {
        int tag = host.unit.duty().tagOfAbsence(host.tagOf(s, device(s, cpu)));
        return host.port().askEntry(s, cpu, tag, device(s, cpu));
    }

    /** Of a virtual device the physical unit is asked nothing. */
    private int ofPassed(long[] s, int cpu, Asking asking) {
        return setting.isVirtual(device(s, cpu)) || asking.goesOn(s, cpu) ? Outcome.NEXT : Outcome.BLOCKED;
    }

    private int unplug(long[] s, int cpu) {
        state.attached.set(s, device(s, cpu), 0);
        return Outcome.NEXT;
    }
}
