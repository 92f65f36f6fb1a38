package dev.moat.viommu.program;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.viommu.record.FaultRecords;
import dev.moat.viommu.state.GuestLock;
import dev.moat.viommu.state.GuestUnits;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.List;
import java.util.Optional;

/**
 * The calls by which a vIOMMU comes and goes, as far as they change anything; their other errors are
 * {@link dev.moat.viommu.wrapper.ViommuCalls}'s. A second one is refused (E2BIG), and so is destroying one that has devices (EBUSY); at its
 * domain's end it goes with its devices, which are blocked first. A device that is attached to none reaches nothing.
 * {@code @source} xen-devel 2016, Discussion about virtual iommu support for Xen guest.
 */
public final class LifecycleOperations {
    private static final String REFUSES = "destroy.refuses";

    private final ViommuState state;
    private final ViommuSetting setting;
    private final GuestUnits guests;
    private final Upkeep upkeep;
    private final HotplugOperations hotplug;
    private final Optional<FaultRecords> records;
    private final ModelBuilder model;

    public LifecycleOperations(
            Whole whole, Upkeep upkeep, HotplugOperations hotplug, Optional<FaultRecords> records, ModelBuilder model) {
        state = whole.state();
        setting = state.setting;
        guests = whole.guests();
        this.upkeep = upkeep;
        this.hotplug = hotplug;
        this.records = records;
        this.model = model;
    }

    public void declare() {
        if (!setting.calls) {
            return;
        }
        OperationPlan create = upkeep.lock(new OperationPlan())
                .step(Step.of("check", this::checkNone).on(Outcome.FAIL, GuestLock.UNLOCK))
                .step(Step.of("reset", this::reset)
                        .asking(guests.queueDecisions())
                        .asking(asked(FaultRecords.OF_RESET)))
                .step(Step.of("publish", this::publish));
        operation("create_viommu", ViommuState.CREATE, create);
        // (guest, 1 when it has devices) to 1 when the vIOMMU is kept for that.
        Decision refuses = model.decision(REFUSES, (s, guest, hasDevices, c) -> hasDevices);
        OperationPlan destroy = upkeep.lock(new OperationPlan())
                .step(Step.of("check", (s, cpu) -> checkUnused(s, cpu, refuses))
                        .on(Outcome.FAIL, GuestLock.UNLOCK)
                        .asking(REFUSES))
                .step(Step.of("destroy", this::destroy).asking(asked(List.of(FaultRecords.ENDS))));
        operation("destroy_viommu", ViommuState.DESTROY, destroy);
        if (setting.ends) {
            Step destroyAll = Step.of("destroy", this::destroyWithDevices).asking(asked(List.of(FaultRecords.ENDS)));
            OperationPlan relinquish = upkeep.recall(hotplug.taking(upkeep.lock(new OperationPlan())))
                    .step(destroyAll);
            operation("relinquish_viommu", ViommuState.RELINQUISH, relinquish);
        }
    }

    /** Decisions of the records', where there are any. */
    private List<String> asked(List<String> decisions) {
        return records.isPresent() ? decisions : List.of();
    }

    private void operation(String name, int what, OperationPlan plan) {
        model.operation(new Operation(
                name,
                Actor.HYPERVISOR,
                List.of(new Argument("guest", setting.domains)),
                ModelBuilder.all(),
                (s, cpu, g, b, c, d, e) -> begin(s, cpu, g, what),
                upkeep.unlock(plan).steps(),
                null));
    }

    /**
     * A call that finds nothing to do returns its error at once, and is not an operation here. One that waits for the lock has not begun:
     * beginning and taking the lock are one transition, so that this is looked at under the lock.
     */
    private boolean begin(long[] s, int cpu, int guest, int what) {
        if (state.hasUnit(s, guest) == (what == ViommuState.CREATE)) {
            return false;
        }
        state.begin(s, cpu, guest, what);
        state.device.set(s, cpu, firstOf(guest));
        return true;
    }

    /** The passed-through device of the guest where it has one: it is the first. */
    private int firstOf(int guest) {
        int q = 0;
        while (setting.guestOf(q) != guest) {
            q++;
        }
        return q;
    }

    private int guest(long[] s, int cpu) {
        return (int) state.guest.get(s, cpu);
    }

    private int checkNone(long[] s, int cpu) {
        return state.hasUnit(s, guest(s, cpu)) ? Outcome.FAIL : Outcome.NEXT;
    }

    private int checkUnused(long[] s, int cpu, Decision refuses) {
        int guest = guest(s, cpu);
        boolean busy = refuses.decide(s, guest, state.hasDevices(s, guest) ? 1 : 0, 0) != 0;
        return busy || !state.hasUnit(s, guest) ? Outcome.FAIL : Outcome.NEXT;
    }

    /** Registers and caches of the new unit: translation is off, nothing is cached or recorded of what an earlier one had read. */
    private int reset(long[] s, int cpu) {
        state.te.set(s, guest(s, cpu), 0);
        records.ifPresent(it -> it.reset(s, guest(s, cpu)));
        guests.forgetEverything(s, cpu);
        return Outcome.NEXT;
    }

    /** The guest finds the unit, which has read nothing of its tables yet: it owes no invalidation of what it changed before. */
    private int publish(long[] s, int cpu) {
        int guest = guest(s, cpu);
        for (int i = 0; i < state.staleTable.size(); i++) {
            if (setting.guestOfSpace(i / setting.pages.size()) == guest) {
                state.staleTable.set(s, i, ViommuState.PAID);
            }
        }
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == guest) {
                state.staleEntry.set(s, q, ViommuState.PAID);
            }
        }
        state.setUnit(s, guest, true);
        return Outcome.NEXT;
    }

    private int destroy(long[] s, int cpu) {
        state.setUnit(s, guest(s, cpu), false);
        records.ifPresent(it -> it.end(s, guest(s, cpu)));
        return Outcome.NEXT;
    }

    private int destroyWithDevices(long[] s, int cpu) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (setting.guestOf(q) == guest(s, cpu)) {
                state.attached.set(s, q, 0);
            }
        }
        return destroy(s, cpu);
    }
}
