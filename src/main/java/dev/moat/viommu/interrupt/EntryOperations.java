package dev.moat.viommu.interrupt;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.viommu.state.GuestLock;
import java.util.ArrayList;
import java.util.List;

/**
 * What Xen does to the host's entries of passed-through devices: writes one where a device comes, writes it anew where its guest has its own
 * invalidated, takes it away where the device goes; and has the physical unit forget what it was before the guest sees its wait done, or
 * the index is given to another.
 */
final class EntryOperations {
    private final InterruptState state;
    private final InterruptSetting setting;
    private final HostTable host;
    private final ModelBuilder model;
    /** {@code binding.refreshes}: (guest) to 1 when its invalidation reaches the host's entry. */
    private final Decision refreshes;
    /** {@code entry.stores-at-once}: to 1 when both words of an entry are one store. */
    private final Decision storesAtOnce;
    /** {@code iec.asked}: (index) to 1 when the unit is asked to forget what was there. */
    private final Decision asks;

    EntryOperations(InterruptState state, HostTable host, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.host = host;
        this.model = model;
        refreshes = model.decision("binding.refreshes", (s, guest, b, c) -> 1);
        storesAtOnce = model.decision("entry.stores-at-once", (s, a, b, c) -> 1);
        asks = model.decision("iec.asked", (s, index, b, c) -> 1);
    }

    /** Nothing where no device is passed through: for virtual ones Xen reads the guest's entry each time, and keeps nothing. */
    void declare() {
        if (!setting.passesDevices()) {
            return;
        }
        Argument row = new Argument("row", setting.rows);
        OperationPlan refresh = locked().step(writing("refresh", this::refresh)
                .asking("binding.refreshes")
                .claiming("set-entry"));
        forgetting(refresh).step(Step.of("complete", this::complete));
        operation(
                "invalidate_entry",
                Actor.GUEST,
                List.of(new Argument("guest", setting.domains), row),
                (s, cpu, g, at, c, d, e) -> beginInvalidation(s, cpu, g, at),
                refresh);
        if (!setting.hotplug) {
            return;
        }
        List<Argument> device = List.of(new Argument("device", setting.devices));
        OperationPlan attach = locked().step(Step.of("allocate", this::allocate)
                .on(Outcome.FAIL, GuestLock.UNLOCK)
                .claiming("allocate"));
        attach.step(writing("write-entry", this::write).claiming("set-entry"));
        operation("attach_device", Actor.HYPERVISOR, device, (s, cpu, q, b, c, d, e) -> begin(s, cpu, q, 0), attach);
        OperationPlan detach = locked().step(Step.of("clear-entry", this::clear).claiming("clear-entry"));
        forgetting(detach).step(Step.of("free-index", this::free).claiming("free"));
        operation("detach_device", Actor.HYPERVISOR, device, (s, cpu, q, b, c, d, e) -> begin(s, cpu, q, 1), detach);
        keep();
    }

    /** What an entry that is written or cleared rests on: who does it has a device with an index. */
    private void keep() {
        model.schema().keeps("attached devices of the host have an index", this::areIndexed);
        List<Integer> steps = new ArrayList<>();
        int number = 1;
        for (Operation op : model.operations()) {
            boolean indexed = op.name().equals("detach_device");
            for (Step step : op.steps()) {
                indexed |= op.name().equals("attach_device") && step.name().equals("write-entry");
                indexed &= !step.name().equals(GuestLock.UNLOCK);
                if (indexed) {
                    steps.add(number);
                }
                number++;
            }
        }
        List<Integer> needs = List.copyOf(steps);
        for (int cpu = 0; cpu < setting.cpus.size(); cpu++) {
            int one = cpu;
            String who = setting.cpus.size() == 1 ? "" : " by " + setting.cpus.label(cpu);
            model.schema()
                    .keepsAtSteps("devices that are moved" + who + " have an index", s -> isIndexed(s, one, needs));
        }
    }

    private boolean areIndexed(long[] s) {
        boolean all = true;
        for (int q = 0; q < setting.devices.size(); q++) {
            all &= setting.isVirtual(q) || state.attached.get(s, q) == 0 || state.index.get(s, q) != 0;
        }
        return all;
    }

    private boolean isIndexed(long[] s, int cpu, List<Integer> steps) {
        boolean moves = false;
        for (int i = 0; i < steps.size(); i++) {
            moves |= state.pc.get(s, cpu) == steps.get(i);
        }
        int q = device(s, cpu);
        return !moves || (state.attached.get(s, q) == 1 && state.index.get(s, q) != 0);
    }

    private void operation(
            String name, Actor actor, List<Argument> arguments, Operation.Start start, OperationPlan plan) {
        model.operation(new Operation(
                name,
                actor,
                arguments,
                ModelBuilder.all(),
                start,
                state.guestLock.drop(plan).steps(),
                null));
    }

    private OperationPlan locked() {
        return state.guestLock.take(new OperationPlan());
    }

    private Step writing(String name, dev.moat.model.StepCode code) {
        Step step = Step.of(name, code).asking(Remapping.ASKED).asking("entry.stores-at-once", "host.verifies");
        return setting.silences ? step.asking(Remapping.SILENT, HostTable.SILENCE_FOLLOWS) : step;
    }

    private OperationPlan forgetting(OperationPlan plan) {
        return plan.step(Step.of("ask", this::ask).asking("iec.asked").claiming("submit"))
                .step(Step.of("await", this::await).claiming("acknowledge"));
    }

    private boolean beginInvalidation(long[] s, int cpu, int guest, int row) {
        for (int other = 0; other < setting.cpus.size(); other++) {
            if (state.runsFor(s, other, guest)) {
                return false;
            }
        }
        if (state.stale.get(s, guest, row) != InterruptState.CHANGED) {
            return false;
        }
        state.begin(s, cpu, guest, firstOf(guest), row);
        return true;
    }

    private int firstOf(int guest) {
        return guest * (setting.devices.size() / setting.domains.size());
    }

    private boolean begin(long[] s, int cpu, int device, int attached) {
        if (setting.isVirtual(device) || state.attached.get(s, device) != attached || state.isMoving(s, device)) {
            return false;
        }
        state.begin(s, cpu, setting.guestOf(device), device, 0);
        state.moves.set(s, cpu, 1);
        return true;
    }

    private int device(long[] s, int cpu) {
        return (int) state.device.get(s, cpu);
    }

    /** The guest's invalidation: what it asks to be forgotten is being paid from now on. */
    private int refresh(long[] s, int cpu) {
        int guest = (int) state.guest.get(s, cpu);
        int row = (int) state.place.get(s, cpu);
        if (state.stale.get(s, guest, row) == InterruptState.CHANGED) {
            state.stale.set(s, guest, row, InterruptState.BEING_PAID);
        }
        int device = device(s, cpu);
        boolean concerned = !setting.isVirtual(device)
                && setting.isPosted(device)
                && row == 0
                && state.index.get(s, device) != 0
                && refreshes.decide(s, guest, 0, 0) == 1;
        return concerned ? write(s, cpu) : Outcome.NEXT;
    }

    private int allocate(long[] s, int cpu) {
        for (int index = 0; index < setting.indices.size(); index++) {
            if (isFree(s, index)) {
                state.attached.set(s, device(s, cpu), 1);
                state.index.set(s, device(s, cpu), index + 1L);
                return Outcome.NEXT;
            }
        }
        return Outcome.FAIL;
    }

    private boolean isFree(long[] s, int index) {
        for (int q = 0; q < setting.devices.size(); q++) {
            if (state.index.get(s, q) == index + 1) {
                return false;
            }
        }
        return true;
    }

    /** Writes the entry of the device's index where it is not what it is to be. */
    private int write(long[] s, int cpu) {
        int device = device(s, cpu);
        int index = (int) state.index.get(s, device) - 1;
        int part = (int) state.part.get(s, cpu);
        boolean same = host.word(s, index, 0) == host.wanted(s, device, 0)
                && host.word(s, index, 1) == host.wanted(s, device, 1);
        if (part == 0 && same) {
            return Outcome.NEXT;
        }
        if (state.moves.get(s, cpu) == 0) {
            // Where a device comes the entry was absent, and what is absent is not cached.
            state.owed.set(s, cpu, 1L << index);
        }
        host.store(s, index, part, host.wanted(s, device, part));
        if (part == 0 && storesAtOnce.decide(s, 0, 0, 0) == 0) {
            state.part.set(s, cpu, 1);
            return Outcome.LOOP;
        }
        host.store(s, index, 1, host.wanted(s, device, 1));
        state.part.set(s, cpu, 0);
        return Outcome.NEXT;
    }

    private int clear(long[] s, int cpu) {
        int index = (int) state.index.get(s, device(s, cpu)) - 1;
        host.store(s, index, 0, 0);
        host.store(s, index, 1, 0);
        state.owed.set(s, cpu, 1L << index);
        return Outcome.NEXT;
    }

    private int ask(long[] s, int cpu) {
        for (int index = 0; index < setting.indices.size(); index++) {
            boolean owed = (state.owed.get(s, cpu) >>> index & 1) != 0;
            if (owed && asks.decide(s, index, 0, 0) == 1) {
                state.asked.set(s, index, 1);
                state.awaited.set(s, cpu, state.awaited.get(s, cpu) | 1L << index);
            }
        }
        return Outcome.NEXT;
    }

    private int await(long[] s, int cpu) {
        for (int index = 0; index < setting.indices.size(); index++) {
            if ((state.owed.get(s, cpu) >>> index & 1) != 0 && state.asked.get(s, index) != 0) {
                return Outcome.BLOCKED;
            }
        }
        state.owed.set(s, cpu, 0);
        state.awaited.set(s, cpu, 0);
        return Outcome.NEXT;
    }

    /** The guest sees its wait descriptor done. */
    private int complete(long[] s, int cpu) {
        int guest = (int) state.guest.get(s, cpu);
        int row = (int) state.place.get(s, cpu);
        long is = state.stale.get(s, guest, row);
        state.stale.set(
                s,
                guest,
                row,
                is == InterruptState.CHANGED_AGAIN
                        ? InterruptState.CHANGED
                        : is == InterruptState.BEING_PAID ? InterruptState.PAID : is);
        return Outcome.NEXT;
    }

    private int free(long[] s, int cpu) {
        state.attached.set(s, device(s, cpu), 0);
        state.index.set(s, device(s, cpu), 0);
        return Outcome.NEXT;
    }
}
